"""When doctors work, and the slots made from it (docs/rules/booking.md).

A working day is a day of the clinic's calendar; times without a zone are by the clinic's clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

HORIZON_DAYS = 30  # how far ahead of the clinic's day slots are published where the clinic says nothing else

# Non-working holidays, article 112 of the Labour Code; days off moved by the government are exceptions of a schedule.
_HOLIDAYS = {
    **{(1, day): _("Новогодние каникулы") for day in (1, 2, 3, 4, 5, 6, 8)},
    (1, 7): _("Рождество Христово"),
    (2, 23): _("День защитника Отечества"),
    (3, 8): _("Международный женский день"),
    (5, 1): _("Праздник Весны и Труда"),
    (5, 9): _("День Победы"),
    (6, 12): _("День России"),
    (11, 4): _("День народного единства"),
}


def is_public_holiday(day: date) -> bool:
    return (day.month, day.day) in _HOLIDAYS


def holiday_name(day: date) -> str:
    """The holiday in words; nothing on other days."""
    return str(_HOLIDAYS.get((day.month, day.day), ""))


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours by the clinic's clock. `to_local` not after `from_local` means the next day: a night on duty, or
    until midnight."""

    from_local: time
    to_local: time

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Start and end by the clinic's clock, on that working day."""
        last_day = day if self.to_local > self.from_local else day + timedelta(days=1)
        return datetime.combine(day, self.from_local), datetime.combine(last_day, self.to_local)


@dataclass(frozen=True, slots=True)
class Work:
    """What is done in a stretch of hours: visits of `slot_minutes`, behind each `buffer_minutes` that stay free,
    `capacity` patients at one time. Blank service and room are the doctor's own."""

    slot_minutes: int
    buffer_minutes: int = 0
    capacity: int = 1
    service_code: str = ""
    room: str = ""

    def filled(self, service_code: str, room: str) -> Work:
        return replace(self, service_code=self.service_code or service_code, room=self.room or room)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What repeats on one weekday (Monday is 0), from `valid_from_on` up to, not including, `valid_to_on`. `id` is None
    until it is kept."""

    weekday: int
    hours: Hours
    work: Work
    valid_from_on: date
    valid_to_on: date | None = None
    id: UUID | None = None

    def holds_on(self, day: date) -> bool:
        return (
            day.weekday() == self.weekday
            and self.valid_from_on <= day
            and (self.valid_to_on is None or day < self.valid_to_on)
        )


@dataclass(frozen=True, slots=True)
class OtherHours:
    """Hours of one day instead of the usual. Without `work` of their own they are worked as the day's first usual ones,
    and not at all on a day that has none."""

    hours: Hours
    work: Work | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one working day, by the clinic's clock."""

    opens: datetime
    closes: datetime
    work: Work


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that tells when a doctor works. `exceptions`: other hours of single days, none for a day off. `leaves_on` is
    the first day without them. Slots of the days before `published_until_on` are made."""

    doctor_id: UUID
    full_name: str
    service_code: str
    room: str
    patterns: Sequence[Pattern] = ()
    exceptions: Mapping[date, Sequence[OtherHours]] = field(default_factory=dict)
    leaves_on: date | None = None
    published_until_on: date | None = None

    def filled(self, work: Work) -> Work:
        return work.filled(self.service_code, self.room)


# Days on which the whole clinic works otherwise: closed (None), or open within these hours only.
ClinicDays = Mapping[date, Hours | None]


def spans_of_day(day: date, schedule: Schedule, clinic_days: ClinicDays) -> list[Span]:
    """The doctor's stretches of work that begin on a working day, by time.

    The doctor's own exception of the day comes before all else and replaces the day. Then the clinic's: closed, or the
    usual hours cut to those in which it is open, on a public holiday too. Otherwise nobody works on public holidays.
    """
    if schedule.leaves_on is not None and day >= schedule.leaves_on:
        return []
    usual = sorted((one for one in schedule.patterns if one.holds_on(day)), key=lambda one: one.hours.from_local)
    if day in schedule.exceptions:
        usually = usual[0].work if usual else None
        spans = [_span(day, one.hours, one.work or usually) for one in schedule.exceptions[day]]
    elif day in clinic_days:
        spans = [_cut(_span(day, one.hours, one.work), day, clinic_days[day]) for one in usual]
    elif is_public_holiday(day):
        return []
    else:
        spans = [_span(day, one.hours, one.work) for one in usual]
    return sorted((span for span in spans if span is not None), key=lambda span: span.opens)


def _span(day: date, hours: Hours, work: Work | None) -> Span | None:
    return Span(*hours.on(day), work) if work is not None else None


def _cut(span: Span | None, day: date, open_hours: Hours | None) -> Span | None:
    if span is None or open_hours is None:
        return None
    opens, closes = open_hours.on(day)
    opens, closes = max(opens, span.opens), min(closes, span.closes)
    return Span(opens, closes, span.work) if opens < closes else None


@dataclass(frozen=True, slots=True)
class SlotTime:
    """One patient's time: instants in UTC, the calendar day at the clinic that they are counted to, which of the
    patients who share the time, and what for."""

    starts_at: datetime
    ends_at: datetime
    visit_on: date
    place: int
    work: Work


def slots_of_day(day: date, schedule: Schedule, clinic_days: ClinicDays, zone: ZoneInfo) -> Iterator[SlotTime]:
    """The slots of one doctor on a working day of the clinic's calendar.

    Working hours begin and end by the clinic's clock, between them slots (and the buffers behind them) follow each
    other by true minutes: when the clock is changed during the hours the day is shorter or longer, and no slot is. A
    remainder too short for a slot is left out; the last buffer may reach past the hours. After midnight a night's slots
    belong to the day on which they start.
    """
    for span in spans_of_day(day, schedule, clinic_days):
        yield from _slots_of_span(span, zone)


def _slots_of_span(span: Span, zone: ZoneInfo) -> Iterator[SlotTime]:
    length = timedelta(minutes=span.work.slot_minutes)
    step = length + timedelta(minutes=span.work.buffer_minutes)
    starts_at, closes_at = instants(span, zone)
    while starts_at + length <= closes_at:
        on = visit_date(starts_at, zone)
        for place in range(1, span.work.capacity + 1):
            yield SlotTime(starts_at, starts_at + length, on, place, span.work)
        starts_at += step


def instants(span: Span, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a stretch begins and ends, in UTC."""
    return span.opens.replace(tzinfo=zone).astimezone(UTC), span.closes.replace(tzinfo=zone).astimezone(UTC)


def visit_date(starts_at: datetime, zone: ZoneInfo) -> date:
    """The calendar date of an instant at the clinic: the date insurance looks at."""
    return starts_at.astimezone(zone).date()
