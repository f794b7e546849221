"""Doctors of the demo network: invented people, real-looking weeks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from doctorlike.regions import queries as regions

DEMO_DAYS = 21

_SURNAMES = (
    "Старшов", "Белоусов", "Громов", "Данилин", "Ежов", "Жильцов", "Зорин", "Калинин", "Лаптев", "Муратов", "Носков",
    "Осипов", "Прохоров", "Рябов", "Седов", "Турин", "Ушаков", "Фролов", "Хомяков", "Чернов", "Шилов", "Юдин",
)  # fmt: skip
_WOMEN = ("Ирина", "Ольга", "Мария", "Светлана", "Татьяна", "Наталья", "Алина")
_WOMENS_FATHERS = ("Павловна", "Сергеевна", "Игоревна", "Олеговна", "Романовна")
_MEN = ("Павел", "Сергей", "Игорь", "Олег", "Роман", "Тимур", "Денис")
_MENS_FATHERS = ("Андреевич", "Борисович", "Викторович", "Ильич", "Маратович")


@dataclass(frozen=True, slots=True)
class _Worked:
    """Hours of some weekdays (Monday is 0). A `service` is worked where the clinic's price list names it."""

    weekdays: Sequence[int]
    opens: time
    closes: time
    minutes: int
    buffer: int = 0
    places: int = 1
    service: str = ""
    room: str = ""


_ECG, _SECOND_VISIT = "A05.10.006", "B01.047.002"

# Mornings and afternoons, so that every clinic has somebody at most hours, with a break for lunch. Saturdays are short.
_WEEKS: Sequence[Sequence[_Worked]] = (
    (
        _Worked((0, 2, 4), time(8), time(12), 30),
        _Worked((0, 2, 4), time(12, 30), time(14), 30),
        _Worked((1, 3), time(13), time(19), 30),
    ),
    (
        _Worked((0, 2, 4), time(14), time(17), 40, buffer=5),
        _Worked((0, 2, 4), time(17, 30), time(20), 40, buffer=5),
        _Worked((1, 3), time(8), time(14), 40),
    ),
    (
        _Worked((1, 2, 3), time(9), time(12), 30),
        _Worked((1, 2, 3), time(13), time(15), 30),
        _Worked((5,), time(9), time(13), 30),
    ),
)
# Beside their own visits: second ones at a shorter time, and two patients at once in the procedure room.
_BESIDE: Mapping[str, Sequence[_Worked]] = {
    "therapist": (_Worked((0, 3), time(20), time(21), 20, service=_SECOND_VISIT),),
    "cardiologist": (_Worked((5,), time(13), time(15), 20, buffer=10, places=2, service=_ECG, room="Процедурная"),),
}


def seed_demo_schedules(*, by: Actor, at: datetime) -> int:
    """Two or three invented doctors for each demo clinic with online booking, their weeks, and slots for three weeks;
    returns how many slots were made. Repeating adds what is missing and changes nothing else."""
    with transaction.atomic():
        _seed_doctors(by=by, at=at)
    return publish_slots(until=rules.visit_date(at, ZoneInfo("UTC")) + timedelta(days=DEMO_DAYS), by=by, at=at)


def _seed_doctors(*, by: Actor, at: datetime) -> None:
    first_on = rules.visit_date(at, ZoneInfo("UTC")) - timedelta(days=1)
    doctors: list[Doctor] = []
    patterns: list[WeeklyPattern] = []
    wanted = list(_wanted())
    priced = set(clinics.price_spans(clinic_id for clinic_id, _codes in wanted))
    for number, (clinic_id, codes) in enumerate(wanted):
        for place, code in enumerate(codes):
            doctor = Doctor(
                clinic_id=clinic_id,
                full_name=_name(number * 3 + place),
                specialty_code=code,
                service_code=SPECIALTIES[code].service_code,
                room=str(101 + (number * 7 + place * 13) % 120),
            )
            patterns += _patterns(doctor, number + place, first_on, priced)
            doctors.append(doctor)
    settled = set(Doctor.objects.values_list("clinic_id", flat=True))
    fresh = [doctor for doctor in doctors if doctor.clinic_id not in settled]
    Doctor.objects.bulk_create(fresh, batch_size=1000)
    WeeklyPattern.objects.bulk_create(
        [pattern for pattern in patterns if pattern.doctor.clinic_id not in settled], batch_size=1000
    )
    if fresh:
        record(
            by=by, at=at, action="doctors.seeded", subject_type="schedule", subject_id="demo",
            details={"doctors": len(fresh)},
        )  # fmt: skip


def _wanted() -> Iterator[tuple[UUID, list[str]]]:
    """Clinics that book online, with the specialties to fill: only those their price lists name. A region's first
    clinic has a doctor for adults and one for children; the other specialties go round the clinics."""
    booking = [
        [clinic.id for clinic in clinics.demo_clinics_in(region.code) if clinic.online_booking]
        for region in regions.all_regions()
    ]
    priced = clinics.price_spans(clinic_id for of_region in booking for clinic_id in of_region)
    for turn, of_region in enumerate(booking):
        for place, clinic_id in enumerate(of_region):
            offered = [code for code, one in SPECIALTIES.items() if (clinic_id, one.service_code) in priced]
            codes, rest = (offered[:2], offered[2:]) if place == 0 else (offered[:1], offered[1:])
            if rest:
                codes.append(rest[(turn + 5 * place) % len(rest)])
            yield clinic_id, codes


def _name(number: int) -> str:
    surname = _SURNAMES[number % len(_SURNAMES)]
    if number % 2 == 0:
        return f"{surname}а {_WOMEN[number // 3 % len(_WOMEN)]} {_WOMENS_FATHERS[number // 7 % len(_WOMENS_FATHERS)]}"
    return f"{surname} {_MEN[number // 3 % len(_MEN)]} {_MENS_FATHERS[number // 7 % len(_MENS_FATHERS)]}"


def _patterns(
    doctor: Doctor, number: int, first_on: date, priced: Collection[tuple[UUID, str]]
) -> Iterator[WeeklyPattern]:
    beside = [one for one in _BESIDE.get(doctor.specialty_code, ()) if (doctor.clinic_id, one.service) in priced]
    for one in (*_WEEKS[number % len(_WEEKS)], *beside):
        for weekday in one.weekdays:
            yield WeeklyPattern(
                doctor=doctor,
                weekday=weekday,
                from_local=one.opens,
                to_local=one.closes,
                slot_minutes=one.minutes,
                buffer_minutes=one.buffer,
                capacity=one.places,
                service_code=one.service,
                room=one.room,
                valid_from_on=first_on,
            )
