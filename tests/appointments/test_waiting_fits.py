"""Which times serve which wishes: the rule and the database say the same."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doctorlike.appointments import rules
from doctorlike.appointments.models import Doctor, Slot, WaitingEntry
from doctorlike.appointments.queries.matching import FITS
from doctorlike.appointments.rules import Wish
from tests.appointments import builders
from tests.appointments.builders import BY, NOW

pytestmark = pytest.mark.django_db

_ASKED = f"""
    select e.id from appointments_waitingentry e, appointments_slot s
    join appointments_doctor d on d.id = s.doctor_id join clinics_clinic c on c.id = s.clinic_id
    where s.id = %s and {FITS} order by e.id
"""  # noqa: S608  # constants alone


@given(data=st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_and_the_rule_agree_on_what_fits(clinic, therapist, anna, data):
    """Wishes and times around a midnight in Kamchatka and Kaliningrad, two doctors, two specialties."""
    WaitingEntry.objects.all().delete()
    Slot.objects.all().delete()
    there = data.draw(st.sampled_from(["Asia/Kamchatka", "Europe/Kaliningrad", "Europe/Samara"]))
    minutes = data.draw(st.integers(0, 3 * 24 * 60))
    zone = ZoneInfo(there)
    starts_at = NOW + timedelta(minutes=minutes)
    slot = Slot.objects.create(
        doctor=therapist,
        clinic=clinic,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=20),
        visit_on=rules.visit_date(starts_at, zone),
        zone=there,
    )
    clock_times = st.sampled_from([time(), time(0, 1), time(8), time(12), time(23, 59)])
    place = data.draw(st.sampled_from(["doctor", "clinic", "region", "other doctor"]))
    other = Doctor.objects.filter(full_name="Другой").first() or builders.doctor(clinic, "Другой", weekdays=[])
    doctor = {"doctor": therapist, "other doctor": other}.get(place)
    from_on = data.draw(st.dates(date(2026, 3, 24), date(2026, 3, 29)))
    wish = Wish(
        specialty=data.draw(st.sampled_from(["therapist", "cardiologist"])),
        from_on=from_on,
        until_on=from_on + timedelta(days=data.draw(st.integers(1, 3))),
        doctor_id=doctor.pk if doctor else None,
        clinic_id=clinic.pk if place == "clinic" else None,
        region="RU-SAM" if place == "region" else None,
        weekdays=data.draw(st.sets(st.integers(0, 6), max_size=4)),
        from_local=data.draw(clock_times),
        until_local=data.draw(st.none() | clock_times),
    )
    entry = WaitingEntry.objects.create(
        policy_id=anna.policy_id,
        patient_key=therapist.pk,
        specialty_code=wish.specialty,
        doctor=doctor,
        clinic=clinic if place != "region" else None,
        region_id=wish.region,
        from_on=wish.from_on,
        until_on=wish.until_on,
        weekdays=sorted(wish.weekdays),
        from_local=wish.from_local,
        until_local=wish.until_local,
        joined_at=NOW,
        joined_by=str(BY),
        changed_at=NOW,
        changed_by=str(BY),
    )
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [slot.pk])
        asked = bool(cursor.fetchall())
    fits = wish.fits(
        specialty=therapist.specialty_code,
        doctor_id=therapist.pk,
        clinic_id=clinic.pk,
        region=clinic.region_id,
        starts_at=starts_at,
        zone=zone,
    )
    assert asked == fits, entry
