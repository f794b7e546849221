"""A lost phone: asked for, cancelled, done after a delay (docs/rules/sign-in.md). All instants here are true ones."""

from __future__ import annotations

import hashlib
import math
import secrets
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from doctorlike.accounts.commands.devices import end_other_sessions
from doctorlike.accounts.commands.telling import tell_at, tell_old_contact
from doctorlike.accounts.errors import ContactTakenError, RecoveryLockedError, RecoveryOverError
from doctorlike.accounts.facts import ContactVerified
from doctorlike.accounts.models import Recovery, RecoveryTry, User
from doctorlike.accounts.rules import Contact
from doctorlike.accounts.rules.recovery import (
    DELAY,
    LOCK_FOR,
    MOST_WRONG,
    RecoveryEvent,
    RecoveryState,
    may_recover,
    next_state,
)
from doctorlike.audit import commands as audit
from doctorlike.kit import facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.kit.tries import locked_until
from doctorlike.ui.words import moment

LINK = Actor.visitor("link in the notice")


def refuse_locked_recovery(*, email: str, at: datetime) -> None:
    """RecoveryLockedError after five wrong tries within an hour with that address, whether or not it has an account."""
    tries = RecoveryTry.objects.filter(email_digest=_digest(email), tried_at__gt=at - 3 * LOCK_FOR)
    told = list(tries.order_by("tried_at", "pk").values_list("tried_at", "fits"))
    fitted = max((tried_at for tried_at, fits in told if fits), default=None)
    wrong = [tried_at for tried_at, fits in told if not fits and (fitted is None or tried_at > fitted)]
    until = locked_until(wrong_at=wrong, at=at, most=MOST_WRONG, lasts=LOCK_FOR)
    if until:
        minutes = math.ceil((until - at).total_seconds() / 60)
        raise RecoveryLockedError(minutes=minutes, phone=settings.BRAND.phone)


@transaction.atomic
def ask_recovery(*, email: str, phone: str, fits: bool, by: Actor, at: datetime) -> None:
    """Somebody proved the mailbox `email` and the new `phone` by codes; `fits` says whether the policy number and birth
    date they told are of the account with that address. What comes of it a job decides and tells (`answer_recovery`):
    answer and work here are the same, whatever they told. ContactTakenError when the new phone has an account already,
    which its owner may know; RecoveryLockedError."""
    from doctorlike.accounts.tasks import answer_recovery as answer  # the task calls back into this module

    advisory_lock(f"recovery by {_digest(email)}")
    refuse_locked_recovery(email=email, at=at)
    if User.objects.filter(phone=phone).exists():
        raise ContactTakenError
    user = _owner_of(email).first()
    tried = RecoveryTry.objects.create(
        email_digest=_digest(email),
        fits=user is not None and may_recover(is_active=user.is_active, at_work=bool(user.roles), fits=fits),
        asked_for={"email": email, "phone": phone},
        tried_at=at,
    )
    audit.record(
        by=by, at=at, action="recovery.asked", subject_type="recovery_try", subject_id=tried.pk,
        details={"fits": tried.fits},
    )  # fmt: skip
    answer.defer(try_id=str(tried.pk))


@transaction.atomic
def answer_recovery(*, try_id: UUID, by: Actor, at: datetime) -> None:
    """What was asked for begins: the phone is replaced `DELAY` after the asking, both old contacts learn of it with a
    link that cancels. If the answers did not fit, the mailbox alone is told so. A new request takes the place of one
    that waits. Repeating does nothing more."""
    tried = locked(RecoveryTry.objects.all(), pk=try_id)
    if tried.asked_for is None:
        return
    email, phone = tried.asked_for["email"], tried.asked_for["phone"]
    tried.asked_for = None
    tried.save(update_fields=["asked_for"])
    user = _owner_of(email).select_for_update(of=("self",)).first() if tried.fits else None
    if user is None or not may_recover(is_active=user.is_active, at_work=bool(user.roles), fits=True):
        tell_at(Contact("email", email), _refused_words(), None, by=by, at=at)
        return
    cancel_waiting(user, ended_by="asked again", by=by, at=at)
    secret = secrets.token_urlsafe(32)
    recovery = Recovery.objects.create(
        user=user,
        phone=phone,
        cancel_digest=_secret_digest(secret),
        asked_at=tried.tried_at,
        due_at=tried.tried_at + DELAY,
    )
    _tell_begun(recovery, user, secret, by=by, at=at)


def unanswered_recoveries(*, before: datetime) -> list[UUID]:
    """Tries whose job was lost."""
    return list(
        RecoveryTry.objects.filter(asked_for__isnull=False, tried_at__lt=before)
        .order_by("tried_at")
        .values_list("pk", flat=True)
    )


@transaction.atomic
def cancel_recovery(*, secret: str, at: datetime) -> None:
    """By the link in the notice. NotFoundError for a secret that was never given, RecoveryOverError when it has ended
    already, whichever way."""
    waiting = locked(Recovery.objects.all(), cancel_digest=_secret_digest(secret))
    if next_state(RecoveryState(waiting.state), RecoveryEvent.CANCEL) is None:
        raise RecoveryOverError
    _end(waiting, RecoveryEvent.CANCEL, ended_by="link in the notice", by=LINK, at=at)
    user = User.objects.get(pk=waiting.user_id)
    for contact in _contacts(user):
        tell_at(contact, _("Замена телефона в вашем аккаунте отменена."), user, by=LINK, at=at)


