"""Free time. `at` is the business instant: what is past or held is judged by it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    UUIDField,
)

from doctorlike.appointments.models import Appointment, Doctor, Hold, Slot
from doctorlike.appointments.queries.cards import DoctorCard, HoldCard, NextSlot, SlotCard, doctor_card, slot_card
from doctorlike.appointments.rules import State, is_live_hold
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.reads import Read, Told


def doctors_of(clinic_id: UUID) -> list[DoctorCard]:
    """The clinic's doctors by name."""
    return [doctor_card(row) for row in _doctors(clinic_id=clinic_id)]


def slots_of_day(
    *, clinic_id: UUID, on: date, at: datetime, specialty: str = "", doctor_id: UUID | None = None
) -> list[SlotCard]:
    """All slots still to come of a day on the clinic's calendar, taken ones too, by doctor and time."""
    asked = _of_day(by_specialty=bool(specialty), by_doctor=doctor_id is not None)
    return [
        slot_card(row) for row in asked(clinic_id=clinic_id, at=at, specialty=specialty, doctor_id=doctor_id, on=on)
    ]


def free_slots(
    *,
    clinic_id: UUID,
    from_on: date,
    days: int,
    at: datetime,
    specialty: str = "",
    doctor_id: UUID | None = None,
) -> list[SlotCard]:
    """Free slots of `days` days of the clinic's calendar from `from_on`, by time."""
    rows = _to_come(clinic_id, at, specialty, doctor_id).filter(
        visit_on__gte=from_on, visit_on__lt=from_on + timedelta(days=days)
    )
    return [
        slot_card(row) for row in _with_freedom(rows, at).filter(free=True).order_by("starts_at", "doctor__full_name")
    ]


def free_by_day(
    *, clinic_id: UUID, from_on: date, days: int, at: datetime, specialty: str = "", doctor_id: UUID | None = None
) -> dict[date, int]:
    """How many slots are free on each day of the clinic's calendar; every asked day is a key."""
    asked = _counted(by_specialty=bool(specialty), by_doctor=doctor_id is not None)
    until_on = from_on + timedelta(days=days)
    told = {"clinic_id": clinic_id, "at": at, "specialty": specialty, "doctor_id": doctor_id}
    free = dict(asked(**told, from_on=from_on, until_on=until_on))
    return {day: free.get(day, 0) for day in (from_on + timedelta(days=offset) for offset in range(days))}


def next_free_of_doctors(clinic_id: UUID, at: datetime) -> dict[UUID, NextSlot]:
    """The next free slot of each of the clinic's doctors who has one; one query."""
    return _next_free(
        "select id from appointments_doctor where clinic_id = %(owner)s", "doctor_id", {"owner": clinic_id, "at": at}
    )


def next_free_slots(clinic_ids: Collection[UUID], at: datetime) -> dict[UUID, NextSlot]:
    """The next free slot of each clinic that has one; one query for however many clinics."""
    if not clinic_ids:
        return {}
    return _next_free("select unnest(%(owners)s::uuid[]) as id", "clinic_id", {"owners": list(clinic_ids), "at": at})


def _next_free(owners: str, column: str, parameters: dict[str, Any]) -> dict[UUID, NextSlot]:
    """One index probe for each owner. `owners` and `column` are constants of this module."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select owner.id, slot.id, slot.clinic_id, slot.starts_at, slot.visit_on, slot.zone
            from ({owners}) as owner
            cross join lateral (
                select s.* from appointments_slot s
                where s.{column} = owner.id and s.starts_at > %(at)s and s.withdrawn_at is null
                and not exists (
                    select from appointments_appointment a where a.slot_id = s.id and a.state <> 'cancelled')
                and not exists (
                    select from appointments_hold h where h.slot_id = s.id and h.ended_at is null
                    and h.held_at <= %(at)s and coalesce(h.kept_until_at, h.until_at) > %(at)s)
                order by s.starts_at limit 1
            ) as slot
            """,  # noqa: S608  # constants of this module, see above
            parameters,
        )
        return {row[0]: NextSlot(*row[1:]) for row in cursor.fetchall()}


