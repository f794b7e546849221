"""Who books and what is free: signed-in people, each with a doctor of their own in a clinic that serves them, so that
fresh time never runs out and nobody's visits overlap. Import this only after `Measurement.enter_django("portal")`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from bench.booking_waiting import Wanted
from bench.pages_people import Client
from doctorlike.appointments import commands as appointments
from doctorlike.appointments import queries as schedules
from doctorlike.appointments.models import Appointment, Doctor, Slot, WeeklyPattern
from doctorlike.audit import commands as audit
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.rules import SPECIALTIES
from doctorlike.coverage import commands as coverage
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.policies import queries as policies

# Behind the visits that everybody has already.
FIRST_DAY, DAYS = 4, 26
SLOT_MINUTES = 15
SPECIALTY = "therapist"
HOT_REGION, HOT_DOCTORS = "RU-SAM", 20

_BY = Actor.system("bench")


@dataclass(frozen=True)
class Place:
    """One fresh booking: who, with what cookies, and which slot."""

    user_id: UUID
    patient_id: UUID
    policy_id: UUID
    slot_id: UUID
    session: str
    csrf: str


class Places:
    """Fresh bookings, each given out once to whichever thread asks."""

    def __init__(self, people: Sequence[Client], *, at: datetime) -> None:
        doctors = _doctors(people, at)
        self._people = [(one, _slots(doctor)) for one, doctor in zip(people, doctors, strict=True)]
        known = policies.policies_by_id(one.policy_id for one in people)
        self._patients = {policy_id: policy.insured.id for policy_id, policy in known.items()}
        self._numbers = count()

    def next(self) -> Place:
        """IndexError when all time is booked."""
        number = next(self._numbers)
        client, slots = self._people[number % len(self._people)]
        return Place(
            client.user_id,
            self._patients[client.policy_id],
            client.policy_id,
            slots[number // len(self._people)],
            client.cookies[settings.SESSION_COOKIE_NAME],
            client.cookies[settings.CSRF_COOKIE_NAME],
        )

    def some(self, amount: int) -> Iterator[Place]:
        return (self.next() for _ in range(amount))


def _doctors(people: Sequence[Client], at: datetime) -> list[Doctor]:
    """One in the first clinic of each; slots of a whole day, every day."""
    since_on = clock.insurer_date(at)
    doctors = [
        Doctor(
            clinic_id=one.clinic_id,
            full_name=f"Нагрузкин Пётр {number:04}",
            specialty_code=SPECIALTY,
            service_code=SPECIALTIES[SPECIALTY].service_code,
        )
        for number, one in enumerate(people)
    ]
    Doctor.objects.bulk_create(doctors)
    WeeklyPattern.objects.bulk_create(_whole_days(doctors, since_on))
    appointments.publish_slots(until=since_on + timedelta(days=FIRST_DAY + DAYS), by=_BY, at=at)
    return doctors


def _whole_days(doctors: Sequence[Doctor], since_on: date) -> list[WeeklyPattern]:
    return [
        WeeklyPattern(
            doctor=doctor,
            weekday=weekday,
            from_local=time(7),
            to_local=time(21),
            slot_minutes=SLOT_MINUTES,
            valid_from_on=since_on,
        )
        for doctor in doctors
        for weekday in range(7)
    ]


def _slots(doctor: Doctor) -> list[UUID]:
    after = clock.now() + timedelta(days=FIRST_DAY)
    fresh = Slot.objects.filter(doctor=doctor, starts_at__gt=after).order_by("starts_at")
    return list(fresh.values_list("pk", flat=True))


def hot_slots(people: Sequence[Client], amount: int) -> list[Wanted]:
    """So many slots of one clinic, in a region that everybody has chosen long ago: of a few doctors, so that many want
    the same hour. There is no other time of theirs, and it is far behind all that was booked before."""
    at = clock.now()
    since_at = at - timedelta(days=2)
    for one in people:
        coverage.select_regions(policy_id=one.policy_id, region_codes=[HOT_REGION], by=_BY, at=since_at)
    clinic = next(one for one in clinics.demo_clinics_in(HOT_REGION) if one.online_booking)
    since_on = clock.insurer_date(at)
    doctors = [
        Doctor(
            clinic_id=clinic.id,
            full_name=f"Желанный Пётр {number:02}",
            specialty_code=SPECIALTY,
            service_code=SPECIALTIES[SPECIALTY].service_code,
        )
        for number in range(HOT_DOCTORS)
    ]
    Doctor.objects.bulk_create(doctors)
    WeeklyPattern.objects.bulk_create(_whole_days(doctors, since_on))
    appointments.publish_slots(clinic_id=clinic.id, until=since_on + timedelta(days=FIRST_DAY + DAYS), by=_BY, at=at)
    every = Slot.objects.filter(doctor__in=doctors)
    hot = every.order_by("-starts_at", "pk")[:amount]
    wanted = [
        Wanted(one.pk, one.doctor_id, clinic.id, SPECIALTY, one.visit_on, min(max(there.hour - 1, 7), 17))
        for one in hot
        for there in (one.starts_at.astimezone(ZoneInfo(one.zone)),)
    ]
    every.exclude(pk__in=[one.slot_id for one in wanted]).delete()
    return wanted


def move_clock(shift: timedelta) -> None:
    """The demonstration's clock goes on, for this process and all others."""
    audit.move_clock(by=_BY, at=clock.now(), shift=shift)
    clock.refresh()


def still_kept(wanted: Sequence[Wanted]) -> int:
    """How many slots without a live visit are not free all the same, though everybody's time is over."""
    slots = {one.slot_id for one in wanted}
    booked = Appointment.objects.filter(slot_id__in=slots).exclude(state="cancelled").values_list("slot_id", flat=True)
    return sum(not schedules.slot(slot_id, clock.now()).free for slot_id in slots - set(booked))
