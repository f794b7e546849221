"""What a client does with their own data: takes consents back, asks for a copy, closes the account."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.accounts import queries as accounts
from doctorlike.accounts.commands import record_consent
from doctorlike.accounts.commands.closing import close_account, forget_identities, tell_account
from doctorlike.accounts.commands.consents import withdraw_consents
from doctorlike.appointments.commands import forget_client
from doctorlike.audit import commands as audit
from doctorlike.clinics.commands.reports import forget_reports
from doctorlike.kit import clock, storage
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.notifications import commands as notifications
from doctorlike.payments import commands as payment_commands
from doctorlike.payments import queries as payments
from doctorlike.policies import commands as policy_commands
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.policies.rules import LinkRole
from doctorlike.rights import collecting, queries, rules, words
from doctorlike.rights.errors import CopyRecentlyError, NotAtOnceError
from doctorlike.rights.models import Closing, DataCopy
from doctorlike.rights.rules import ADVERTISING, ADVERTISING_VERSION, ClosingState, CopyState, OpenMatter
from doctorlike.ui.words import day

CHANNEL = "portal"
ADVERTISING_TOPIC = "advertising"


@transaction.atomic
def withdraw(*, user_id: UUID, consent_id: UUID, ip_address: str | None = None, by: Actor, at: datetime) -> bool:
    """Take one consent back; whether it stood until now, so repeating is safe. NotFoundError for another's,
    NotAtOnceError for one that the contract needs."""
    given = queries.consent_of(user_id, consent_id, clock.insurer_date(at))
    if given.way is not rules.Way.AT_ONCE:
        raise NotAtOnceError
    return bool(withdraw_consents(consent_ids=[consent_id], channel=CHANNEL, ip_address=ip_address, by=by, at=at))


@transaction.atomic
def set_advertising(*, user_id: UUID, wanted: bool, ip_address: str | None = None, by: Actor, at: datetime) -> None:
    """Switch news and offers on or off; off takes back every consent to them, wherever it was given. Repeating changes
    nothing."""
    advisory_lock(f"advertising of {user_id}")
    on = clock.insurer_date(at)
    if not wanted:
        _stop_advertising(user_id, ip_address=ip_address, by=by, at=at)
    elif not queries.accepts_advertising(user_id, on):
        record_consent(
            purpose=ADVERTISING,
            document_version=ADVERTISING_VERSION,
            text=words.advertising_text(settings.BRAND.insurer),
            subject_type="user",
            subject_id=user_id,
            channel=CHANNEL,
            ip_address=ip_address,
            by=by,
            at=at,
        )


def send_advertising(*, user_id: UUID, subject: str, text: str, by: Actor, at: datetime) -> bool:
    """The only way anything advertising leaves the house (a test holds it): sends nothing and says False to whoever did
    not agree or took it back. Each call is a message of its own."""
    if not queries.accepts_advertising(user_id, clock.insurer_date(at)):
        return False
    user = accounts.user_card(user_id)
    if user.email:
        notifications.send_email(
            to=user.email, subject=subject, text=text, topic=ADVERTISING_TOPIC, subject_id=user_id, by=by, at=at
        )
    elif user.phone:
        notifications.send_sms(to=user.phone, text=text, topic=ADVERTISING_TOPIC, subject_id=user_id, by=by, at=at)
    return bool(user.email or user.phone)


@transaction.atomic
def ask_copy(*, user_id: UUID, by: Actor, at: datetime) -> UUID:
    """Have a copy of one's data made; a job makes it. While one is being made, asking again gives that one.
    CopyRecentlyError within a day of the last one that was made."""
    from doctorlike.rights.tasks import make_copy  # the task calls back into this module

    advisory_lock(f"copy of {user_id}")
    last = queries.latest_copy(user_id)
    if last is not None and last.state is CopyState.ASKED:
        return last.id
    if last is not None and at < last.asked_at + rules.COPY_AGAIN_AFTER:
        raise CopyRecentlyError
    row = DataCopy.objects.create(user_id=user_id, asked_at=at, asked_by=str(by))
    audit.record(by=by, at=at, action="copy.asked", subject_type="user", subject_id=user_id)
    make_copy.configure(lock=f"copy:{row.pk}").defer(copy_id=str(row.pk))
    return row.pk


def make_copy(*, copy_id: UUID, by: Actor, at: datetime) -> None:
    """Make the archive, keep it encrypted and tell its owner. Repeating does nothing once it is there; a worker killed
    between the file and its row leaves an encrypted file that nothing names."""
    row = DataCopy.objects.get(pk=copy_id)
    if row.state != CopyState.ASKED:
        return
    content = collecting.archive(row.user_id, at=at, on=clock.insurer_date(at))
    key = storage.keep(content, folder=f"copies/{at:%Y/%m}")
    with transaction.atomic():
        row = locked(DataCopy.objects.all(), pk=copy_id)
        if row.state == CopyState.ASKED:
            row.state, row.storage_key, row.size_bytes = CopyState.READY, key, len(content)
            row.ready_at, row.ready_by = at, str(by)
            row.save()
            audit.record(by=by, at=at, action="copy.ready", subject_type="user", subject_id=row.user_id)
            tell_account(
                user_id=row.user_id,
                text=_("Копия ваших данных готова. Скачать её можно в профиле до {day}.").format(
                    day=day(rules.copy_open_until(at))
                ),
                by=by,
                at=at,
            )
            return
    storage.forget(key)


def note_fetched(*, user_id: UUID, copy_id: UUID, by: Actor, at: datetime) -> None:
    """The copy was downloaded."""
    audit.record(
        by=by, at=at, action="copy.fetched", subject_type="user", subject_id=user_id, details={"copy": str(copy_id)}
    )


def late_copies(at: datetime) -> list[UUID]:
    """Copies whose job was lost."""
    rows = DataCopy.objects.filter(state=CopyState.ASKED, asked_at__lte=at - rules.COPY_LATE_AFTER)
    return list(rows.values_list("pk", flat=True))


def remove_old_copies(*, by: Actor, at: datetime) -> int:
    """Remove the files of copies whose seven days are over; returns how many. Repeating removes nothing twice."""
    rows = DataCopy.objects.filter(state=CopyState.READY, ready_at__lte=at - rules.COPY_KEPT_FOR)
    return sum(_remove_copy(copy_id, by=by, at=at) for copy_id in rows.values_list("pk", flat=True))


@transaction.atomic
def _remove_copy(copy_id: UUID, *, by: Actor, at: datetime) -> bool:
    row = locked(DataCopy.objects.all(), pk=copy_id)
    if row.state != CopyState.READY:
        return False
    storage.forget(row.storage_key)
    row.state, row.storage_key, row.removed_at, row.removed_by = CopyState.REMOVED, "", at, str(by)
    row.save()
    audit.record(by=by, at=at, action="copy.removed", subject_type="user", subject_id=row.user_id)
    return True


@transaction.atomic
def ask_closing(*, user_id: UUID, by: Actor, at: datetime) -> list[OpenMatter]:
    """Ask for the account to be closed and erased. At once when nothing is open: then the list is empty and the
    account is gone. Otherwise the request waits for what is listed, and the desk sees it. Repeating asks once."""
    advisory_lock(f"closing of {user_id}")
    row = Closing.objects.filter(user=user_id).exclude(state=ClosingState.TAKEN_BACK).first()
    if row is None:
        row = Closing.objects.create(user_id=user_id, asked_at=at, asked_by=str(by))
        audit.record(by=by, at=at, action="closing.asked", subject_type="user", subject_id=user_id)
    if row.state != ClosingState.WAITING:
        return []
    matters = queries.open_matters(user_id, clock.insurer_date(at))
    if not matters:
        _close(row, by=by, at=at)
    return matters


@transaction.atomic
def take_back_closing(*, user_id: UUID, by: Actor, at: datetime) -> None:
    """The client keeps the account after all; nothing happens where no request waits."""
    advisory_lock(f"closing of {user_id}")
    changed = Closing.objects.filter(user=user_id, state=ClosingState.WAITING).update(state=ClosingState.TAKEN_BACK)
    if changed:
        audit.record(by=by, at=at, action="closing.taken_back", subject_type="user", subject_id=user_id)


def close_waiting(*, by: Actor, at: datetime) -> int:
    """Close the accounts whose requests wait for nothing any more; returns how many. Repeating is safe."""
    waiting = Closing.objects.filter(state=ClosingState.WAITING).order_by("asked_at")
    return sum(_close_when_free(user_id, by=by, at=at) for user_id in waiting.values_list("user", flat=True))


def erase_due(*, by: Actor, at: datetime) -> int:
    """Erase passports and addresses of closed accounts that need not be kept any more; returns how many accounts.
    Repeating erases nothing twice."""
    due = Closing.objects.filter(state=ClosingState.CLOSED, erase_on__lte=clock.insurer_date(at))
    return sum(_erase(closing_id, by=by, at=at) for closing_id in due.values_list("pk", flat=True))


@transaction.atomic
def _close_when_free(user_id: UUID, *, by: Actor, at: datetime) -> bool:
    advisory_lock(f"closing of {user_id}")
    row = Closing.objects.filter(user=user_id, state=ClosingState.WAITING).first()
    if row is None or queries.open_matters(user_id, clock.insurer_date(at)):
        return False
    _close(row, by=by, at=at)
    return True


@transaction.atomic
def _erase(closing_id: UUID, *, by: Actor, at: datetime) -> bool:
    row = locked(Closing.objects.all(), pk=closing_id)
    if row.state != ClosingState.CLOSED:
        return False
    forget_identities(person_ids=[UUID(one) for one in row.person_ids], by=by, at=at)
    row.state, row.erased_at, row.erased_by = ClosingState.ERASED, at, str(by)
    row.save()
    return True


def _close(row: Closing, *, by: Actor, at: datetime) -> None:
    user_id, on = row.user_id, clock.insurer_date(at)
    shared = policies.contracts_of(user_id, on)
    for one in shared:
        _end_sharing(one.view, user_id, by=by, at=at)
    contracts = [one for one in shared if not one.view.by_invitation]
    people = {one.view.insured.id for one in contracts if one.linked}
    people |= {one.view.policyholder.id for one in contracts if one.is_policyholder}
    row.person_ids = sorted(str(one) for one in people)
    row.erase_on = rules.erase_from((queries.ends_on(one.view) for one in contracts), closed_on=on)
    row.state, row.closed_at, row.closed_by = ClosingState.CLOSED, at, str(by)
    row.save()
    _stop_advertising(user_id, ip_address=None, by=by, at=at)
    forget_reports(user_id=user_id, by=by, at=at)
    for card in payments.cards_of(user_id):
        payment_commands.unbind_card(card_id=card.id, by=by, at=at)
    for copy_id in DataCopy.objects.filter(user=user_id, state=CopyState.READY).values_list("pk", flat=True):
        _remove_copy(copy_id, by=by, at=at)
    forget_client(user_id=user_id, by=by, at=at)
    tell_account(
        user_id=user_id, text=_("По вашей просьбе аккаунт закрыт, контакты и устройства удалены."), by=by, at=at
    )
    close_account(user_id=user_id, by=by, at=at)


def _end_sharing(policy: PolicyView, user_id: UUID, *, by: Actor, at: datetime) -> None:
    """Of a child's policy: nobody would be left to end the other parent's access."""
    told: dict[str, Any] = {"user_id": user_id, "policy_id": policy.id, "by": by, "at": at, "real_at": clock.real_now()}
    if policy.by_invitation:
        policy_commands.leave_child(**told)
    elif policy.role == LinkRole.GUARDIAN:
        policy_commands.revoke_invitation(**told)
        policy_commands.end_parent_access(**told)


def _stop_advertising(user_id: UUID, *, ip_address: str | None, by: Actor, at: datetime) -> None:
    given = queries.consents_of(user_id, clock.insurer_date(at))
    standing = [one.consent.id for one in given if one.consent.purpose == ADVERTISING and one.consent.stands]
    withdraw_consents(consent_ids=standing, channel=CHANNEL, ip_address=ip_address, by=by, at=at)
