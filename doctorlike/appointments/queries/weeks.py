"""A clinic's weeks as its reception sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from doctorlike.appointments import rules
from doctorlike.appointments.models import Appointment, Doctor, Slot
from doctorlike.appointments.queries import timetables
from doctorlike.appointments.queries.cards import DoctorCard, doctor_card
from doctorlike.appointments.rules import State
from doctorlike.kit.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class DayView:
    """A doctor's working day. `hours` by the clinic's clock, none for no work; `is_other`: not the usual ones. `slots`
    and `booked` count places that are published, past ones too; None: not published yet."""

    on: date
    hours: tuple[str, ...]
    is_other: bool
    slots: int | None
    booked: int

    @property
    def free(self) -> int:
        return max((self.slots or 0) - self.booked, 0)

    @property
    def load(self) -> int:
        """Percent of the places that are booked."""
        return round(100 * self.booked / self.slots) if self.slots else 0


@dataclass(frozen=True, slots=True)
class DoctorWeek:
    doctor: DoctorCard
    leaves_on: date | None
    days: Sequence[DayView]


@dataclass(frozen=True, slots=True)
class ClinicDayView:
    """`holiday` in words, or nothing; `hours`: of the whole clinic where they are not the usual, nothing for closed."""

    on: date
    holiday: str
    is_other: bool
    hours: str


@dataclass(frozen=True, slots=True)
class WeekView:
    days: Sequence[ClinicDayView]
    doctors: Sequence[DoctorWeek]


def week(clinic_id: UUID, from_on: date, days: int, *, doctor_id: UUID | None = None) -> WeekView:
    """Doctors by name with their days; those who left before are not shown. Seven queries, however many doctors and
    days."""
    until_on = from_on + timedelta(days=days)
    table = timetables.timetable(clinic_id, from_on, until_on)
    counted = _counted(clinic_id, from_on, until_on)
    calendar = list(rules.days_of(from_on, until_on))
    rows = Doctor.objects.filter(clinic_id=clinic_id).exclude(leaves_on__lte=from_on)
    if doctor_id is not None:
        rows = rows.filter(pk=doctor_id)
    return WeekView(
        days=[_clinic_day(day, table) for day in calendar],
        doctors=[
            DoctorWeek(doctor_card(row), row.leaves_on, [_day(row, day, table, counted) for day in calendar])
            for row in rows.order_by("full_name")
        ],
    )


def _clinic_day(day: date, table: rules.Timetable) -> ClinicDayView:
    hours = table.clinic_days.get(day)
    return ClinicDayView(day, rules.holiday_name(day), day in table.clinic_days, words_of(hours) if hours else "")


def _day(
    doctor: Doctor, day: date, table: rules.Timetable, counted: dict[tuple[UUID, date], tuple[int, int]]
) -> DayView:
    schedule = table.schedules[doctor.pk]
    spans = table.spans(doctor.pk, day)
    is_published = doctor.published_until_on is not None and day < doctor.published_until_on
    slots, booked = counted.get((doctor.pk, day), (0, 0))
    return DayView(
        on=day,
        hours=tuple(f"{span.opens:%H:%M}–{span.closes:%H:%M}" for span in spans),
        is_other=day in schedule.exceptions,
        slots=slots if is_published or slots else None,
        booked=booked,
    )


def _counted(clinic_id: UUID, from_on: date, until_on: date) -> dict[tuple[UUID, date], tuple[int, int]]:
    live = Appointment.objects.filter(slot=OuterRef("pk")).exclude(state=State.CANCELLED)
    rows = (
        Slot.objects.filter(
            clinic_id=clinic_id, visit_on__gte=from_on, visit_on__lt=until_on, withdrawn_at__isnull=True
        )
        .annotate(is_booked=Exists(live))
        .values_list("doctor_id", "visit_on")
        .annotate(slots=Count("pk"), booked=Count("pk", filter=Q(is_booked=True)))
        .order_by()
    )
    return {(doctor_id, on): (slots, booked) for doctor_id, on, slots, booked in rows}


def words_of(hours: rules.Hours) -> str:
    return f"{hours.from_local:%H:%M}–{hours.to_local:%H:%M}"


@dataclass(frozen=True, slots=True)
class HoursLine:
    """Weekly hours of a doctor. Service and room are filled in; `holds`: now, or only from `valid_from_on` on."""

    id: UUID | None
    weekday: int
    hours: str
    work: rules.Work
    valid_from_on: date
    valid_to_on: date | None
    holds: bool


@dataclass(frozen=True, slots=True)
class OtherDaysLine:
    """Neighbouring days with the same other hours, the last one included; without hours: days off, or closed."""

    first_on: date
    last_on: date
    hours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DoctorView:
    card: DoctorCard
    leaves_on: date | None
    published_until_on: date | None
    hours: Sequence[HoursLine]
    other_days: Sequence[OtherDaysLine]
    schedule: rules.Schedule


def doctor_at(clinic_id: UUID, doctor_id: UUID, today: date) -> DoctorView:
    """One doctor of this clinic; NotFoundError for another's."""
    row = Doctor.objects.filter(pk=doctor_id, clinic_id=clinic_id).first()
    if row is None:
        raise NotFoundError
    schedule = timetables.schedules([row], today)[row.pk]
    return DoctorView(
        card=doctor_card(row),
        leaves_on=row.leaves_on,
        published_until_on=row.published_until_on,
        hours=[_line(one, schedule, today) for one in schedule.patterns if _is_to_come(one, today)],
        other_days=_lines(
            {
                day: tuple(words_of(one.hours) for one in hours)
                for day, hours in schedule.exceptions.items()
                if day >= today
            }
        ),
        schedule=schedule,
    )


