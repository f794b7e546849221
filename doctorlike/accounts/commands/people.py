"""People, the profile of an account, consents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from doctorlike.accounts.errors import BirthDateFixedError, BirthDateVerifiedError
from doctorlike.accounts.facts import ContactVerified
from doctorlike.accounts.models import Consent, EsiaLink, Person, User
from doctorlike.accounts.rules import check_birth_date, check_name
from doctorlike.audit import commands as audit
from doctorlike.kit import clock, facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked
from doctorlike.kit.writes import insert

MOST_BIRTH_DATE_CHANGES = 2


@transaction.atomic(savepoint=False)
def create_person(
    *,
    surname: str,
    given_name: str,
    patronymic: str = "",
    born_on: date,
    sex: str,
    identity: dict[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """A person as a contract names them; `identity` (document, birth place, addresses) is kept encrypted. Refusals of
    `check_name` and `check_birth_date`. Every call makes another person."""
    person = Person(identity=identity, created_at=at)
    name_person(person, surname, given_name, patronymic, born_on, sex, at)
    insert(person)
    audit.record(by=by, at=at, action="person.created", subject_type="person", subject_id=person.pk)
    return person.pk


@transaction.atomic
def save_profile(
    *,
    user_id: UUID,
    surname: str,
    given_name: str,
    patronymic: str = "",
    born_on: date,
    sex: str,
    by: Actor,
    at: datetime,
) -> None:
    """Who the account holder is; publishes ContactVerified, so that policies are linked. Repeating is safe.

    The birth date opens policies bought under a phone that may have been reissued, so it cannot be tried out: after
    two corrections BirthDateFixedError, and BirthDateVerifiedError where ЕСИА vouches for it. Refusals of `check_name`
    and `check_birth_date`."""
    user = locked(User.objects.all(), pk=user_id)
    person = locked(Person.objects.all(), pk=user.person_id) if user.person_id else Person(created_at=at)
    if user.person_id and person.born_on != born_on:
        if EsiaLink.objects.filter(user=user).exists():
            raise BirthDateVerifiedError(phone=settings.BRAND.phone)
        if user.birth_date_changes >= MOST_BIRTH_DATE_CHANGES:
            raise BirthDateFixedError
        user.birth_date_changes += 1
    name_person(person, surname, given_name, patronymic, born_on, sex, at)
    person.save()
    user.person = person
    user.save(update_fields=["person", "birth_date_changes"])
    audit.record(by=by, at=at, action="profile.saved", subject_type="user", subject_id=user_id)
    facts.publish(ContactVerified(user_id, at))


@dataclass(frozen=True, slots=True)
class Agreed:
    """One text that was agreed to, with what for and in which version."""

    purpose: str
    document_version: str
    text: str


def record_consent(
    *,
    purpose: str,
    document_version: str,
    text: str,
    subject_type: str,
    subject_id: object,
    person_id: UUID | None = None,
    channel: str = "",
    ip_address: str | None = None,
    code_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Note that `by` agreed to exactly this text, which is kept by its SHA-256; `code_id` as `check_code` returned it,
    when a code was entered for it. Every call is a consent of its own."""
    (consent_id,) = record_consents(
        (Agreed(purpose, document_version, text),),
        subject_type=subject_type,
        subject_id=subject_id,
        person_id=person_id,
        channel=channel,
        ip_address=ip_address,
        code_id=code_id,
        by=by,
        at=at,
    )
    return consent_id


@transaction.atomic(savepoint=False)
def record_consents(
    agreed: Sequence[Agreed],
    *,
    subject_type: str,
    subject_id: object,
    person_id: UUID | None = None,
    channel: str = "",
    ip_address: str | None = None,
    code_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> list[UUID]:
    """Several consents given at once, each on its own, as `record_consent` has it."""
    kept = audit.keep_wordings(texts=[one.text for one in agreed], at=at)
    consents = [
        Consent(
            purpose=one.purpose,
            document_version=one.document_version,
            text_sha256=sha256,
            subject_type=subject_type,
            subject_id=str(subject_id),
            person_id=person_id,
            channel=channel,
            ip_address=ip_address,
            code_id=code_id,
            given_at=at,
            given_by=str(by),
        )
        for one, sha256 in zip(agreed, kept, strict=True)
    ]
    insert(*consents)
    audit.record_each(
        by=by,
        at=at,
        action="consent.given",
        subject_type=subject_type,
        subject_id=subject_id,
        details=[{"purpose": one.purpose, "version": one.document_version} for one in agreed],
    )
    return [one.pk for one in consents]


def name_person(
    person: Person, surname: str, given_name: str, patronymic: str, born_on: date, sex: str, at: datetime
) -> None:
    """Write name, birth date and sex, tidied. Refusals of `check_name` and `check_birth_date`."""
    check_birth_date(born_on, on=clock.insurer_date(at))
    person.surname, person.given_name = check_name(surname), check_name(given_name)
    person.patronymic = check_name(patronymic) if patronymic.strip() else ""
    person.born_on, person.sex = born_on, sex
