"""Slots are published once and stand still."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from inspect import unwrap

import pytest

from doctorlike.appointments.models import Appointment, Doctor, ScheduleException, Slot, WeeklyPattern
from doctorlike.appointments.tasks import publish_due_slots
from doctorlike.kit import clock
from tests.appointments import builders

pytestmark = pytest.mark.django_db


def test_a_weeks_slots_are_made_by_the_clinics_clock(therapist):
    first = Slot.objects.filter(doctor=therapist, visit_on=date(2026, 3, 26)).earliest("starts_at")
    assert first.starts_at == datetime(2026, 3, 26, 4, tzinfo=UTC)  # 08:00 in Samara
    assert first.zone == "Europe/Samara"
    assert Slot.objects.filter(doctor=therapist, visit_on=date(2026, 3, 26)).count() == 12


def test_of_today_only_the_time_to_come_is_published(therapist):
    today = Slot.objects.filter(doctor=therapist, visit_on=builders.TODAY).earliest("starts_at")
    assert today.starts_at == builders.NOW + timedelta(minutes=30)  # 10:30; the slot of this minute has begun


def test_publishing_again_makes_nothing_anew(therapist):
    before = Slot.objects.count()
    assert builders.publish() == 0
    assert Slot.objects.count() == before


def test_publishing_further_adds_the_new_days_only(therapist):
    assert builders.publish(date(2026, 4, 3)) == 24
    assert Slot.objects.filter(visit_on__gte=date(2026, 4, 1)).count() == 24


def test_a_lost_mark_of_publication_doubles_no_slot(therapist):
    before = Slot.objects.count()
    Doctor.objects.update(published_until_on=None)
    assert builders.publish() == 0
    assert Slot.objects.count() == before


def test_a_change_of_zone_or_pattern_moves_no_slot_that_is_there(therapist, clinic):
    before = list(Slot.objects.order_by("pk").values_list("pk", "starts_at", "visit_on", "zone"))
    clinic.zone = "Asia/Kamchatka"
    clinic.save()
    WeeklyPattern.objects.update(from_local=time(9))
    builders.publish(date(2026, 4, 2))
    old = Slot.objects.filter(visit_on__lt=date(2026, 4, 1)).order_by("pk")
    assert list(old.values_list("pk", "starts_at", "visit_on", "zone")) == before
    new = Slot.objects.filter(visit_on=date(2026, 4, 1)).earliest("starts_at")
    assert (new.starts_at, new.zone) == (datetime(2026, 3, 31, 21, tzinfo=UTC), "Asia/Kamchatka")


def test_a_day_off_has_no_slots(clinic):
    doctor = builders.doctor(clinic)
    ScheduleException.objects.create(doctor=doctor, on=date(2026, 3, 26))
    ScheduleException.objects.create(doctor=doctor, on=date(2026, 3, 27), from_local=time(10), to_local=time(11))
    builders.publish()
    assert builders.slots(doctor, date(2026, 3, 26)) == []
    assert len(builders.slots(doctor, date(2026, 3, 27))) == 2


def test_a_night_on_duty_that_has_begun_is_still_published(clinic):
    doctor = builders.doctor(clinic, hours=(time(22), time(6)), minutes=60)
    builders.publish(at=datetime(2026, 3, 24, 22, 30, tzinfo=UTC))  # 02:30 in Samara
    starts = [slot.starts_at for slot in builders.slots(doctor, date(2026, 3, 25))]
    assert starts[0] == datetime(2026, 3, 24, 23, tzinfo=UTC)


def test_a_clock_that_was_moved_on_finds_its_new_days_at_the_next_sweep(therapist):
    with clock.moved_to(builders.NOW + timedelta(days=31)):
        unwrap(publish_due_slots.func)()
    assert Slot.objects.latest("starts_at").visit_on == date(2026, 5, 24)
    # Days that went by unpublished stay empty, and so do the holidays of May.
    days = set(Slot.objects.values_list("visit_on", flat=True))
    assert not days & {date(2026, 4, 20), date(2026, 5, 1), date(2026, 5, 9)}
    assert Appointment.objects.count() == 0
