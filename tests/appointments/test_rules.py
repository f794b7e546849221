"""The rule book of booking, figure by figure."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from doctorlike.appointments import rules
from doctorlike.appointments.errors import (
    NotTheVisitsDayError,
    TransitionRefusedError,
    VisitNotStartedError,
    VisitStartedError,
)
from doctorlike.appointments.rules import Event, State
from tests.appointments.schedules import utc
from tests.appointments.tables import rows

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(("starts", "zone", "day", "clock", "insured"), rows("starts (UTC)", 5, last="insured"))
def test_the_day_of_a_visit_is_the_day_at_the_clinic(starts, zone, day, clock, insured):
    there = ZoneInfo(zone)
    assert rules.visit_date(utc(starts), there) == date.fromisoformat(day)
    assert utc(starts).astimezone(there).time() == time.fromisoformat(clock)
    assert (date.fromisoformat(day) >= date(2026, 3, 15)) == (insured == "yes")


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


@pytest.mark.parametrize(("hours", "starts", "told", "late"), rows("hours asked", 4))
def test_past_the_clinics_limit_one_is_late(hours, starts, told, late):
    asked = {"starts_at": utc(starts), "free_until_hours": int(hours), "at": utc(told)}
    assert rules.is_late(**asked) == (late == "yes")
