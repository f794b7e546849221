"""Noted visits and requests to be called back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, QuerySet

from doctorlike.appointments.models import CallBack, NotedVisit
from doctorlike.appointments.rules import NOTED_LASTS, OPEN_CALLS, CallResult, CallState, is_overdue, visit_date
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.reads import Among, Read, Told


@dataclass(frozen=True, slots=True)
class NotedCard:
    """A visit that the client noted. `words` are their own, medical; `ends_at` is a guess for calendars."""

    id: UUID
    policy_id: UUID
    policy_number: str
    patient_name: str
    clinic_id: UUID
    clinic_name: str
    clinic_address: str
    words: str
    starts_at: datetime
    ends_at: datetime
    visit_on: date
    zone: str
    changes: int
    changed_at: datetime
    removed_at: datetime | None

    def is_upcoming(self, at: datetime) -> bool:
        return self.removed_at is None and self.ends_at > at

    def can_change(self, at: datetime) -> bool:
        return self.removed_at is None and self.starts_at > at


@dataclass(frozen=True, slots=True)
class CallCard:
    """A request to be called. `wish` is medical. `taken_by` and `asked_by` are actors as the trail writes them."""

    id: UUID
    policy_id: UUID
    policy_number: str
    patient_name: str
    clinic_id: UUID | None
    clinic_name: str
    clinic_zone: str
    phone: str
    wish: str
    state: CallState
    asked_at: datetime
    asked_by: str
    promised_at: datetime
    tries: int
    taken_by: str
    taken_at: datetime | None
    closed_at: datetime | None
    result: CallResult | None
    appointment_id: UUID | None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_CALLS


@dataclass(frozen=True, slots=True)
class QueuedCall:
    """A line of the contact centre's queue, without a medical word. `minutes` until the promise, or past it when it is
    overdue."""

    id: UUID
    policy_id: UUID
    policy_number: str
    patient_name: str
    phone: str
    state: CallState
    asked_at: datetime
    promised_at: datetime
    tries: int
    taken_by: str
    overdue: bool
    minutes: int


def noted_visits_of(policy_ids: Iterable[UUID], *, since: datetime | None = None) -> list[NotedCard]:
    """Notes that were not removed, the latest first; with `since` those that start later alone, removed ones too, as a
    calendar must learn of them. One query."""
    asked = list(policy_ids)
    if since is not None:
        return [_noted(row) for row in _noted_since(policy_ids=asked, since=since)]
    return [_noted(row) for row in _noted_of(policy_ids=asked)]


def noted_visit_of(*, policy_ids: Iterable[UUID], noted_id: UUID) -> NotedCard:
    """One note of these policies, a removed one too; NotFoundError for another's."""
    row = _notes().filter(pk=noted_id, policy_id__in=list(policy_ids)).first()
    if row is None:
        raise NotFoundError
    return _noted(row)


def calls_of(policy_ids: Iterable[UUID], *, limit: int = 20) -> list[CallCard]:
    """Requests of the policies, the latest first."""
    return [_call(row) for row in _calls().filter(policy_id__in=list(policy_ids)).order_by("-asked_at")[:limit]]


def call_of(*, policy_ids: Iterable[UUID], call_id: UUID) -> CallCard:
    """One of these policies' requests; NotFoundError for another's."""
    return _one_call(_calls().filter(pk=call_id, policy_id__in=list(policy_ids)))


def call(call_id: UUID) -> CallCard:
    """For the contact centre; NotFoundError. Showing `wish` is a reading of what is medical."""
    return _one_call(_calls().filter(pk=call_id))


def call_queue(at: datetime, *, limit: int = 200) -> list[QueuedCall]:
    """Open requests in the order of their promises; nothing medical is read. One query."""
    rows = CallBack.objects.filter(state__in=OPEN_CALLS).select_related("policy__insured").order_by("promised_at", "pk")
    return [_queued(row, at) for row in rows.only(*_PEOPLE, *_QUEUED)[:limit]]


def count_calls() -> int:
    """How many requests are open."""
    return CallBack.objects.filter(state__in=OPEN_CALLS).count()


def call_taken_for(*, policy_id: UUID, by: str) -> UUID | None:
    """The request of the policy that this operator (an actor as the trail writes it) has taken, if any."""
    rows = CallBack.objects.filter(policy_id=policy_id, state=CallState.TAKEN, taken_by=by)
    return rows.values_list("pk", flat=True).first()


_PEOPLE = ("policy__number", *(f"policy__insured__{name}" for name in ("surname", "given_name", "patronymic")))
_QUEUED = ("policy", "phone", "state", "asked_at", "promised_at", "tries", "taken_by")


def _notes() -> QuerySet[NotedVisit]:
    return NotedVisit.objects.select_related("clinic", "policy__insured").only(
        *(field.name for field in NotedVisit._meta.concrete_fields), "clinic__name", "clinic__address", *_PEOPLE
    )


_noted_of = Read(
    lambda: _notes().filter(Among("policy_id", "policy_ids"), removed_at__isnull=True).order_by("-starts_at", "-pk")
)
_noted_since = Read(
    lambda: (
        _notes()
        .filter(Among("policy_id", "policy_ids"), starts_at__gt=Told("since", DateTimeField()))
        .order_by("-starts_at", "-pk")
    )
)


def _noted(row: NotedVisit) -> NotedCard:
    return NotedCard(
        id=row.pk,
        policy_id=row.policy_id,
        policy_number=row.policy.number,
        patient_name=str(row.policy.insured),
        clinic_id=row.clinic_id,
        clinic_name=row.clinic.name,
        clinic_address=row.clinic.address,
        words=row.words or "",
        starts_at=row.starts_at,
        ends_at=row.starts_at + NOTED_LASTS,
        visit_on=visit_date(row.starts_at, ZoneInfo(row.zone)),
        zone=row.zone,
        changes=row.changes,
        changed_at=row.changed_at,
        removed_at=row.removed_at,
    )


def _calls() -> QuerySet[CallBack]:
    return CallBack.objects.select_related("clinic", "policy__insured").only(
        *(field.name for field in CallBack._meta.concrete_fields), "clinic__name", "clinic__zone", *_PEOPLE
    )


def _one_call(rows: QuerySet[CallBack]) -> CallCard:
    row = rows.first()
    if row is None:
        raise NotFoundError
    return _call(row)


def _call(row: CallBack) -> CallCard:
    return CallCard(
        id=row.pk,
        policy_id=row.policy_id,
        policy_number=row.policy.number,
        patient_name=str(row.policy.insured),
        clinic_id=row.clinic_id,
        clinic_name=row.clinic.name if row.clinic else "",
        clinic_zone=row.clinic.zone if row.clinic else "",
        phone=row.phone,
        wish=row.wish or "",
        state=CallState(row.state),
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        promised_at=row.promised_at,
        tries=row.tries,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
        closed_at=row.closed_at,
        result=CallResult(row.result) if row.result else None,
        appointment_id=row.appointment_id,
    )


def _queued(row: CallBack, at: datetime) -> QueuedCall:
    return QueuedCall(
        id=row.pk,
        policy_id=row.policy_id,
        policy_number=row.policy.number,
        patient_name=str(row.policy.insured),
        phone=row.phone,
        state=CallState(row.state),
        asked_at=row.asked_at,
        promised_at=row.promised_at,
        tries=row.tries,
        taken_by=row.taken_by,
        overdue=is_overdue(row.promised_at, at),
        minutes=int(abs(row.promised_at - at) / timedelta(minutes=1)),
    )
