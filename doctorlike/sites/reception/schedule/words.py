"""Refusals of hours in words, and what is listed about hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from doctorlike.appointments.errors import OverlappingHoursError, RoomTakenError
from doctorlike.appointments.queries import HoursLine
from doctorlike.appointments.rules import Hours
from doctorlike.clinics.queries import PriceCard
from doctorlike.kit.errors import DomainError
from doctorlike.sites.reception.schedule.fields import WEEKDAYS
from doctorlike.ui.words import day as day_in_words


def refusal_in_words(refusal: DomainError) -> str:
    """With the day and the hours that are in the way, where it is about hours."""
    told = refusal.facts
    if isinstance(refusal, OverlappingHoursError):
        return _("%(when)s: часы %(hours)s и %(other)s у врача пересекаются. Измените одни из них.") % {
            "when": _when(told["weekday"], told["day"]),
            "hours": _clock(told["hours"]),
            "other": _clock(told["other"]),
        }
    if isinstance(refusal, RoomTakenError):
        return _(
            "Кабинет %(room)s занят: %(when)s, %(hours)s, там принимает %(doctor)s. Выберите другой кабинет или часы."
        ) % {
            "room": told["room"],
            "when": _when(told["weekday"], told["day"]).lower(),
            "hours": _clock(told["hours"]),
            "doctor": told["doctor"],
        }
    return str(refusal)


def _when(weekday: int | None, day: date | None) -> str:
    return day_in_words(day) if day is not None else str(dict(WEEKDAYS)[weekday or 0])


def _clock(hours: Hours) -> str:
    return f"{hours.from_local:%H:%M}–{hours.to_local:%H:%M}"


@dataclass(frozen=True, slots=True)
class WeeklyLine:
    """One line of a doctor's weekly hours. `is_over_time`: with days on which they begin or end."""

    id: UUID | None
    weekday: str
    hours: str
    service: str
    slot_minutes: int
    buffer_minutes: int
    capacity: int
    room: str
    starts_on: date | None
    until_on: date | None


def weekly_lines(hours: Sequence[HoursLine], services: Sequence[PriceCard]) -> list[WeeklyLine]:
    names: Mapping[str, str] = {one.service_code: one.service_name for one in services}
    weekdays = dict(WEEKDAYS)
    return [
        WeeklyLine(
            id=one.id,
            weekday=str(weekdays[one.weekday]),
            hours=one.hours,
            service=names.get(one.work.service_code, one.work.service_code),
            slot_minutes=one.work.slot_minutes,
            buffer_minutes=one.work.buffer_minutes,
            capacity=one.work.capacity,
            room=one.work.room,
            starts_on=None if one.holds else one.valid_from_on,
            until_on=one.valid_to_on,
        )
        for one in hours
    ]
