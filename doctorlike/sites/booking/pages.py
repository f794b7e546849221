"""Slots as the booking pages lay them out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from doctorlike.appointments.queries import DoctorCard, NextSlot, SlotCard


@dataclass(frozen=True, slots=True)
class DayTab:
    on: date
    free: int
    current: bool


@dataclass(frozen=True, slots=True)
class DoctorTimes:
    """Times of one doctor for one service; `service_name` where it is another than the one the page tells of."""

    doctor: DoctorCard
    service_name: str
    slots: Sequence[SlotCard]

    @property
    def first_free_at(self) -> datetime:
        return next(slot.starts_at for slot in self.slots if slot.free)


@dataclass(frozen=True, slots=True)
class SpecialtyLine:
    """`next_slot` is the earliest of all its doctors."""

    code: str
    name: str
    doctors: int
    next_slot: NextSlot | None


def day_strip(free: Mapping[date, int], on: date) -> list[DayTab]:
    return [DayTab(day, count, day == on) for day, count in free.items()]


def doctors_with_time(slots: Iterable[SlotCard], services: Mapping[str, str]) -> list[DoctorTimes]:
    """Doctors with a free slot only, whoever is free first at the top; their taken slots are kept for the picture. What
    a doctor does at other hours stands apart, named by `services`; places of one time are shown as one."""
    by_doctor: dict[tuple[DoctorCard, str], dict[datetime, SlotCard]] = {}
    for slot in slots:
        times = by_doctor.setdefault((slot.doctor, slot.service_code), {})
        if slot.starts_at not in times or (slot.free and not times[slot.starts_at].free):
            times[slot.starts_at] = slot
    with_time = [
        DoctorTimes(doctor, "" if code == doctor.service_code else services.get(code, code), list(times.values()))
        for (doctor, code), times in by_doctor.items()
        if any(slot.free for slot in times.values())
    ]
    return sorted(with_time, key=lambda one: (bool(one.service_name), one.first_free_at))


def specialties_with_time(doctors: Iterable[DoctorCard], next_slots: Mapping[UUID, NextSlot]) -> list[SpecialtyLine]:
    """The specialty with the next free slot first; those without any last, by name."""
    ordered = sorted(doctors, key=lambda doctor: doctor.specialty_code)
    lines = []
    for code, group in groupby(ordered, key=lambda doctor: doctor.specialty_code):
        colleagues = list(group)
        times = [next_slots[one.id] for one in colleagues if one.id in next_slots]
        earliest = min(times, key=lambda slot: slot.starts_at, default=None)
        lines.append(SpecialtyLine(code, colleagues[0].specialty_name, len(colleagues), earliest))
    return sorted(lines, key=lambda line: (_order(line), line.name))


def _order(line: SpecialtyLine) -> tuple[bool, float]:
    slot = line.next_slot
    return (slot is None, slot.starts_at.timestamp() if slot else 0.0)
