"""The life of a visit (docs/rules/booking.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from doctorlike.appointments.errors import (
    NotTheVisitsDayError,
    TransitionRefusedError,
    VisitNotStartedError,
    VisitStartedError,
)
from doctorlike.appointments.rules.schedules import visit_date


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


def is_late(*, starts_at: datetime, free_until_hours: int, at: datetime) -> bool:
    """Whether a visit is cancelled or moved past its clinic's limit. Half-open: at the limit itself it is late, unless
    the clinic has none: then nobody is late before the start."""
    return free_until_hours > 0 and at >= starts_at - timedelta(hours=free_until_hours)


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
