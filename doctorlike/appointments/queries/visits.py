"""Visits of a client and of a clinic."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import DateTimeField, QuerySet

from doctorlike.appointments.models import Appointment, DepartureNotice, Doctor
from doctorlike.appointments.queries.cards import VisitCard, visit_card
from doctorlike.appointments.rules import State
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.reads import Among, Read, Told

_upcoming = Read(
    lambda: (
        visits()
        .filter(Among("policy_id", "policy_ids"), state=State.BOOKED, ends_at__gt=Told("at", DateTimeField()))
        .order_by("starts_at")
    )
)
_all_of = Read(lambda: visits().filter(Among("policy_id", "policy_ids")).order_by("-starts_at", "-pk"))


def upcoming(policy_ids: Iterable[UUID], at: datetime) -> list[VisitCard]:
    """Booked visits that are not over, the next first."""
    return [visit_card(row) for row in _upcoming(policy_ids=list(policy_ids), at=at)]


def appointments_of(policy_ids: Iterable[UUID]) -> list[VisitCard]:
    """Every visit of the policies, the latest first."""
    return [visit_card(row) for row in _all_of(policy_ids=list(policy_ids))]


def visit_of(*, policy_ids: Iterable[UUID], appointment_id: UUID) -> VisitCard:
    """One visit of these policies; NotFoundError for another's."""
    return _one(visits().filter(pk=appointment_id, policy_id__in=list(policy_ids)))


def visit_at(*, clinic_id: UUID, appointment_id: UUID) -> VisitCard:
    """One visit of this clinic; NotFoundError for another clinic's."""
    return _one(visits().filter(pk=appointment_id, slot__clinic_id=clinic_id))


def visits_of_days(clinic_id: UUID, from_on: date, days: int = 1) -> list[VisitCard]:
    """The clinic's visits of days of its calendar, cancelled ones left out, by time."""
    rows = visits().filter(
        slot__clinic_id=clinic_id, slot__visit_on__gte=from_on, slot__visit_on__lt=from_on + timedelta(days=days)
    )
    return [
        visit_card(row) for row in rows.exclude(state=State.CANCELLED).order_by("starts_at", "slot__doctor__full_name")
    ]


def visits_by_id(appointment_ids: Collection[UUID]) -> list[VisitCard]:
    """Visits by time, whoever's they are: for commands and pages that have found them. One query, none for none."""
    rows = visits().filter(pk__in=appointment_ids).order_by("starts_at", "pk") if appointment_ids else ()
    return [visit_card(row) for row in rows]


def displaced_visits(clinic_id: UUID, at: datetime) -> list[VisitCard]:
    """Visits to come whose time the clinic has taken away since, by time."""
    return [visit_card(row) for row in _displaced(visits(), clinic_id, at).order_by("starts_at", "pk")]


def displaced_count(clinic_id: UUID, at: datetime) -> int:
    return _displaced(Appointment.objects.all(), clinic_id, at).count()


def _displaced(rows: QuerySet[Appointment], clinic_id: UUID, at: datetime) -> QuerySet[Appointment]:
    return rows.filter(
        slot__clinic_id=clinic_id, slot__withdrawn_at__isnull=False, slot__starts_at__gt=at, state=State.BOOKED
    )


def booked_visits_at(clinic_id: UUID, from_on: date) -> int:
    """How many visits are booked at the clinic from that day of its calendar on. One query."""
    return Appointment.objects.filter(
        state=State.BOOKED, slot__clinic_id=clinic_id, slot__visit_on__gte=from_on
    ).count()


def departure_of(visit: VisitCard) -> date | None:
    """The first day on which the visit's clinic no longer serves its policy, when the visit is booked for that day or a
    later one; None otherwise. One query."""
    told = DepartureNotice.objects.filter(
        policy_id=visit.policy_id, clinic_id=visit.clinic_id, withdrawn_at__isnull=True, left_on__lte=visit.visit_on
    )
    return told.order_by("left_on").values_list("left_on", flat=True).first() if visit.state == State.BOOKED else None


def todays_visits(clinic_id: UUID, on: date) -> list[VisitCard]:
    """The clinic's visits of one day of its calendar, cancelled ones left out, by time."""
    return visits_of_days(clinic_id, on)


def visits() -> QuerySet[Appointment]:
    """With everything that `cards.visit_card` reads; for the queries of this room."""
    # By name, for a person's row also carries documents that would be decrypted for nothing.
    return Appointment.objects.select_related("slot__doctor", "slot__clinic", "patient", "policy").only(
        *(field.name for field in Appointment._meta.concrete_fields),
        *(f"slot__doctor__{field.name}" for field in Doctor._meta.concrete_fields),
        *(f"slot__{name}" for name in ("clinic", "visit_on", "zone", "room", "withdrawn_at")),
        *(f"slot__clinic__{name}" for name in ("name", "address")),
        *(f"patient__{name}" for name in ("surname", "given_name", "patronymic", "born_on")),
        "policy__number",
    )


def _one(rows: QuerySet[Appointment]) -> VisitCard:
    row = rows.first()
    if row is None:
        raise NotFoundError
    return visit_card(row)
