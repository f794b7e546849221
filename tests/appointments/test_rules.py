"""The rule book of booking, figure by figure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.appointments import rules
from doctorlike.appointments.errors import (
    NotTheVisitsDayError,
    TransitionRefusedError,
    VisitNotStartedError,
    VisitStartedError,
)
from doctorlike.appointments.rules import Event, Hours, Pattern, SlotTime, State
from tests.appointments.tables import rows

MOSCOW = ZoneInfo("Europe/Moscow")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def pattern(day: date, hours: str, minutes: int) -> Pattern:
    opens, closes = (time.fromisoformat(part) for part in hours.split("–"))
    return Pattern(day.weekday(), Hours(opens, closes), minutes, valid_from_on=day)


def slots(day: date, *patterns: Pattern, zone: ZoneInfo = MOSCOW, exceptions=None) -> list[SlotTime]:
    return list(rules.slots_of_day(day, patterns=patterns, exceptions=exceptions or {}, zone=zone))


@pytest.mark.parametrize(("zone", "day", "hours", "minutes", "count", "first", "last"), rows("zone", 7))
def test_slots_follow_the_clinics_clock(zone, day, hours, minutes, count, first, last):
    made = slots(date.fromisoformat(day), pattern(date.fromisoformat(day), hours, int(minutes)), zone=ZoneInfo(zone))
    assert len(made) == int(count)
    assert made[0].starts_at == utc(first)
    assert made[-1].ends_at == utc(last)


@pytest.mark.parametrize(("starts", "zone", "day", "clock", "insured"), rows("starts (UTC)", 5))
def test_the_day_of_a_visit_is_the_day_at_the_clinic(starts, zone, day, clock, insured):
    there = ZoneInfo(zone)
    assert rules.visit_date(utc(starts), there) == date.fromisoformat(day)
    assert utc(starts).astimezone(there).time() == time.fromisoformat(clock)
    assert (date.fromisoformat(day) >= date(2026, 3, 15)) == (insured == "yes")


def test_a_nights_slots_belong_to_the_day_they_start_on():
    made = slots(date(2026, 3, 24), pattern(date(2026, 3, 24), "22:00–02:00", 60))
    assert [slot.visit_on.day for slot in made] == [24, 24, 25, 25]


def test_nobody_works_on_a_public_holiday_unless_the_day_has_hours_of_its_own():
    womens_day = date(2026, 3, 8)
    weekly = pattern(womens_day, "08:00–14:00", 30)
    assert slots(womens_day, weekly) == []
    assert len(slots(womens_day, weekly, exceptions={womens_day: Hours(time(10), time(12))})) == 4


def test_a_day_off_is_an_exception_without_hours():
    day = date(2026, 3, 24)
    assert slots(day, pattern(day, "08:00–14:00", 30), exceptions={day: None}) == []


def test_a_pattern_holds_from_its_first_day_up_to_its_last():
    weekly = Pattern(1, Hours(time(8), time(9)), 30, valid_from_on=date(2026, 3, 24), valid_to_on=date(2026, 4, 7))
    held = [day for day in (date(2026, 3, 17) + timedelta(weeks=week) for week in range(5)) if slots(day, weekly)]
    assert held == [date(2026, 3, 24), date(2026, 3, 31)]


@given(
    zone=st.sampled_from(["Europe/Kaliningrad", "Asia/Kamchatka", "Europe/Volgograd", "Europe/Berlin", "Asia/Omsk"]),
    day=st.dates(date(2010, 1, 1), date(2030, 12, 31)),
    opens=st.times(),
    closes=st.times(),
    minutes=st.integers(5, 480),
)
def test_slots_of_a_day_have_one_length_and_never_overlap(zone, day, opens, closes, minutes):
    weekly = Pattern(day.weekday(), Hours(opens, closes), minutes, valid_from_on=day)
    made = slots(day, weekly, zone=ZoneInfo(zone), exceptions={day: weekly.hours})
    assert all(slot.ends_at - slot.starts_at == timedelta(minutes=minutes) for slot in made)
    assert all(one.ends_at == other.starts_at for one, other in pairwise(made))
    assert all(slot.visit_on in (day, day + timedelta(days=1)) for slot in made)


@pytest.mark.parametrize(("held", "asked", "slot"), rows("held", 3))
def test_a_hold_lasts_five_minutes(held, asked, slot):
    held_at = utc(f"2026-03-24 {held}")
    live = rules.is_live_hold(held_at=held_at, until_at=held_at + rules.HOLD_TIME, at=utc(f"2026-03-24 {asked}"))
    assert live == (slot == "held")


@pytest.mark.parametrize(
    ("before", "event", "after"),
    [
        (State(row[0]), event, row[1 + place])
        for row in rows("state", 5)
        for place, event in enumerate((Event.CANCEL, Event.ARRIVE, Event.MISS, Event.FULFIL))
    ],
)
def test_every_state_meets_every_event(before, event, after):
    visit = {"starts_at": utc("2026-03-24 07:00"), "visit_on": date(2026, 3, 24), "zone": MOSCOW}
    # An instant at which the clock forbids nothing to this event.
    at = utc("2026-03-24 06:00") if event is Event.CANCEL else utc("2026-03-24 08:00")
    if after == "—":
        with pytest.raises(TransitionRefusedError):
            rules.next_state(before, event, **visit, at=at)
    else:
        assert rules.next_state(before, event, **visit, at=at) == State(after)


@pytest.mark.parametrize(
    ("event", "too_soon_or_late", "in_time", "refusal"),
    [
        (Event.CANCEL, "2026-03-24 07:00", "2026-03-24 06:59:59", VisitStartedError),
        (Event.ARRIVE, "2026-03-23 20:59:59", "2026-03-23 21:00", NotTheVisitsDayError),
        (Event.MISS, "2026-03-24 06:59:59", "2026-03-24 07:00", VisitNotStartedError),
    ],
)
def test_a_visit_of_ten_oclock_changes_in_its_time_only(event, too_soon_or_late, in_time, refusal):
    visit = {"starts_at": utc("2026-03-24 07:00"), "visit_on": date(2026, 3, 24), "zone": MOSCOW}
    with pytest.raises(refusal):
        rules.next_state(State.BOOKED, event, **visit, at=utc(too_soon_or_late))
    assert rules.next_state(State.BOOKED, event, **visit, at=utc(in_time)) != State.BOOKED


def test_one_person_has_one_key_however_a_contract_writes_the_name():
    born_on = date(1990, 5, 1)
    assert rules.patient_key("Семёнова Анна ", born_on) == rules.patient_key("СЕМЕНОВА  Анна", born_on)
    assert rules.patient_key("Семёнова Анна", born_on) != rules.patient_key("Семёнова Анна", date(1990, 5, 2))
