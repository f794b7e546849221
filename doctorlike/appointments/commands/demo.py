"""Doctors of the demo network: invented people, real-looking weeks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from doctorlike.appointments import rules
from doctorlike.appointments.commands.schedules import publish_slots
from doctorlike.appointments.models import Doctor, WeeklyPattern
from doctorlike.audit.commands import record
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.rules import SPECIALTIES
from doctorlike.kit.actors import Actor

DEMO_DAYS = 21

_SURNAMES = (
    "Старшов", "Белоусов", "Громов", "Данилин", "Ежов", "Жильцов", "Зорин", "Калинин", "Лаптев", "Муратов", "Носков",
    "Осипов", "Прохоров", "Рябов", "Седов", "Турин", "Ушаков", "Фролов", "Хомяков", "Чернов", "Шилов", "Юдин",
)  # fmt: skip
_WOMEN = ("Ирина", "Ольга", "Мария", "Светлана", "Татьяна", "Наталья", "Алина")
_WOMENS_FATHERS = ("Павловна", "Сергеевна", "Игоревна", "Олеговна", "Романовна")
_MEN = ("Павел", "Сергей", "Игорь", "Олег", "Роман", "Тимур", "Денис")
_MENS_FATHERS = ("Андреевич", "Борисович", "Викторович", "Ильич", "Маратович")

# Mornings and afternoons, so that every clinic has somebody at most hours. Saturdays are short.
_WEEKS: Sequence[Sequence[tuple[Sequence[int], time, time, int]]] = (
    (((0, 2, 4), time(8), time(14), 30), ((1, 3), time(13), time(19), 30)),
    (((0, 2, 4), time(14), time(20), 40), ((1, 3), time(8), time(14), 40)),
    (((1, 2, 3), time(9), time(15), 30), ((5,), time(9), time(13), 30)),
)


def seed_demo_schedules(*, by: Actor, at: datetime) -> int:
    """Two or three invented doctors for each demo clinic with online booking, their weeks, and slots for three weeks;
    returns how many slots were made. Repeating adds what is missing and changes nothing else."""
    with transaction.atomic():
        _seed_doctors(by=by, at=at)
    return publish_slots(until=rules.visit_date(at, ZoneInfo("UTC")) + timedelta(days=DEMO_DAYS), by=by, at=at)


def _seed_doctors(*, by: Actor, at: datetime) -> None:
    first_on = rules.visit_date(at, ZoneInfo("UTC")) - timedelta(days=1)
    settled = set(Doctor.objects.values_list("clinic_id", flat=True))
    doctors: list[Doctor] = []
    patterns: list[WeeklyPattern] = []
    for number, clinic_id in enumerate(clinics.demo_clinic_ids()):
        if clinic_id in settled:
            continue
        for doctor in _doctors(number, clinic_id):
            patterns += _patterns(doctor, len(doctors), first_on)
            doctors.append(doctor)
    Doctor.objects.bulk_create(doctors, batch_size=1000)
    WeeklyPattern.objects.bulk_create(patterns, batch_size=1000)
    if doctors:
        record(
            by=by, at=at, action="doctors.seeded", subject_type="schedule", subject_id="demo",
            details={"doctors": len(doctors)},
        )  # fmt: skip


def _doctors(clinic_number: int, clinic_id: UUID) -> Iterator[Doctor]:
    """A therapist in every clinic; the other specialties go round, so that a region's clinics complete each other."""
    others = [code for code in SPECIALTIES if code != "therapist"]
    codes = ["therapist", others[clinic_number * 2 % len(others)]]
    if clinic_number % 2 == 0:
        codes.append(others[(clinic_number * 2 + 1) % len(others)])
    for place, code in enumerate(codes):
        yield Doctor(
            clinic_id=clinic_id,
            full_name=_name(clinic_number * 3 + place),
            specialty_code=code,
            service_code=SPECIALTIES[code].service_code,
            room=str(101 + (clinic_number * 7 + place * 13) % 120),
        )


def _name(number: int) -> str:
    surname = _SURNAMES[number % len(_SURNAMES)]
    if number % 2 == 0:
        return f"{surname}а {_WOMEN[number // 3 % len(_WOMEN)]} {_WOMENS_FATHERS[number // 7 % len(_WOMENS_FATHERS)]}"
    return f"{surname} {_MEN[number // 3 % len(_MEN)]} {_MENS_FATHERS[number // 7 % len(_MENS_FATHERS)]}"


def _patterns(doctor: Doctor, number: int, first_on: date) -> Iterator[WeeklyPattern]:
    for weekdays, from_local, to_local, minutes in _WEEKS[number % len(_WEEKS)]:
        for weekday in weekdays:
            yield WeeklyPattern(
                doctor=doctor,
                weekday=weekday,
                from_local=from_local,
                to_local=to_local,
                slot_minutes=minutes,
                valid_from_on=first_on,
            )
