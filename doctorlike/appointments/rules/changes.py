"""Changes of a clinic's timetable, and which of them cannot be (docs/rules/booking.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise, product
from uuid import UUID

from doctorlike.appointments.errors import OverlappingHoursError, RoomTakenError
from doctorlike.appointments.rules.schedules import (
    ClinicDays,
    Hours,
    OtherHours,
    Pattern,
    Schedule,
    Span,
    spans_of_day,
)

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Timetable:
    """The schedules of one clinic's doctors, and the days on which all of it works otherwise."""

    zone: str
    clinic_days: ClinicDays
    schedules: Mapping[UUID, Schedule]

    def spans(self, doctor_id: UUID, day: date) -> list[Span]:
        """The doctor's stretches of work that begin on the day, service and room filled in."""
        schedule = self.schedules[doctor_id]
        spans = spans_of_day(day, schedule, self.clinic_days)
        return [replace(span, work=schedule.filled(span.work)) for span in spans]


@dataclass(frozen=True, slots=True)
class NewHours:
    doctor_id: UUID
    patterns: Sequence[Pattern]


@dataclass(frozen=True, slots=True)
class ChangedHours:
    """From `from_on` on other hours in place of these; none: these hours end."""

    doctor_id: UUID
    pattern_id: UUID
    from_on: date
    patterns: Sequence[Pattern] = ()


@dataclass(frozen=True, slots=True)
class OtherDays:
    """One doctor's days from `from_on` up to, not including, `until_on`. `hours`: worked instead of the usual; none: a
    day off; None: as usual again."""

    doctor_id: UUID
    from_on: date
    until_on: date
    hours: Sequence[OtherHours] | None


@dataclass(frozen=True, slots=True)
class OtherClinicDays:
    """The same of the whole clinic. `hours`: those in which it is open; None: closed. `as_usual`: neither any more."""

    from_on: date
    until_on: date
    hours: Hours | None = None
    as_usual: bool = False


@dataclass(frozen=True, slots=True)
class Leaving:
    """`on`: the first day without the doctor; None: they stay."""

    doctor_id: UUID
    on: date | None


@dataclass(frozen=True, slots=True)
class DoctorFacts:
    """Who the doctor is, which service is theirs where hours name no other, and where."""

    doctor_id: UUID
    full_name: str
    specialty_code: str
    service_code: str
    room: str


Change = NewHours | ChangedHours | OtherDays | OtherClinicDays | Leaving | DoctorFacts


def concerned(timetable: Timetable, change: Change) -> list[UUID]:
    """Whose hours a change may touch."""
    return list(timetable.schedules) if isinstance(change, OtherClinicDays) else [change.doctor_id]


def changed(before: Timetable, change: Change) -> Timetable:
    """The timetable with the change in it. Nothing of the past is rewritten: hours that held stay, with their end."""
    if isinstance(change, OtherClinicDays):
        days = dict(before.clinic_days)
        for day in days_of(change.from_on, change.until_on):
            days.pop(day, None)
            if not change.as_usual:
                days[day] = change.hours
        return replace(before, clinic_days=days)
    schedule = _changed(before.schedules[change.doctor_id], change)
    return replace(before, schedules={**before.schedules, change.doctor_id: schedule})


def _changed(schedule: Schedule, change: NewHours | ChangedHours | OtherDays | Leaving | DoctorFacts) -> Schedule:
    match change:
        case NewHours():
            return replace(schedule, patterns=(*schedule.patterns, *change.patterns))
        case ChangedHours():
            return replace(schedule, patterns=tuple(_ended(schedule.patterns, change)))
        case OtherDays():
            exceptions = dict(schedule.exceptions)
            for day in days_of(change.from_on, change.until_on):
                exceptions.pop(day, None)
                if change.hours is not None:
                    exceptions[day] = tuple(change.hours)
            return replace(schedule, exceptions=exceptions)
        case Leaving():
            return replace(schedule, leaves_on=change.on)
        case DoctorFacts():
            return replace(schedule, full_name=change.full_name, service_code=change.service_code, room=change.room)


def _ended(patterns: Iterable[Pattern], change: ChangedHours) -> Iterator[Pattern]:
    for one in patterns:
        if one.id != change.pattern_id:
            yield one
            continue
        if one.valid_from_on < change.from_on:
            yield replace(one, valid_to_on=min(one.valid_to_on or change.from_on, change.from_on))
        yield from change.patterns


def days_of(from_on: date, until_on: date) -> Iterator[date]:
    for offset in range((until_on - from_on).days):
        yield from_on + timedelta(days=offset)


def reach(change: Change, from_on: date, until_on: date) -> tuple[date, date]:
    """The working days within `from_on` … `until_on` (half-open) that a change may touch."""
    if isinstance(change, OtherDays | OtherClinicDays):
        return max(from_on, change.from_on), min(until_on, change.until_on)
    return from_on, until_on


