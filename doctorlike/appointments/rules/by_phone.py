"""Visits arranged by phone and requests to be called back (docs/rules/booking.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from doctorlike.appointments.errors import (
    CallIsOverError,
    CallIsTakenError,
    CallNotTakenError,
    NotedInThePastError,
    NotedTooFarError,
)

# How long a visit that was only noted stands in a calendar and among visits to come: nobody told us its end.
NOTED_LASTS = timedelta(hours=1)
NOTED_AHEAD_DAYS = 366
LONGEST_NOTE = 500
LONGEST_WISH = 1000
# Not reached so many times, the request is closed and the client told.
MOST_TRIES = 3

# From Monday to Sunday, by the insurer's clock: when the contact centre opens and closes, None for a day off. It closes
# on the next day where the second is not after the first.
Week = Sequence[tuple[time, time] | None]


def noted_start(on: date, at_local: time, *, zone: ZoneInfo, now: datetime) -> datetime:
    """The instant of a visit noted by the clinic's clock. An hour that the clock skips there counts as the one after
    it, one that comes twice as the first. NotedInThePastError, NotedTooFarError (more than a year ahead)."""
    starts_at = datetime.combine(on, at_local, zone).astimezone(UTC)
    if starts_at <= now:
        raise NotedInThePastError
    if starts_at > now + timedelta(days=NOTED_AHEAD_DAYS):
        raise NotedTooFarError
    return starts_at


def promised_call(asked_at: datetime, *, week: Week, zone: ZoneInfo, within: timedelta) -> datetime:
    """By when the contact centre calls: `within` from now where that much of its hours is left, else so long after it
    opens next; down to the whole minute. `zone` is the insurer's. ValueError for a centre that is never open so
    long."""
    for opens_at, closes_at in _open_spans(asked_at, week, zone):
        promised_at = max(asked_at, opens_at) + within
        if promised_at <= closes_at:
            return promised_at.replace(second=0, microsecond=0)
    raise ValueError("the contact centre is never open long enough to call")


def _open_spans(at: datetime, week: Week, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Hours of a week from that instant on; those that touch are one."""
    today = at.astimezone(zone).date()
    span: tuple[datetime, datetime] | None = None
    for day in (today + timedelta(days=offset) for offset in range(-1, 15)):
        hours = week[day.weekday()]
        if hours is None:
            continue
        closing_day = day if hours[1] > hours[0] else day + timedelta(days=1)
        opens_at = datetime.combine(day, hours[0], zone).astimezone(UTC)
        closes_at = datetime.combine(closing_day, hours[1], zone).astimezone(UTC)
        if span is not None and opens_at <= span[1]:
            span = span[0], max(span[1], closes_at)
            continue
        if span is not None and span[1] > at:
            yield span
        span = opens_at, closes_at
    if span is not None and span[1] > at:
        yield span


class CallState(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    BOOKED = "booked"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class CallEvent(StrEnum):
    """`miss`: the client did not answer."""

    TAKE = "take"
    PUT_BACK = "put_back"
    MISS = "miss"
    BOOK = "book"
    CLOSE = "close"
    CANCEL = "cancel"


class CallResult(StrEnum):
    """How a request ended without a visit of ours."""

    ANSWERED = "answered"
    BY_PHONE = "by_phone"
    NOT_NEEDED = "not_needed"
    NOT_REACHED = "not_reached"


OPEN_CALLS = (CallState.WAITING, CallState.TAKEN)
CALL_TRANSITIONS: Mapping[tuple[CallState, CallEvent], CallState] = {
    (CallState.WAITING, CallEvent.TAKE): CallState.TAKEN,
    (CallState.WAITING, CallEvent.PUT_BACK): CallState.WAITING,
    (CallState.WAITING, CallEvent.CANCEL): CallState.CANCELLED,
    (CallState.TAKEN, CallEvent.TAKE): CallState.TAKEN,
    (CallState.TAKEN, CallEvent.PUT_BACK): CallState.WAITING,
    (CallState.TAKEN, CallEvent.MISS): CallState.WAITING,
    (CallState.TAKEN, CallEvent.BOOK): CallState.BOOKED,
    (CallState.TAKEN, CallEvent.CLOSE): CallState.CLOSED,
    (CallState.TAKEN, CallEvent.CANCEL): CallState.CANCELLED,
    (CallState.BOOKED, CallEvent.BOOK): CallState.BOOKED,
    (CallState.CLOSED, CallEvent.CLOSE): CallState.CLOSED,
    (CallState.CANCELLED, CallEvent.CANCEL): CallState.CANCELLED,
}


def next_call_state(state: CallState, event: CallEvent, *, taken_by: str, by: str) -> CallState:
    """What a request becomes; the same state when the event has happened already. What is taken is its operator's
    alone, but for the client, who may cancel it, and for whoever puts it back after an operator who left.

    CallIsTakenError: it is another operator's. CallNotTakenError: nobody has taken it. CallIsOverError.
    """
    after = CALL_TRANSITIONS.get((state, event))
    if after is None:
        raise CallNotTakenError if state is CallState.WAITING else CallIsOverError
    is_anothers = state is CallState.TAKEN and taken_by != by
    if is_anothers and event not in (CallEvent.CANCEL, CallEvent.PUT_BACK):
        raise CallIsTakenError
    return after


def is_overdue(promised_at: datetime, at: datetime) -> bool:
    """Half-open: at the promised instant the call should have come."""
    return at >= promised_at
