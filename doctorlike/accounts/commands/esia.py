"""Coming in by «Госуслуги» (docs/rules/sign-in.md). What they tell of a contact may be years old: nobody is joined to
an account, and no account is opened, before a code sent to the contact was entered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from doctorlike.accounts.commands.people import save_profile
from doctorlike.accounts.commands.signing_in import SignedIn, enter_account
from doctorlike.accounts.commands.telling import tell_owner
from doctorlike.accounts.errors import AccountClosedError, AnothersAccountError
from doctorlike.accounts.models import EsiaLink, User
from doctorlike.accounts.rules import Contact
from doctorlike.accounts.rules.esia import Citizen, Named, may_join
from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.kit.locks import advisory_lock


@transaction.atomic
def enter_by_esia(*, oid: str, at: datetime) -> UUID | None:
    """The account that this person of ЕСИА was joined to, None when to none. AccountClosedError. Repeating is safe."""
    link = EsiaLink.objects.select_related("user").filter(oid_digest=_digest(oid)).first()
    if link is None:
        return None
    if not link.user.is_active:
        raise AccountClosedError
    audit.record(
        by=Actor.user(link.user.pk), at=at, action="account.entered", subject_type="user", subject_id=link.user.pk,
        details={"by": "esia"},
    )  # fmt: skip
    return link.user.pk


@transaction.atomic
def join_esia(*, citizen: Citizen, contact: Contact, by: Actor, at: datetime) -> SignedIn:
    """`contact`, which ЕСИА told of this person, has just been proven by our own code: the account that has it, or a
    new one, is entered by «Госуслуги» from now on. An account without a profile takes over name and birth date; one
    that names somebody else, is somebody else's there, or is of somebody at work is not joined (AnothersAccountError),
    and nothing of it is changed. The owner is told. AccountClosedError. Repeating finds the same account."""
    advisory_lock(f"esia {_digest(citizen.oid)}")
    known = EsiaLink.objects.filter(oid_digest=_digest(citizen.oid)).first()
    if known is not None:
        return SignedIn(known.user_id, False)
    _refuse_anothers(citizen, contact)
    entered = enter_account(contact=contact, by=by, at=at)
    user = User.objects.get(pk=entered.user_id)
    if user.person_id is None:
        _take_over_name(citizen, user, at=at)
    EsiaLink.objects.create(user=user, oid_digest=_digest(citizen.oid), joined_at=at)
    own = Actor.user(user.pk)
    audit.record(by=own, at=at, action="esia.joined", subject_type="user", subject_id=user.pk)
    if not entered.is_new:
        tell_owner(user, _("К вашему аккаунту подключили вход через Госуслуги."), by=own, at=at)
    return entered


@transaction.atomic
def part_esia(*, user_id: UUID, by: Actor, at: datetime) -> None:
    """«Госуслуги» let nobody into this account any more. NotFoundError when they did not."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
    if not EsiaLink.objects.filter(user=user).delete()[0]:
        raise NotFoundError
    audit.record(by=by, at=at, action="esia.parted", subject_type="user", subject_id=user_id)
    tell_owner(user, _("Вход в ваш аккаунт через Госуслуги отключён."), by=by, at=at)


def _refuse_anothers(citizen: Citizen, contact: Contact) -> None:
    user = (
        User.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(**{contact.kind: contact.value})
        .first()
    )
    if user is None:
        return
    person = user.person
    named = Named(person.surname, person.given_name, person.patronymic, person.born_on) if person else None
    joined = list(EsiaLink.objects.filter(user=user).values_list("oid_digest", flat=True))
    if not may_join(citizen, named=named, joined=joined, at_work=bool(user.roles)):
        raise AnothersAccountError(phone=settings.BRAND.phone)


def _take_over_name(citizen: Citizen, user: User, *, at: datetime) -> None:
    if not citizen.sex:
        return
    try:
        save_profile(
            user_id=user.pk,
            surname=citizen.surname,
            given_name=citizen.given_name,
            patronymic=citizen.patronymic,
            born_on=citizen.born_on,
            sex=citizen.sex,
            by=Actor.user(user.pk),
            at=at,
        )
    except DomainError:
        # A name that is not written in Russian letters there: the profile asks for it as it asks everybody.
        return


def _digest(oid: str) -> str:
    return salted_hmac("doctorlike.accounts.esia", oid, algorithm="sha256").hexdigest()
