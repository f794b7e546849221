"""Letters of guarantee as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import translation

from doctorlike.clinics import queries as clinics
from doctorlike.coverage.letters.making import letter_facts
from doctorlike.coverage.letters.rules import LetterState
from doctorlike.coverage.models import GuaranteeLetter
from doctorlike.documents import queries as documents
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import queries as policies


@dataclass(frozen=True, slots=True)
class LetterView:
    """`is_made` as soon as it can be read. `failure`: «no_address», «mail» or nothing. Who is treated for what stands
    in `facts` of one letter alone."""

    id: UUID
    number: str
    state: LetterState
    visit_on: date
    clinic_id: UUID
    policy_id: UUID
    is_made: bool
    asked_at: datetime
    sent_at: datetime | None
    opened_at: datetime | None
    withdrawn_at: datetime | None
    failure: str
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter in a clinic's list."""

    letter: LetterView
    patient: str
    policy_number: str


@dataclass(frozen=True, slots=True)
class FailedLetter:
    """A letter in the desk's list."""

    letter: LetterView
    clinic: str
    policy_number: str


def letter_of_visit(appointment_id: UUID) -> LetterView | None:
    """The latest letter about a visit, also one that was withdrawn; the caller has made sure whose visit it is. One
    query."""
    row = _rows().filter(guarantee__appointment_id=appointment_id).order_by("-asked_at").first()
    return _view(row) if row else None


def letters_of(policy_ids: Iterable[UUID]) -> list[LetterView]:
    """Every letter about visits under these policies, the first asked for first. One query."""
    rows = _rows().filter(guarantee__policy_id__in=list(policy_ids)).order_by("asked_at", "pk")
    return [_view(row) for row in rows]


def letters_of_clinic(clinic_id: UUID, from_on: date, limit: int = 200) -> list[LetterLine]:
    """Letters about visits from that day of the clinic's calendar on, the nearest visit first. Two queries."""
    rows = _rows().filter(guarantee__clinic_id=clinic_id, guarantee__visit_on__gte=from_on)
    views = [_view(row) for row in rows.order_by("guarantee__visit_on", "asked_at")[:limit]]
    known = policies.policies_by_id(one.policy_id for one in views)
    return [LetterLine(one, known[one.policy_id].insured.full_name, known[one.policy_id].number) for one in views]


def letter_at(clinic_id: UUID, letter_id: UUID) -> LetterView:
    """One letter of this clinic; NotFoundError for another's."""
    row = _rows().filter(pk=letter_id, guarantee__clinic_id=clinic_id).first()
    if row is None:
        raise NotFoundError
    return _view(row)


def facts_of(letter_id: UUID) -> dict[str, str]:
    """What the letter says, in Russian like the letter itself."""
    with translation.override("ru"):
        return letter_facts(_rows().get(pk=letter_id))


def letter_pdf(clinic_id: UUID, letter_id: UUID) -> tuple[str, bytes]:
    """Title and signed bytes; NotFoundError for another clinic's and one that is not made yet."""
    row = _rows().filter(pk=letter_id, guarantee__clinic_id=clinic_id).first()
    if row is None or row.document_id is None:
        raise NotFoundError
    card, content = documents.read_pdf(row.document_id)
    return card.title, content


def failed_letters(limit: int = 200) -> list[FailedLetter]:
    """For the desk: what a clinic could not be told, the latest first. Three queries."""
    views = [_view(row) for row in _rows().exclude(failure="").order_by(F("failed_at").desc())[:limit]]
    places = clinics.clinics(one.clinic_id for one in views)
    known = policies.policies_by_id(one.policy_id for one in views)
    return [FailedLetter(one, places[one.clinic_id].name, known[one.policy_id].number) for one in views]


def _rows() -> QuerySet[GuaranteeLetter]:
    return GuaranteeLetter.objects.select_related("guarantee")


def _view(row: GuaranteeLetter) -> LetterView:
    return LetterView(
        id=row.pk,
        number=row.number,
        state=LetterState(row.state),
        visit_on=row.guarantee.visit_on,
        clinic_id=row.guarantee.clinic_id,
        policy_id=row.guarantee.policy_id,
        is_made=row.document_id is not None,
        asked_at=row.asked_at,
        sent_at=row.sent_at,
        opened_at=row.opened_at,
        withdrawn_at=row.withdrawn_at,
        failure=row.failure,
        failed_at=row.failed_at,
    )
