"""Reading people and accounts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from allauth.idp.oidc.models import Client as RelyingParty
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import CharField, Exists, OuterRef, Q, UUIDField

from doctorlike.accounts.models import Consent, Device, EsiaLink, Person, Recovery, User
from doctorlike.accounts.rules import permissions_of
from doctorlike.accounts.rules.consents import WITHDRAWN_SUBJECT
from doctorlike.accounts.rules.factors import Factor, device_name
from doctorlike.accounts.rules.recovery import RecoveryState
from doctorlike.accounts.rules.roles import Permission
from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.reads import Read, Told


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A human being as a page names them."""

    id: UUID
    surname: str
    given_name: str
    patronymic: str
    born_on: date
    sex: str

    @property
    def full_name(self) -> str:
        """«Серова Анна Викторовна»."""
        return " ".join(filter(None, (self.surname, self.given_name, self.patronymic)))

    @property
    def short_name(self) -> str:
        """«Серова А. В.»."""
        initials = (f"{name[0]}." for name in (self.given_name, self.patronymic) if name)
        return " ".join((self.surname, *initials))

    @property
    def first_names(self) -> str:
        """How the person is addressed: «Анна Викторовна»."""
        return " ".join(filter(None, (self.given_name, self.patronymic)))


@dataclass(frozen=True, slots=True)
class UserCard:
    """An account: `phone` is E.164, a contact that is not verified is not shown as one."""

    id: UUID
    subject: UUID
    phone: str | None
    email: str | None
    person: PersonCard | None
    roles: tuple[str, ...]

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.roles)


@dataclass(frozen=True, slots=True)
class StaffCard:
    """Somebody at work; `email` is where their codes go."""

    id: UUID
    email: str
    full_name: str
    roles: tuple[str, ...]

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.roles)


def person(person_id: UUID) -> PersonCard:
    """NotFoundError when there is none."""
    found = Person.objects.defer("identity").filter(pk=person_id).first()
    if found is None:
        raise NotFoundError
    return card_of(found)


def people(person_ids: Iterable[UUID]) -> dict[UUID, PersonCard]:
    """Cards by id, in one query; ids of nobody are left out."""
    rows = Person.objects.defer("identity").filter(pk__in=set(person_ids))
    return {row.pk: card_of(row) for row in rows}


def identity_of(person_id: UUID) -> dict[str, Any]:
    """Document, birth place and addresses as they were stored with the person; empty when none were.
    NotFoundError when there is no such person."""
    try:
        stored: Any = Person.objects.only("identity").get(pk=person_id).identity
    except Person.DoesNotExist:
        raise NotFoundError from None
    return stored or {}


def user_card(user_id: UUID) -> UserCard:
    """NotFoundError when there is none."""
    found = _by_id(user_id=user_id)
    if not found:
        raise NotFoundError
    return _user_card(found[0])


def user_cards(user_ids: Iterable[UUID]) -> dict[UUID, UserCard]:
    """As `user_card`, of many, in one query; unknown ids are left out."""
    return {row.pk: _user_card(row) for row in _users().filter(pk__in=set(user_ids))}


def users_by_contact(*, phone: str | None = None, email: str | None = None) -> list[UserCard]:
    """Accounts with that verified phone (E.164) or that verified e-mail address: at most two, one for each."""
    found = []
    if phone:
        found += _by_phone(phone=phone)
    if email:
        found += _by_email(email=email.strip().lower())
    return list({user.pk: _user_card(user) for user in found}.values())


def users_by_contacts(*, phones: Iterable[str], emails: Iterable[str]) -> list[UserCard]:
    """As `users_by_contact`, for many phones and addresses (lower-case), in one query."""
    by_phone = Q(phone__in=set(phones), phone_verified_at__isnull=False)
    by_email = Q(email__in=set(emails), email_verified_at__isnull=False)
    return [_user_card(row) for row in _users().filter(by_phone | by_email)]


def staff_by_email(email: str) -> UserCard | None:
    """The account of somebody at work with that address, or None."""
    found = _users().filter(email=email.strip().lower(), is_active=True).exclude(roles=[]).first()
    return _user_card(found) if found else None


def staff() -> list[StaffCard]:
    """Everybody who has a role, by e-mail address."""
    rows = _users().exclude(roles=[]).order_by("email")
    return [StaffCard(row.pk, row.email or "", str(row.person or ""), tuple(row.roles)) for row in rows]


def is_registered_address(client_id: str, redirect_uri: str) -> bool:
    """Whether that client of the identity provider registered exactly this address to be sent back to."""
    client = RelyingParty.objects.filter(pk=client_id).first()
    return client is not None and redirect_uri in client.get_redirect_uris()


def _users():  # type: ignore[no-untyped-def]  # the stubs have no name for a queryset joined by a nullable key
    return User.objects.select_related("person").defer("person__identity")


_by_phone = Read(
    lambda: _users().filter(phone=Told("phone", CharField()), phone_verified_at__isnull=False), prepared=True
)
_by_email = Read(
    lambda: _users().filter(email=Told("email", CharField()), email_verified_at__isnull=False), prepared=True
)
_by_id = Read(lambda: _users().filter(pk=Told("user_id", UUIDField())), prepared=True)


def card_of(row: Person) -> PersonCard:
    """The card of a person another app has joined to its own rows (`select_related`): no query."""
    return PersonCard(row.pk, row.surname, row.given_name, row.patronymic, row.born_on, row.sex)


def _user_card(row: User) -> UserCard:
    return UserCard(
        id=row.pk,
        subject=row.subject,
        phone=row.phone if row.phone_verified_at else None,
        email=row.email if row.email_verified_at else None,
        person=card_of(row.person) if row.person else None,
        roles=tuple(row.roles),
    )


