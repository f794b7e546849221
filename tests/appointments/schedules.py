"""Timetables written in a line, for the rules of hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID

from doctorlike.appointments.rules import (
    Hours,
    OtherHours,
    Pattern,
    Schedule,
    SlotTime,
    Standing,
    Timetable,
    Work,
)
from doctorlike.kit.ids import new_id
from tests.appointments.builders import THERAPIST

# A Tuesday on which nobody celebrates.
DAY = date(2026, 3, 24)
DOCTOR = UUID(int=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hours(text: str) -> Hours:
    """«08:00–14:00»."""
    opens, closes = (time.fromisoformat(part) for part in text.split("–"))
    return Hours(opens, closes)


def weekly(
    text: str, minutes: int = 30, *, weekday: int = DAY.weekday(), since: date = date(2026, 1, 1), **work
) -> Pattern:
    return Pattern(weekday, hours(text), Work(minutes, **work), valid_from_on=since, id=new_id())


def schedule(
    *patterns: Pattern,
    exceptions: Mapping[date, Sequence[OtherHours]] | None = None,
    doctor_id: UUID = DOCTOR,
    name: str = "Старшова Ирина Павловна",
    room: str = "214",
    **facts,
) -> Schedule:
    published_until_on = facts.pop("published_until_on", date(2026, 4, 24))
    return Schedule(
        doctor_id, name, THERAPIST, room, patterns, exceptions or {}, published_until_on=published_until_on, **facts
    )


def timetable(*schedules: Schedule, zone: str = "Europe/Moscow", clinic_days=None) -> Timetable:
    return Timetable(zone, clinic_days or {}, {one.doctor_id: one for one in schedules})


def standing(
    slot: SlotTime, *, zone: str = "Europe/Moscow", service: str = THERAPIST, room: str = "214", **more
) -> Standing:
    """The slot as it was published."""
    return Standing(new_id(), slot.starts_at, slot.ends_at, slot.visit_on, zone, slot.place, service, room, **more)


def with_visit(slot: Standing) -> Standing:
    return replace(slot, visit_id=new_id())
