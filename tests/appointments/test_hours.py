"""When a doctor works and which slots are made of it: the rule book, figure by figure."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.appointments import rules
from doctorlike.appointments.rules import Hours, OtherHours, Pattern, SlotTime, Work
from tests.appointments.schedules import DAY, hours, schedule, utc, weekly
from tests.appointments.tables import rows

MOSCOW = ZoneInfo("Europe/Moscow")


def slots(day: date, *patterns: Pattern, zone: ZoneInfo = MOSCOW, clinic_days=None, **more) -> list[SlotTime]:
    return list(rules.slots_of_day(day, schedule(*patterns, **more), clinic_days or {}, zone))


def clock(made: list[SlotTime], zone: ZoneInfo = MOSCOW) -> list[str]:
    return [f"{slot.starts_at.astimezone(zone):%H:%M}" for slot in made]


@pytest.mark.parametrize(("zone", "day", "open", "minutes", "count", "first", "last"), rows("zone", 7))
def test_slots_follow_the_clinics_clock(zone, day, open, minutes, count, first, last):
    on = date.fromisoformat(day)
    made = slots(on, weekly(open, int(minutes), weekday=on.weekday(), since=on), zone=ZoneInfo(zone))
    assert len(made) == int(count)
    assert made[0].starts_at == utc(first)
    assert made[-1].ends_at == utc(last)


@pytest.mark.parametrize(("open", "minutes", "buffer", "capacity", "starts", "count"), rows("hours", 6))
def test_buffers_stay_free_behind_each_slot_and_a_capacity_is_so_many_places(
    open, minutes, buffer, capacity, starts, count
):
    made = slots(DAY, weekly(open, int(minutes), buffer_minutes=int(buffer), capacity=int(capacity)))
    assert sorted(set(clock(made))) == starts.split(", ")
    assert len(made) == int(count)
    assert {slot.place for slot in made} == set(range(1, int(capacity) + 1))


@pytest.mark.parametrize(("day", "usual", "doctors", "clinics", "worked"), rows("day", 5))
def test_exceptions_and_holidays(day, usual, doctors, clinics, worked):
    on = date.fromisoformat(day)
    patterns = [] if usual == "—" else [weekly(one, weekday=on.weekday()) for one in usual.split(", ")]
    told = [] if doctors in ("—", "off") else doctors.split(", ")
    own = {} if doctors == "—" else {on: [OtherHours(hours(one), Work(30)) for one in told]}
    clinic_days = {} if clinics == "—" else {on: None if clinics == "closed" else hours(clinics)}
    spans = rules.spans_of_day(on, schedule(*patterns, exceptions=own), clinic_days)
    assert ", ".join(f"{span.opens:%H:%M}–{span.closes:%H:%M}" for span in spans) == worked.replace("—", "")


def test_a_nights_slots_belong_to_the_day_they_start_on():
    made = slots(DAY, weekly("22:00–02:00", 60))
    assert [slot.visit_on.day for slot in made] == [24, 24, 25, 25]


def test_other_hours_without_work_of_their_own_are_worked_as_the_days_usual_ones():
    exceptions = {DAY: [OtherHours(hours("10:00–12:00"))], date(2026, 3, 25): [OtherHours(hours("10:00–12:00"))]}
    assert clock(slots(DAY, weekly("08:00–14:00", 40), exceptions=exceptions)) == ["10:00", "10:40", "11:20"]
    assert slots(date(2026, 3, 25), weekly("08:00–14:00", 40), exceptions=exceptions) == []


def test_every_public_holiday_has_a_name():
    named = {day: rules.holiday_name(day) for day in rules.days_of(date(2026, 1, 1), date(2027, 1, 1))}
    assert {day for day, name in named.items() if name} == {day for day in named if rules.is_public_holiday(day)}
    assert sum(bool(name) for name in named.values()) == 14


def test_a_doctor_who_leaves_works_until_that_day():
    leaving = {"leaves_on": date(2026, 3, 31)}
    assert slots(DAY, weekly("08:00–14:00"), **leaving)
    assert slots(date(2026, 3, 31), weekly("08:00–14:00"), **leaving) == []
    own = {date(2026, 4, 7): [OtherHours(hours("10:00–12:00"), Work(30))]}
    assert slots(date(2026, 4, 7), weekly("08:00–14:00"), exceptions=own, **leaving) == []


def test_a_pattern_holds_from_its_first_day_up_to_its_last():
    spring = Pattern(1, hours("08:00–09:00"), Work(30), valid_from_on=DAY, valid_to_on=date(2026, 4, 7))
    held = [day for day in (date(2026, 3, 17) + timedelta(weeks=week) for week in range(5)) if slots(day, spring)]
    assert held == [date(2026, 3, 24), date(2026, 3, 31)]


@given(
    zone=st.sampled_from(["Europe/Kaliningrad", "Asia/Kamchatka", "Europe/Volgograd", "Europe/Berlin", "Asia/Omsk"]),
    day=st.dates(date(2010, 1, 1), date(2030, 12, 31)),
    opens=st.times(),
    closes=st.times(),
    minutes=st.integers(5, 480),
    buffer=st.integers(0, 60),
)
def test_slots_of_a_day_have_one_length_and_leave_the_buffer_between(zone, day, opens, closes, minutes, buffer):
    worked = Pattern(day.weekday(), Hours(opens, closes), Work(minutes, buffer), valid_from_on=day)
    own = {day: [OtherHours(worked.hours, worked.work)]}  # on a holiday too
    made = slots(day, worked, zone=ZoneInfo(zone), exceptions=own)
    assert all(slot.ends_at - slot.starts_at == timedelta(minutes=minutes) for slot in made)
    assert all(one.ends_at + timedelta(minutes=buffer) == other.starts_at for one, other in pairwise(made))
    assert all(slot.visit_on in (day, day + timedelta(days=1)) for slot in made)