def nearest_free(*, slot_id: UUID, at: datetime, most: int = 4) -> list[SlotCard]:
    """Free slots closest in time to one that is gone: of the same doctor and of colleagues of the specialty in the
    same clinic, told by time. NotFoundError for an unknown slot."""
    wanted = slot(slot_id, at)
    rows = _to_come(wanted.doctor.clinic_id, at, wanted.doctor.specialty_code, None).exclude(pk=slot_id)
    free = _with_freedom(rows, at).filter(free=True)
    # The closest on either side are among the first few of each side; the index serves both.
    around = [
        *free.filter(starts_at__gte=wanted.starts_at).order_by("starts_at")[:most],
        *free.filter(starts_at__lt=wanted.starts_at).order_by("-starts_at")[:most],
    ]
    around.sort(key=lambda row: (abs(row.starts_at - wanted.starts_at), row.doctor_id != wanted.doctor.id))
    return sorted((slot_card(row) for row in around[:most]), key=lambda card: (card.starts_at, card.doctor.full_name))


def slot(slot_id: UUID, at: datetime) -> SlotCard:
    """NotFoundError when there is none."""
    row = _with_freedom(Slot.objects.filter(pk=slot_id), at).first()
    if row is None:
        raise NotFoundError
    return slot_card(row)


_hold = Read(
    lambda: (
        Hold.objects.filter(pk=Told("hold_id", UUIDField()))
        .select_related("slot__doctor")
        .annotate(appointment_pk=F("appointment__pk"))
    ),
    prepared=True,
)


def hold(*, policy_ids: Collection[UUID], hold_id: UUID, at: datetime, held_by: str = "") -> HoldCard:
    """A hold of one of these policies, made by that actor (as the trail writes it) where one is named; NotFoundError
    for another's."""
    found = _hold(hold_id=hold_id)
    row = found[0] if found else None
    if row is None or row.policy_id not in policy_ids or held_by not in ("", row.held_by):
        raise NotFoundError
    is_live = row.ended_at is None and is_live_hold(held_at=row.held_at, until_at=row.until_at, at=at)
    return HoldCard(
        row.pk, row.policy_id, slot_card(row.slot, free=False), row.until_at, is_live, row.appointment_pk, row.moves_id
    )


_doctors = Read(lambda: Doctor.objects.filter(clinic_id=Told("clinic_id", UUIDField())).order_by("full_name"))


@cache
def _of_day(*, by_specialty: bool, by_doctor: bool) -> Read[Any]:
    return Read(
        lambda: _with_freedom(
            _told_to_come(by_specialty, by_doctor).filter(visit_on=Told("on", DateField())), _AT
        ).order_by("doctor__full_name", "starts_at")
    )


@cache
def _counted(*, by_specialty: bool, by_doctor: bool) -> Read[Any]:
    days = {"visit_on__gte": Told("from_on", DateField()), "visit_on__lt": Told("until_on", DateField())}
    return Read(
        lambda: (
            _with_freedom(_told_to_come(by_specialty, by_doctor).filter(**days), _AT)
            .filter(free=True)
            .values("visit_on")
            .annotate(slots=Count("pk"))
            .order_by("visit_on")
            .values_list("visit_on", "slots")
        )
    )


_AT = Told("at", DateTimeField())


def _told_to_come(by_specialty: bool, by_doctor: bool) -> QuerySet[Slot]:
    return _to_come(
        Told("clinic_id", UUIDField()),
        _AT,
        Told("specialty", CharField()) if by_specialty else "",
        Told("doctor_id", UUIDField()) if by_doctor else None,
    )


def _to_come(clinic_id: Any, at: Any, specialty: Any, doctor_id: Any) -> QuerySet[Slot]:
    rows = Slot.objects.filter(clinic_id=clinic_id, starts_at__gt=at, withdrawn_at__isnull=True)
    if specialty:
        rows = rows.filter(doctor__specialty_code=specialty)
    return rows.filter(doctor_id=doctor_id) if doctor_id else rows


def _with_freedom(rows: QuerySet[Slot], at: Any) -> QuerySet[Any]:
    booked = Appointment.objects.filter(slot=OuterRef("pk")).exclude(state=State.CANCELLED)
    held = Hold.objects.filter(slot=OuterRef("pk"), ended_at__isnull=True, held_at__lte=at).filter(
        Q(kept_until_at__gt=at) | Q(kept_until_at__isnull=True, until_at__gt=at)
    )
    to_come = Q(starts_at__gt=at, withdrawn_at__isnull=True)
    free = ExpressionWrapper(to_come & ~Exists(booked) & ~Exists(held), output_field=BooleanField())
    return rows.select_related("doctor").annotate(free=free)