@dataclass(frozen=True, slots=True)
class PasskeyView:
    id: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionView:
    """One device that is signed in. `device` is empty when it does not say what it is."""

    id: int
    device: str
    ip: str
    began_at: datetime
    seen_at: datetime
    is_current: bool


def enters_by_esia(user_id: UUID) -> bool:
    """Whether the account is joined with «Госуслуги», where the person's identity was shown in person."""
    return EsiaLink.objects.filter(user=user_id).exists()


@dataclass(frozen=True, slots=True)
class Security:
    """How an account is kept: its second proofs and where it is signed in. `app_id` is None without an app,
    `esia_since` without «Госуслуги»."""

    app_id: int | None
    esia_since: datetime | None
    passkeys: tuple[PasskeyView, ...]
    recovery_codes_left: int
    sessions: tuple[SessionView, ...]


def security_of(user_id: UUID, *, session_key: str) -> Security:
    """The owner's own page; `session_key` is the session it is shown in, which comes first."""
    factors = list(Authenticator.objects.filter(user_id=user_id).order_by("created_at"))
    app = next((one for one in factors if one.type == Factor.APP), None)
    codes = next((one for one in factors if one.type == Factor.RECOVERY_CODES), None)
    sessions = [
        SessionView(
            one.pk,
            device_name(one.user_agent),
            one.ip,
            one.created_at,
            one.last_seen_at,
            one.session_key == session_key,
        )
        for one in UserSession.objects.filter(user_id=user_id).order_by("-last_seen_at")
    ]
    return Security(
        app_id=app.pk if app else None,
        esia_since=EsiaLink.objects.filter(user=user_id).values_list("joined_at", flat=True).first(),
        passkeys=tuple(
            PasskeyView(one.pk, one.wrap().name, one.created_at, one.last_used_at)
            for one in factors
            if one.type == Factor.PASSKEY
        ),
        recovery_codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
        sessions=tuple(sorted(sessions, key=lambda one: not one.is_current)),
    )


def sign_in_of(session_key: str) -> int | None:
    """What names the sign-in of a session; None for one that is nobody's."""
    return UserSession.objects.filter(session_key=session_key).values_list("pk", flat=True).first()


def open_sign_ins(sign_in_ids: Iterable[int]) -> set[int]:
    """Those of them that have not ended: signed out here or from elsewhere, run out, or closed with the account. Real
    time counts. One query."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=clock.real_now())
    rows = UserSession.objects.filter(Exists(alive), pk__in=set(sign_in_ids), user__is_active=True)
    return set(rows.values_list("pk", flat=True))


def held_factors(user_id: UUID) -> frozenset[Factor]:
    """Kinds of second proofs that somebody has set up."""
    kinds = Authenticator.objects.filter(user_id=user_id).values_list("type", flat=True)
    return frozenset(Factor(kind) for kind in kinds)


@dataclass(frozen=True, slots=True)
class ConsentView:
    """What somebody agreed to. `by_code` says whether a one-time code was entered for it; `channel` is where
    («shop», «portal»). `withdrawn_at` is empty while it stands."""

    id: UUID
    purpose: str
    document_version: str
    text_sha256: str
    subject_type: str
    subject_id: str
    channel: str
    by_code: bool
    given_at: datetime
    withdrawn_at: datetime | None

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None


def consents_about(subjects: Mapping[str, Iterable[object]]) -> list[ConsentView]:
    """Consents about those subjects (ids by type), newest first, each with its withdrawal; two queries."""
    about = Q(pk__in=[])
    for kind, ids in subjects.items():
        if asked := [str(one) for one in ids]:
            about |= Q(subject_type=kind, subject_id__in=asked)
    rows = list(Consent.objects.filter(about).order_by("-given_at", "-id"))
    withdrawn = dict(
        Consent.objects.filter(
            subject_type=WITHDRAWN_SUBJECT, subject_id__in=[str(row.pk) for row in rows]
        ).values_list("subject_id", "given_at")
    )
    return [
        ConsentView(
            id=row.pk,
            purpose=row.purpose,
            document_version=row.document_version,
            text_sha256=row.text_sha256,
            subject_type=row.subject_type,
            subject_id=row.subject_id,
            channel=row.channel,
            by_code=row.code_id is not None,
            given_at=row.given_at,
            withdrawn_at=withdrawn.get(str(row.pk)),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class DeviceView:
    name: str
    first_seen_at: datetime
    last_seen_at: datetime


def devices_of(user_id: UUID) -> list[DeviceView]:
    """Every device the account was entered from, the latest first."""
    rows = Device.objects.filter(user=user_id).order_by("-last_seen_at")
    return [DeviceView(row.name, row.first_seen_at, row.last_seen_at) for row in rows]


def roles_of(user_ids: Iterable[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Roles by account, in one query; unknown ids are left out."""
    rows = User.objects.filter(pk__in=set(user_ids)).values_list("pk", "roles")
    return {user_id: tuple(roles) for user_id, roles in rows}


def identities_of(person_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """As `identity_of`, of many, in one query."""
    rows = Person.objects.filter(pk__in=set(person_ids)).only("identity")
    stored: dict[UUID, Any] = {row.pk: row.identity for row in rows}
    return {person_id: one or {} for person_id, one in stored.items()}


def is_recovery_waiting(secret: str) -> bool:
    """Whether the link in the notice still cancels something. NotFoundError for a secret that was never given."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    state = Recovery.objects.filter(cancel_digest=digest).values_list("state", flat=True).first()
    if state is None:
        raise NotFoundError
    return state == RecoveryState.WAITING