def refuse_impossible(before: Timetable, after: Timetable, doctor_id: UUID, from_on: date) -> None:
    """What a change of this doctor must not bring. OverlappingHoursError: they would work twice at a time;
    RoomTakenError: two doctors in one room. Weeks are compared as they repeat, days with other hours one by one from
    `from_on` on. What was so before does not stand in the way of a change that has nothing to do with it."""
    schedule = after.schedules[doctor_id]
    colleagues = [one for one in after.schedules.values() if one.doctor_id != doctor_id]
    _refuse_weeks(before.schedules[doctor_id], schedule, colleagues, from_on)
    otherwise = {day for one in after.schedules.values() for day in _days_otherwise(one, from_on)}
    for day in sorted(otherwise):
        if before.spans(doctor_id, day) != after.spans(doctor_id, day):
            _refuse_day(day, schedule, colleagues, after)


def _refuse_weeks(was: Schedule, schedule: Schedule, colleagues: Sequence[Schedule], from_on: date) -> None:
    own = _to_come(schedule, from_on)
    known = {one.id for one in was.patterns}
    stays_longer = (schedule.leaves_on or date.max) > (was.leaves_on or date.max)
    if stays_longer or was.room != schedule.room:
        known = set()  # all is looked at as if it were new
    new = [one for one in own if one.id is None or one.id not in known]
    for one, other in ((one, other) for one in new for other in own if other is not one):
        if _meet(one, other):
            raise OverlappingHoursError(weekday=one.weekday, day=None, hours=one.hours, other=other.hours)
    for colleague in colleagues:
        for mine, theirs in product(new, _to_come(colleague, from_on)):
            room = _one_room(schedule.filled(mine.work).room, colleague.filled(theirs.work).room)
            if room and _meet(mine, theirs):
                raise RoomTakenError(
                    room=room, doctor=colleague.full_name, weekday=theirs.weekday, day=None, hours=theirs.hours
                )


def _refuse_day(day: date, schedule: Schedule, colleagues: Sequence[Schedule], timetable: Timetable) -> None:
    spans = sorted(_around(day, schedule.doctor_id, timetable), key=lambda span: span.opens)
    for span, following in pairwise(spans):
        if following.opens < span.closes:
            raise OverlappingHoursError(weekday=None, day=day, hours=_hours(span), other=_hours(following))
    mine = timetable.spans(schedule.doctor_id, day)
    for colleague in colleagues:
        for one, their in product(mine, _around(day, colleague.doctor_id, timetable)):
            room = _one_room(one.work.room, their.work.room)
            if room and one.opens < their.closes and their.opens < one.closes:
                raise RoomTakenError(room=room, doctor=colleague.full_name, weekday=None, day=day, hours=_hours(their))


def _to_come(schedule: Schedule, from_on: date) -> list[Pattern]:
    """Hours that still hold on some day from `from_on` on, while the doctor is there."""
    ended = [replace(one, valid_to_on=_earlier(one.valid_to_on, schedule.leaves_on)) for one in schedule.patterns]
    return [
        one
        for one in ended
        if one.valid_to_on is None or (one.valid_to_on > from_on and one.valid_to_on > one.valid_from_on)
    ]


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _days_otherwise(schedule: Schedule, from_on: date) -> set[date]:
    return {day for day, hours in schedule.exceptions.items() if hours and day >= from_on}


def _around(day: date, doctor_id: UUID, timetable: Timetable) -> list[Span]:
    """The day's stretches with the night before and the day after."""
    return [span for near in (day - DAY, day, day + DAY) for span in timetable.spans(doctor_id, near)]


_WEEK = 7 * 24 * 60


def _meet(one: Pattern, other: Pattern) -> bool:
    """Whether two weekly hours ever overlap: on the same days, at the same time; nights reach into the next day."""
    if one.valid_to_on is not None and one.valid_to_on <= other.valid_from_on:
        return False
    if other.valid_to_on is not None and other.valid_to_on <= one.valid_from_on:
        return False
    (opens, closes), (other_opens, other_closes) = _minutes(one), _minutes(other)
    return any(opens + turn < other_closes and other_opens < closes + turn for turn in (-_WEEK, 0, _WEEK))


def _minutes(pattern: Pattern) -> tuple[float, float]:
    """Of the week, from Monday's midnight."""
    monday = datetime(2024, 1, 1)  # noqa: DTZ001  # any Monday of the wall's calendar
    opens, closes = pattern.hours.on(monday.date() + timedelta(days=pattern.weekday))
    return (opens - monday).total_seconds() / 60, (closes - monday).total_seconds() / 60


def _one_room(one: str, other: str) -> str:
    """The room if both mean the same; nothing where one of them is not told."""
    return one if one and " ".join(one.casefold().split()) == " ".join(other.casefold().split()) else ""


def _hours(span: Span) -> Hours:
    return Hours(span.opens.time(), span.closes.time())
