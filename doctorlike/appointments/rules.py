"""Schedules, holds and the life of a visit (docs/rules/booking.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from doctorlike.appointments.errors import (
    NotTheVisitsDayError,
    TransitionRefusedError,
    VisitNotStartedError,
    VisitStartedError,
)

HORIZON_DAYS = 30  # how far ahead of the clinic's day slots are published
HOLD_TIME = timedelta(minutes=5)

# Non-working holidays, article 112 of the Labour Code; days off moved by the government are exceptions of a schedule.
_HOLIDAYS = frozenset({*((1, day) for day in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)})


def is_public_holiday(day: date) -> bool:
    return (day.month, day.day) in _HOLIDAYS


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours by the clinic's clock. `to_local` not after `from_local` means the next day: a night on duty, or
    until midnight."""

    from_local: time
    to_local: time


@dataclass(frozen=True, slots=True)
class Pattern:
    """What repeats on one weekday (Monday is 0), from `valid_from_on` up to, not including, `valid_to_on`."""

    weekday: int
    hours: Hours
    slot_minutes: int
    valid_from_on: date
    valid_to_on: date | None = None

    def holds_on(self, day: date) -> bool:
        return (
            day.weekday() == self.weekday
            and self.valid_from_on <= day
            and (self.valid_to_on is None or day < self.valid_to_on)
        )


@dataclass(frozen=True, slots=True)
class SlotTime:
    """Instants in UTC and the calendar day at the clinic that they are counted to."""

    starts_at: datetime
    ends_at: datetime
    visit_on: date


def slots_of_day(
    day: date, *, patterns: Iterable[Pattern], exceptions: Mapping[date, Hours | None], zone: ZoneInfo
) -> Iterator[SlotTime]:
    """The slots of one doctor that start on a working day of the clinic's calendar. An exception replaces the hours of
    its day (None: no work), also on a holiday; otherwise nobody works on public holidays.

    Working hours begin and end by the clinic's clock, between them slots follow each other by true minutes: when the
    clock is changed during the hours the day is shorter or longer, and no slot is. A remainder too short for a slot is
    left out. After midnight a night's slots belong to the day on which they start.
    """
    for pattern in patterns:
        if not pattern.holds_on(day):
            continue
        hours = exceptions[day] if day in exceptions else None if is_public_holiday(day) else pattern.hours
        if hours is not None:
            yield from _cut(day, hours, timedelta(minutes=pattern.slot_minutes), zone)


def _cut(day: date, hours: Hours, length: timedelta, zone: ZoneInfo) -> Iterator[SlotTime]:
    last_day = day if hours.to_local > hours.from_local else day + timedelta(days=1)
    starts_at = datetime.combine(day, hours.from_local, zone).astimezone(UTC)
    closes_at = datetime.combine(last_day, hours.to_local, zone).astimezone(UTC)
    while starts_at + length <= closes_at:
        yield SlotTime(starts_at, starts_at + length, visit_date(starts_at, zone))
        starts_at += length


def visit_date(starts_at: datetime, zone: ZoneInfo) -> date:
    """The calendar date of an instant at the clinic: the date insurance looks at."""
    return starts_at.astimezone(zone).date()


def is_live_hold(*, held_at: datetime, until_at: datetime, at: datetime) -> bool:
    """Whether a hold that nobody ended still keeps its slot. Half-open: at `until_at` it is over. A hold of the future,
    left behind when a demo's clock was turned back, keeps nothing."""
    return held_at <= at < until_at


_PATIENTS = UUID("0198c1f2-6f0e-7d53-9a54-3f1d7c2be601")


def patient_key(full_name: str, born_on: date) -> UUID:
    """One key for one human being, whichever contract names them: each contract has its own record of its insured, and
    nobody can be in two places by having two policies. Case, spaces and ё are looked past."""
    name = " ".join(full_name.casefold().replace("ё", "е").split())
    return uuid5(_PATIENTS, f"{name}|{born_on.isoformat()}")


class State(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
    ARRIVED = "arrived"
    NO_SHOW = "no_show"
    FULFILLED = "fulfilled"


class Event(StrEnum):
    CANCEL = "cancel"
    ARRIVE = "arrive"
    MISS = "miss"
    FULFIL = "fulfil"


# Arrival and no-show may be put right: the registrar's tap went wrong, or the patient came late. A service register is
# the last word on what was rendered, whatever the reception marked.
TRANSITIONS: Mapping[tuple[State, Event], State] = {
    (State.BOOKED, Event.CANCEL): State.CANCELLED,
    (State.CANCELLED, Event.CANCEL): State.CANCELLED,
    (State.BOOKED, Event.ARRIVE): State.ARRIVED,
    (State.ARRIVED, Event.ARRIVE): State.ARRIVED,
    (State.NO_SHOW, Event.ARRIVE): State.ARRIVED,
    (State.BOOKED, Event.MISS): State.NO_SHOW,
    (State.ARRIVED, Event.MISS): State.NO_SHOW,
    (State.NO_SHOW, Event.MISS): State.NO_SHOW,
    (State.BOOKED, Event.FULFIL): State.FULFILLED,
    (State.ARRIVED, Event.FULFIL): State.FULFILLED,
    (State.NO_SHOW, Event.FULFIL): State.FULFILLED,
    (State.FULFILLED, Event.FULFIL): State.FULFILLED,
}


def next_state(
    state: State, event: Event, *, starts_at: datetime, visit_on: date, zone: ZoneInfo, at: datetime
) -> State:
    """What a visit becomes; the same state when the event has happened already.

    VisitStartedError: cancelled after the start. NotTheVisitsDayError: arrival before the visit's day at the clinic.
    VisitNotStartedError: a no-show before the start. TransitionRefusedError: the table has no such way.
    """
    try:
        after = TRANSITIONS[State(state), event]
    except KeyError:
        raise TransitionRefusedError(state=state, event=event) from None
    if after == state:
        return after
    if event is Event.CANCEL and at >= starts_at:
        raise VisitStartedError
    if event is Event.ARRIVE and visit_date(at, zone) < visit_on:
        raise NotTheVisitsDayError
    if event is Event.MISS and at < starts_at:
        raise VisitNotStartedError
    return after
