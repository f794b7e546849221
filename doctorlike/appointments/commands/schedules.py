"""From weekly patterns to rows that can be booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q

from doctorlike.appointments import rules
from doctorlike.appointments.models import Doctor, ScheduleException, WeeklyPattern
from doctorlike.audit.commands import record
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id

DOCTORS_AT_ONCE = 500


def publish_slots(*, clinic_id: UUID | None = None, until: date, by: Actor, at: datetime) -> int:
    """Make the slots of one clinic (None: of all) that start after `at` on days before `until`, counted on each
    clinic's own calendar; returns how many were made. A day is published once: repeating, or running twice at the same
    time, makes nothing anew, and a later change of pattern, exception or zone moves no slot that is there.

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
def _publish_some(clinic_id: UUID | None, until: date, by: Actor, at: datetime) -> _Published:
    due = Doctor.objects.filter(Q(published_until_on__isnull=True) | Q(published_until_on__lt=until))
    if clinic_id is not None:
        due = due.filter(clinic_id=clinic_id)
    doctors = list(due.select_related("clinic").select_for_update(of=("self",)).order_by("pk")[:DOCTORS_AT_ONCE])
    if not doctors:
        return _Published(0, 0)
    # All read before the COPY: the connection can do nothing else while it runs.
    slots = _insert_slots(list(_rows(doctors, until, at)))
    Doctor.objects.filter(pk__in=[doctor.pk for doctor in doctors]).update(published_until_on=until)
    record(
        by=by,
        at=at,
        action="slots.published",
        subject_type="schedule",
        subject_id=clinic_id or "all",
        details={"until": until.isoformat(), "doctors": len(doctors), "slots": slots},
    )
    return _Published(len(doctors), slots)


Row = tuple[UUID, UUID, UUID, datetime, datetime, date, str]


def _rows(doctors: list[Doctor], until: date, at: datetime) -> Iterator[Row]:
    ids = [doctor.pk for doctor in doctors]
    patterns: dict[UUID, list[rules.Pattern]] = defaultdict(list)
    for row in WeeklyPattern.objects.filter(doctor_id__in=ids):
        hours = rules.Hours(row.from_local, row.to_local)
        patterns[row.doctor_id].append(
            rules.Pattern(row.weekday, hours, row.slot_minutes, row.valid_from_on, row.valid_to_on)
        )
    exceptions: dict[UUID, dict[date, rules.Hours | None]] = defaultdict(dict)
    for other in ScheduleException.objects.filter(doctor_id__in=ids, on__lt=until):
        opens, closes = other.from_local, other.to_local
        exceptions[other.doctor_id][other.on] = rules.Hours(opens, closes) if opens and closes else None
    for doctor in doctors:
        zone = ZoneInfo(doctor.clinic.zone)
        # A night that began yesterday still has slots to come when nothing was ever published.
        first_day = doctor.published_until_on or rules.visit_date(at, zone) - timedelta(days=1)
        for offset in range((until - first_day).days):
            day = first_day + timedelta(days=offset)
            for slot in rules.slots_of_day(
                day, patterns=patterns[doctor.pk], exceptions=exceptions[doctor.pk], zone=zone
            ):
                if slot.starts_at > at:
                    yield (
                        new_id(),
                        doctor.pk,
                        doctor.clinic_id,
                        slot.starts_at,
                        slot.ends_at,
                        slot.visit_on,
                        doctor.clinic.zone,
                    )


def _insert_slots(rows: Sequence[Row]) -> int:
    """COPY is several times faster than INSERT here, but knows no conflicts: hence the table on the way."""
    columns = "id, doctor_id, clinic_id, starts_at, ends_at, visit_on, zone"
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table slots_coming (id uuid, doctor_id uuid, clinic_id uuid, starts_at timestamptz,"
            " ends_at timestamptz, visit_on date, zone text) on commit drop"
        )
        with cursor.copy(f"copy slots_coming ({columns}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"insert into appointments_slot ({columns}) select {columns} from slots_coming"  # noqa: S608  # constants
            " on conflict (doctor_id, starts_at) do nothing"
        )
        made = cursor.rowcount
        cursor.execute("drop table slots_coming")
    return made