def _is_to_come(pattern: rules.Pattern, today: date) -> bool:
    return pattern.valid_to_on is None or pattern.valid_to_on > today


def _line(pattern: rules.Pattern, schedule: rules.Schedule, today: date) -> HoursLine:
    return HoursLine(
        id=pattern.id,
        weekday=pattern.weekday,
        hours=words_of(pattern.hours),
        work=schedule.filled(pattern.work),
        valid_from_on=pattern.valid_from_on,
        valid_to_on=pattern.valid_to_on,
        holds=pattern.valid_from_on <= today,
    )


def other_days_of_clinic(clinic_id: UUID, today: date) -> list[OtherDaysLine]:
    """From today on. One query."""
    days = timetables.clinic_days([clinic_id], today)[clinic_id]
    return _lines({day: (words_of(hours),) if hours else () for day, hours in days.items() if day >= today})


def _lines(days: dict[date, tuple[str, ...]]) -> list[OtherDaysLine]:
    lines: list[OtherDaysLine] = []
    for day in sorted(days):
        last = lines[-1] if lines else None
        if last is not None and last.last_on + timedelta(days=1) == day and last.hours == days[day]:
            lines[-1] = OtherDaysLine(last.first_on, day, last.hours)
        else:
            lines.append(OtherDaysLine(day, day, days[day]))
    return lines


def hours_at(clinic_id: UUID, hours_id: UUID, today: date) -> tuple[DoctorView, rules.Pattern]:
    """Weekly hours of a doctor of this clinic that still hold on some day; NotFoundError for others."""
    row = Doctor.objects.filter(clinic_id=clinic_id, patterns=hours_id).values_list("pk", flat=True).first()
    if row is None:
        raise NotFoundError
    doctor = doctor_at(clinic_id, row, today)
    found = next((one for one in doctor.schedule.patterns if one.id == hours_id and _is_to_come(one, today)), None)
    if found is None:
        raise NotFoundError
    return doctor, found


def next_days_off(today: date, days: int) -> list[tuple[date, str]]:
    """Public holidays of the days to come, with their names."""
    coming = rules.days_of(today, today + timedelta(days=days))
    return [(day, rules.holiday_name(day)) for day in coming if rules.is_public_holiday(day)]