def cancel_waiting(user: User, *, ended_by: str, by: Actor, at: datetime) -> None:
    """End what waits for this account, if anything; the caller holds the account's row. Safe to repeat."""
    for waiting in Recovery.objects.select_for_update().filter(user=user, state=RecoveryState.WAITING):
        _end(waiting, RecoveryEvent.CANCEL, ended_by=ended_by, by=by, at=at)


def complete_due_recoveries(*, by: Actor, at: datetime) -> int:
    """Replace every phone whose time has come; returns how many requests ended. Safe to repeat, also beside itself."""
    due = (
        Recovery.objects.filter(state=RecoveryState.WAITING, due_at__lte=at)
        .order_by("due_at")
        .values_list("pk", "user")
    )
    return sum(_complete(recovery_id, user_id, by=by, at=at) for recovery_id, user_id in list(due))


@transaction.atomic
def _complete(recovery_id: UUID, user_id: UUID, *, by: Actor, at: datetime) -> bool:
    # The account first, as everywhere: signing in holds it while it cancels.
    user = locked(User.objects.all(), pk=user_id)
    recovery = locked(Recovery.objects.all(), pk=recovery_id)
    if next_state(RecoveryState(recovery.state), RecoveryEvent.COMPLETE) is None or recovery.due_at > at:
        return False
    taken = User.objects.filter(phone=recovery.phone).exclude(pk=user.pk).exists()
    if taken or not may_recover(is_active=user.is_active, at_work=bool(user.roles), fits=True):
        _end(recovery, RecoveryEvent.FAIL, ended_by="job", by=by, at=at)
        for contact in _contacts(user):
            tell_at(contact, _failed_words(), user, by=by, at=at)
        return True
    old = Contact("phone", user.phone) if user.phone and user.phone_verified_at else None
    user.phone, user.phone_verified_at = recovery.phone, at
    user.save(update_fields=["phone", "phone_verified_at"])
    Authenticator.objects.filter(user=user).delete()
    end_other_sessions(user_id=user.pk, but_key="", by=by, at=at)
    _end(recovery, RecoveryEvent.COMPLETE, ended_by="job", by=by, at=at)
    if old:
        tell_old_contact(old, user, by=by, at=at)
    for contact in _contacts(user):
        tell_at(contact, _done_words(), user, by=by, at=at)
    facts.publish(ContactVerified(user.pk, at))
    return True


def _owner_of(email: str) -> QuerySet[User]:
    return User.objects.filter(email=email, email_verified_at__isnull=False)


def _end(recovery: Recovery, event: RecoveryEvent, *, ended_by: str, by: Actor, at: datetime) -> None:
    state = next_state(RecoveryState(recovery.state), event)
    if state is None:
        raise RecoveryOverError
    recovery.state, recovery.ended_at, recovery.ended_by = state, at, ended_by
    recovery.save(update_fields=["state", "ended_at", "ended_by"])
    audit.record(
        by=by, at=at, action=f"recovery.{state}", subject_type="user", subject_id=recovery.user_id,
        details={"ended_by": ended_by},
    )  # fmt: skip


def _tell_begun(recovery: Recovery, user: User, secret: str, *, by: Actor, at: datetime) -> None:
    path = reverse("recovery:cancel", urlconf=settings.URLCONFS["portal"], kwargs={"secret": secret})
    text = _(
        "Просят заменить телефон вашего аккаунта. Это произойдёт {when}. Если просили не вы, отмените по ссылке: {link}"
    ).format(when=moment(recovery.due_at), link=settings.SITE_URLS["portal"] + path)
    for contact in _contacts(user):
        tell_at(contact, text, user, by=by, at=at)


def _contacts(user: User) -> list[Contact]:
    kinds = (("phone", user.phone, user.phone_verified_at), ("email", user.email, user.email_verified_at))
    return [Contact("phone" if kind == "phone" else "email", value) for kind, value, at in kinds if value and at]


def _refused_words() -> str:
    return _(
        "Вы просили заменить потерянный телефон. По этому адресу, номеру полиса и дате рождения аккаунт не нашёлся. "
        "Проверьте номер и дату и попробуйте ещё раз или позвоните нам: {phone}."
    ).format(phone=settings.BRAND.phone)


def _failed_words() -> str:
    return _("Заменить телефон в вашем аккаунте не получилось. Позвоните нам: {phone}.").format(
        phone=settings.BRAND.phone
    )


def _done_words() -> str:
    return _(
        "Телефон вашего аккаунта заменён. Приложение с кодами и ключи доступа убраны, все сеансы завершены: войдите "
        "заново по новому номеру. Если это не вы, сразу позвоните нам: {phone}."
    ).format(phone=settings.BRAND.phone)


def _digest(email: str) -> str:
    return salted_hmac("doctorlike.accounts.recovery", email.strip().lower(), algorithm="sha256").hexdigest()


def _secret_digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
