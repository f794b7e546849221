"""From weekly patterns to rows that can be booked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import DateField, ExpressionWrapper, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from doctorlike.appointments import rules
from doctorlike.appointments.models import BookingTerms, Doctor
from doctorlike.appointments.queries import timetables
from doctorlike.audit.commands import record
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id

DOCTORS_AT_ONCE = 500


def publish_slots(*, clinic_id: UUID | None = None, until: date | None = None, by: Actor, at: datetime) -> int:
    """Make the slots of one clinic (None: of all) that start after `at` on days before `until`, counted on each
    clinic's own calendar (None: as far as each clinic's terms say); returns how many were made. A day is published
    once: repeating, or running twice at the same time, makes nothing anew, and neither a later change of the zone nor
    one that was made around `changes.apply_change` moves a slot that is there.

    Commits after every few hundred doctors, so a killed run goes on where it stopped.
    """
    made = 0
    while published := _publish_some(clinic_id, until, by, at):
        made += published.slots
    return made


class _Published:
    """How far one round came; true while there may be another."""

    def __init__(self, doctors: int, slots: int) -> None:
        self.doctors, self.slots = doctors, slots

    def __bool__(self) -> bool:
        return self.doctors > 0


@transaction.atomic
def _publish_some(clinic_id: UUID | None, until: date | None, by: Actor, at: datetime) -> _Published:
    doctors = list(_due(clinic_id, until, at)[:DOCTORS_AT_ONCE])
    if not doctors:
        return _Published(0, 0)
    # All read before the COPY: the connection can do nothing else while it runs.
    slots = len(insert_slots(list(_rows(doctors, at))))
    for until_on in {doctor.until_on for doctor in doctors}:
        reached = [doctor.pk for doctor in doctors if doctor.until_on == until_on]
        Doctor.objects.filter(pk__in=reached).update(published_until_on=until_on)
    record(
        by=by,
        at=at,
        action="slots.published",
        subject_type="schedule",
        subject_id=clinic_id or "all",
        details={
            "until": max(doctor.until_on for doctor in doctors).isoformat(),
            "doctors": len(doctors),
            "slots": slots,
        },
    )
    return _Published(len(doctors), slots)


def _due(clinic_id: UUID | None, until: date | None, at: datetime) -> QuerySet[Any]:
    """Doctors with days to publish, each with the day `until_on` up to which; locked."""
    doctors = Doctor.objects.annotate(until_on=Value(until, DateField()) if until else _horizon(at))
    due = doctors.filter(Q(published_until_on__isnull=True) | Q(published_until_on__lt=F("until_on")))
    if clinic_id is not None:
        due = due.filter(clinic_id=clinic_id)
    return due.select_related("clinic").select_for_update(of=("self",)).order_by("pk")


def _horizon(at: datetime) -> Combinable:
    """The first day that a clinic does not publish yet, by its own calendar."""
    today = Cast(Func(F("clinic__zone"), Value(at), function="timezone"), DateField())
    terms = BookingTerms.objects.filter(clinic=OuterRef("clinic")).values("horizon_days")
    days = Coalesce(Subquery(terms), Value(rules.HORIZON_DAYS))
    return ExpressionWrapper(today + days, output_field=DateField())


Row = tuple[UUID, UUID, UUID, datetime, datetime, date, str, int, str, str]


def row_of(slot: rules.SlotTime, doctor_id: UUID, clinic_id: UUID, zone: str) -> Row:
    told = (new_id(), doctor_id, clinic_id, slot.starts_at, slot.ends_at, slot.visit_on, zone)
    return (*told, slot.place, slot.work.service_code, slot.work.room)


def _rows(doctors: Sequence[Any], at: datetime) -> Iterator[Row]:
    # A night that began yesterday still has slots to come when nothing was ever published.
    starts = {
        doctor.pk: doctor.published_until_on or rules.visit_date(at, ZoneInfo(doctor.clinic.zone)) - timedelta(days=1)
        for doctor in doctors
    }
    first_day, until_on = min(starts.values()), max(doctor.until_on for doctor in doctors)
    schedules = timetables.schedules(doctors, first_day, until_on)
    clinic_days = timetables.clinic_days({doctor.clinic_id for doctor in doctors}, first_day, until_on)
    for doctor in doctors:
        zone = ZoneInfo(doctor.clinic.zone)
        for day in rules.days_of(starts[doctor.pk], doctor.until_on):
            for slot in rules.slots_of_day(day, schedules[doctor.pk], clinic_days[doctor.clinic_id], zone):
                if slot.starts_at > at:
                    yield row_of(slot, doctor.pk, doctor.clinic_id, doctor.clinic.zone)


def insert_slots(rows: Sequence[Row]) -> list[UUID]:
    """The slots that were not there yet; their ids. COPY is several times faster than INSERT here, but knows no
    conflicts: hence the table on the way."""
    columns = "id, doctor_id, clinic_id, starts_at, ends_at, visit_on, zone, place, service_code, room"
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table slots_coming (id uuid, doctor_id uuid, clinic_id uuid, starts_at timestamptz,"
            " ends_at timestamptz, visit_on date, zone text, place smallint, service_code text, room text)"
            " on commit drop"
        )
        with cursor.copy(f"copy slots_coming ({columns}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"insert into appointments_slot ({columns}) select {columns} from slots_coming"  # noqa: S608  # constants
            " on conflict do nothing returning id"
        )
        made = [pk for (pk,) in cursor.fetchall()]
        cursor.execute("drop table slots_coming")
    return made
