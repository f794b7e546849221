"""When somebody is reminded of a visit (docs/rules/booking.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Reminder(StrEnum):
    """The evening before, and shortly before."""

    EVE = "eve"
    SOON = "soon"


EVE_FROM = time(18)  # of the day before, by the clinic's clock
SOON_AHEAD = timedelta(hours=2)
# Nobody is woken: by the clinic's clock, half-open.
DAY_FROM, DAY_UNTIL = time(8), time(21)
# A reminder that could not go out in time still helps until so long before the visit.
STILL_HELPS: Mapping[Reminder, timedelta] = {Reminder.EVE: timedelta(hours=4), Reminder.SOON: timedelta(minutes=45)}
# No reminder is due earlier than that before its visit.
FURTHEST_AHEAD = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Span:
    """Instants, half-open."""

    from_at: datetime
    until_at: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.from_at <= at < self.until_at


def reminder_span(kind: Reminder, *, starts_at: datetime, zone: ZoneInfo, known_at: datetime) -> Span | None:
    """When the reminder of a visit may go out, save at night (`is_by_day`); None when it never does. `known_at`: when
    the client chose this time: whoever chose it after the reminder was due needs none."""
    there = starts_at.astimezone(zone)
    if kind is Reminder.EVE:
        due_at = datetime.combine(there.date() - timedelta(days=1), EVE_FROM, zone).astimezone(starts_at.tzinfo)
    else:
        due_at = starts_at - SOON_AHEAD
        if not is_by_day(due_at, zone):
            return None  # the evening before has told them
    if known_at >= due_at:
        return None
    return Span(due_at, starts_at - STILL_HELPS[kind])


def is_by_day(at: datetime, zone: ZoneInfo) -> bool:
    """Whether people are up at that instant where the clinic is."""
    return DAY_FROM <= at.astimezone(zone).time() < DAY_UNTIL


def is_due(kind: Reminder, *, starts_at: datetime, zone: ZoneInfo, known_at: datetime, at: datetime) -> bool:
    """Whether the reminder is to go out at `at`, if it has not."""
    span = reminder_span(kind, starts_at=starts_at, zone=zone, known_at=known_at)
    return span is not None and at in span and is_by_day(at, zone)
