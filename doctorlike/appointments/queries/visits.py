"""Visits of a client and of a clinic."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, DateTimeField, Max, Min, Q, QuerySet

from doctorlike.appointments.models import Appointment, DepartureNotice, Doctor, Slot
from doctorlike.appointments.queries.cards import DayLoad, DoctorLoad, VisitCard, doctor_card, visit_card
from doctorlike.appointments.rules import State
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.reads import Among, Read, Told

_upcoming = Read(
    lambda: (
        _visits()
        .filter(Among("policy_id", "policy_ids"), state=State.BOOKED, ends_at__gt=Told("at", DateTimeField()))
        .order_by("starts_at")
    )
)
_all_of = Read(lambda: _visits().filter(Among("policy_id", "policy_ids")).order_by("-starts_at", "-pk"))


def upcoming(policy_ids: Iterable[UUID], at: datetime) -> list[VisitCard]:
    """Booked visits that are not over, the next first."""
    return [visit_card(row) for row in _upcoming(policy_ids=list(policy_ids), at=at)]


def appointments_of(policy_ids: Iterable[UUID]) -> list[VisitCard]:
    """Every visit of the policies, the latest first."""
    return [visit_card(row) for row in _all_of(policy_ids=list(policy_ids))]


def visit_of(*, policy_ids: Iterable[UUID], appointment_id: UUID) -> VisitCard:
    """One visit of these policies; NotFoundError for another's."""
    return _one(_visits().filter(pk=appointment_id, policy_id__in=list(policy_ids)))


def visit_at(*, clinic_id: UUID, appointment_id: UUID) -> VisitCard:
    """One visit of this clinic; NotFoundError for another clinic's."""
    return _one(_visits().filter(pk=appointment_id, slot__clinic_id=clinic_id))


def visits_of_days(clinic_id: UUID, from_on: date, days: int = 1) -> list[VisitCard]:
    """The clinic's visits of days of its calendar, cancelled ones left out, by time."""
    rows = _visits().filter(
        slot__clinic_id=clinic_id, slot__visit_on__gte=from_on, slot__visit_on__lt=from_on + timedelta(days=days)
    )
    return [
        visit_card(row) for row in rows.exclude(state=State.CANCELLED).order_by("starts_at", "slot__doctor__full_name")
    ]


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


def _visits() -> QuerySet[Appointment]:
    # By name, for a person's row also carries documents that would be decrypted for nothing.
    return Appointment.objects.select_related("slot__doctor", "slot__clinic", "patient", "policy").only(
        *(field.name for field in Appointment._meta.concrete_fields),
        *(f"slot__doctor__{field.name}" for field in Doctor._meta.concrete_fields),
        *(f"slot__{name}" for name in ("clinic", "visit_on", "zone")),
        *(f"slot__clinic__{name}" for name in ("name", "address")),
        *(f"patient__{name}" for name in ("surname", "given_name", "patronymic", "born_on")),
        "policy__number",
    )


def _one(rows: QuerySet[Appointment]) -> VisitCard:
    row = rows.first()
    if row is None:
        raise NotFoundError
    return visit_card(row)


def load_of_days(clinic_id: UUID, from_on: date, days: int) -> list[DoctorLoad]:
    """How busy each of the clinic's doctors is on days of its calendar, by name; one query for slots and visits."""
    live = Q(appointments__state__isnull=False) & ~Q(appointments__state=State.CANCELLED)
    counted = (
        Slot.objects.filter(clinic_id=clinic_id, visit_on__gte=from_on, visit_on__lt=from_on + timedelta(days=days))
        .values("doctor_id", "visit_on")
        .annotate(
            slots=Count("pk", distinct=True),
            booked=Count("appointments", filter=live, distinct=True),
            opens_at=Min("starts_at"),
            closes_at=Max("ends_at"),
            made_in=Max("zone"),
        )
    )
    loads = {
        (row["doctor_id"], row["visit_on"]): DayLoad(
            row["visit_on"], row["slots"], row["booked"], row["opens_at"], row["closes_at"], row["made_in"]
        )
        for row in counted
    }
    calendar = [from_on + timedelta(days=offset) for offset in range(days)]
    return [
        DoctorLoad(doctor_card(row), [loads.get((row.pk, day)) for day in calendar])
        for row in Doctor.objects.filter(clinic_id=clinic_id).order_by("full_name")
    ]
