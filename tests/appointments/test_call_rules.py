"""Notes and promises of calls, as docs/rules/booking.md has them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.appointments.errors import (
    CallIsOverError,
    CallIsTakenError,
    CallNotTakenError,
    NotedInThePastError,
    NotedTooFarError,
)
from doctorlike.appointments.rules import (
    CallEvent,
    CallState,
    Week,
    is_overdue,
    next_call_state,
    noted_start,
    promised_call,
)
from tests.appointments.tables import rows

MOSCOW = ZoneInfo("Europe/Moscow")
HALF_AN_HOUR = timedelta(minutes=30)
WORKDAY, SATURDAY = (time(8), time(21)), (time(9), time(20))
WEEK: Week = (WORKDAY, WORKDAY, WORKDAY, WORKDAY, WORKDAY, SATURDAY, None)
ALWAYS: Week = ((time(0), time(0)),) * 7
NIGHTS: Week = ((time(20), time(2)),) * 7
REFUSED = {"past": NotedInThePastError, "too far": NotedTooFarError}


@pytest.mark.parametrize(("zone", "noted", "now", "starts"), rows("clinic's zone", 4))
def test_a_noted_time_is_the_clinics(zone: str, noted: str, now: str, starts: str) -> None:
    there = datetime.fromisoformat(noted)
    told = {"zone": ZoneInfo(zone), "now": datetime.fromisoformat(now).replace(tzinfo=UTC)}
    if refusal := REFUSED.get(starts):
        with pytest.raises(refusal):
            noted_start(there.date(), there.time(), **told)
    else:
        expected = datetime.fromisoformat(starts).replace(tzinfo=UTC)
        assert noted_start(there.date(), there.time(), **told) == expected


@pytest.mark.parametrize(("asked", "promised"), rows("asked", 2))
def test_a_call_is_promised_within_the_centres_hours(asked: str, promised: str) -> None:
    at = datetime.fromisoformat(asked).replace(tzinfo=MOSCOW)
    expected = datetime.fromisoformat(promised).replace(tzinfo=MOSCOW)
    assert promised_call(at, week=WEEK, zone=MOSCOW, within=HALF_AN_HOUR) == expected


def test_round_the_clock_midnight_is_no_end_of_hours() -> None:
    at = datetime(2026, 3, 25, 23, 50, tzinfo=MOSCOW)
    assert promised_call(at, week=ALWAYS, zone=MOSCOW, within=HALF_AN_HOUR) == at + HALF_AN_HOUR


def test_hours_past_midnight_belong_to_the_evening() -> None:
    at = datetime(2026, 3, 25, 1, 40, tzinfo=MOSCOW)
    assert promised_call(at, week=NIGHTS, zone=MOSCOW, within=HALF_AN_HOUR) == datetime(
        2026, 3, 25, 20, 30, tzinfo=MOSCOW
    )


def test_a_centre_that_is_never_open_promises_nothing() -> None:
    with pytest.raises(ValueError, match="never open"):
        promised_call(datetime(2026, 3, 25, tzinfo=UTC), week=(None,) * 7, zone=MOSCOW, within=HALF_AN_HOUR)


_HOURS = st.one_of(
    st.none(), st.tuples(st.integers(0, 12), st.integers(13, 23)).map(lambda two: (time(two[0]), time(two[1])))
)


@given(
    st.timedeltas(timedelta(), timedelta(days=366)),
    st.tuples(*[_HOURS] * 7).filter(any),
    st.integers(1, 60),
    st.sampled_from(["Europe/Kaliningrad", "Europe/Moscow", "Asia/Kamchatka", "Europe/Berlin"]),
)
def test_a_promise_lies_ahead_in_open_hours_and_never_grows_by_asking_earlier(
    passed: timedelta, week: Week, minutes: int, key: str
) -> None:
    zone, within = ZoneInfo(key), timedelta(minutes=minutes)
    at = datetime(2026, 1, 1, tzinfo=UTC) + passed
    promised_at = promised_call(at, week=week, zone=zone, within=within)
    assert at < promised_at + timedelta(minutes=1)
    there = promised_at.astimezone(zone)
    hours = week[there.weekday()]
    assert hours is not None
    assert hours[0] <= there.time() <= hours[1]
    later = promised_call(at + timedelta(minutes=1), week=week, zone=zone, within=within)
    assert later >= promised_at


def test_a_promise_is_overdue_at_its_very_instant() -> None:
    promised_at = datetime(2026, 3, 25, 10, 30, tzinfo=UTC)
    assert not is_overdue(promised_at, promised_at - timedelta(seconds=1))
    assert is_overdue(promised_at, promised_at)


EVENTS = [CallEvent(one) for one in ("take", "put_back", "miss", "book", "close", "cancel")]


@pytest.mark.parametrize("row", rows("request", 7), ids=lambda row: row[0])
@pytest.mark.parametrize("place", range(len(EVENTS)), ids=list(EVENTS))
def test_every_state_and_event_as_the_table_has_it(row: tuple[str, ...], place: int) -> None:
    state, after = CallState(row[0]), row[1 + place]
    if after == "—":
        refusal = CallNotTakenError if state is CallState.WAITING else CallIsOverError
        with pytest.raises(refusal):
            next_call_state(state, EVENTS[place], taken_by="staff:1", by="staff:1")
    else:
        assert next_call_state(state, EVENTS[place], taken_by="staff:1", by="staff:1") == after


@pytest.mark.parametrize("event", ["take", "miss", "book", "close"])
def test_what_another_has_taken_is_theirs(event: str) -> None:
    with pytest.raises(CallIsTakenError):
        next_call_state(CallState.TAKEN, CallEvent(event), taken_by="staff:1", by="staff:2")


@pytest.mark.parametrize(("event", "after"), [("put_back", "waiting"), ("cancel", "cancelled")])
def test_but_it_may_be_put_back_and_cancelled(event: str, after: str) -> None:
    assert next_call_state(CallState.TAKEN, CallEvent(event), taken_by="staff:1", by="user:2") == after


def test_a_leap_day_is_a_day() -> None:
    now = datetime(2028, 2, 28, 6, tzinfo=UTC)
    assert noted_start(date(2028, 2, 29), time(9), zone=MOSCOW, now=now) == datetime(2028, 2, 29, 6, tzinfo=UTC)
