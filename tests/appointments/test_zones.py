"""Visits around midnight, from Kaliningrad to Kamchatka: booked or refused by the day at the clinic."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from doctorlike.appointments import commands, rules
from doctorlike.appointments.errors import NotCoveredError
from doctorlike.appointments.models import Appointment, Doctor, Slot
from tests.appointments import builders
from tests.appointments.builders import BY
from tests.appointments.tables import rows
from tests.policies import builders as people

pytestmark = pytest.mark.django_db

REGIONS = {"Europe/Kaliningrad": "RU-KGD", "Europe/Moscow": "RU-VLA", "Asia/Kamchatka": "RU-KAM"}
# Insured from 15 March 2026, the last day is 28 February 2027.
STARTS_ON = date(2026, 3, 1)
COLUMNS = ("starts", "zone", "day", "clock", "covered")


def instant(told: str) -> datetime:
    return datetime.fromisoformat(told).replace(tzinfo=UTC)


def doctor_in(zone: str) -> Doctor:
    return builders.doctor(builders.clinic(region=REGIONS[zone], zone=zone))


def slot_at(doctor: Doctor, starts_at: datetime) -> Slot:
    zone = doctor.clinic.zone
    return Slot.objects.create(
        doctor=doctor,
        clinic=doctor.clinic,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=20),
        visit_on=rules.visit_date(starts_at, ZoneInfo(zone)),
        zone=zone,
    )


def policy_for(zone: str) -> UUID:
    user = people.account(people.ANNA)
    return builders.cover(people.policy(people.ANNA, starts_on=STARTS_ON), user, region=REGIONS[zone])


def book(policy_id: UUID, slot: Slot) -> UUID:
    at = slot.starts_at - timedelta(days=1)
    hold_id = commands.hold_slot(slot_id=slot.pk, policy_id=policy_id, by=BY, at=at)
    return commands.confirm_booking(hold_id=hold_id, by=BY, at=at)


@pytest.mark.parametrize(COLUMNS, rows("starts (UTC)", 5, last="insured"))
def test_the_waiting_period_ends_at_the_clinics_midnight(starts, zone, day, clock, covered):
    slot = slot_at(doctor_in(zone), instant(starts))
    assert f"{slot.visit_on} {slot.starts_at.astimezone(ZoneInfo(zone)):%H:%M}" == f"{day} {clock}"
    booked_or_refused(slot, zone, covered, reason="waiting_period")


@pytest.mark.parametrize(COLUMNS, rows("starts (UTC)", 5, last="in force"))
def test_the_policy_ends_at_the_clinics_midnight(starts, zone, day, clock, covered):
    slot = slot_at(doctor_in(zone), instant(starts))
    assert f"{slot.visit_on} {slot.starts_at.astimezone(ZoneInfo(zone)):%H:%M}" == f"{day} {clock}"
    booked_or_refused(slot, zone, covered, reason="expired")


def booked_or_refused(slot: Slot, zone: str, covered: str, *, reason: str) -> None:
    policy_id = policy_for(zone)
    if covered == "yes":
        assert book(policy_id, slot)
        return
    with pytest.raises(NotCoveredError) as refused:
        book(policy_id, slot)
    assert [str(one.code) for one in refused.value.reasons] == [reason]
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("zone", REGIONS)
def test_no_visit_is_moved_over_the_edge(zone):
    doctor = doctor_in(zone)
    midnight = datetime(2026, 3, 15, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    before, after = slot_at(doctor, midnight - timedelta(minutes=30)), slot_at(doctor, midnight)
    visit_id = book(policy_for(zone), after)
    at = before.starts_at - timedelta(hours=1)
    hold_id = commands.start_move(appointment_id=visit_id, slot_id=before.pk, by=BY, at=at)
    with pytest.raises(NotCoveredError):
        commands.move_appointment(hold_id=hold_id, by=BY, at=at)
    assert Appointment.objects.get(pk=visit_id).slot_id == after.pk
