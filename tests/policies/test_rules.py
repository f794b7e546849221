"""Numbers, dates and whose account, as docs/rules say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.kit.dates import Period
from doctorlike.policies.rules import (
    LinkRole,
    Standing,
    insured_from,
    locked_until,
    medical_open,
    normal_number,
    policy_number,
    role_for,
    standing,
)

ANNA_BORN, MITYA_BORN, BORIS_BORN = date(1988, 5, 14), date(2015, 3, 20), date(1975, 11, 2)
TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("percent", "serial", "number"),
    [(50, 0, "ONDL-500000"), (0, 7, "ONDL-000007"), (30, 9999, "ONDL-309999"), (30, 10000, "ONDL-3010000")],
)
def test_numbers_are_written_as_the_pattern_says(percent: int, serial: int, number: str) -> None:
    assert policy_number(prefix="ONDL", digits=4, copay_percent=percent, serial=serial) == number


@given(st.sampled_from([0, 30, 50]), st.integers(0, 10**6), st.sampled_from([0, 30, 50]), st.integers(0, 10**6))
def test_two_different_serials_never_write_the_same_number(one: int, first: int, other: int, second: int) -> None:
    left = policy_number(prefix="ONDL", digits=4, copay_percent=one, serial=first)
    right = policy_number(prefix="ONDL", digits=4, copay_percent=other, serial=second)
    assert (left == right) == ((one, first) == (other, second))


@pytest.mark.parametrize("typed", ["ONDL-300042", " ondl 300042", "ONDL300042", "ОNDL – 30 0042", "Ondl—300042"])
def test_a_number_is_found_however_it_is_typed(typed: str) -> None:
    assert normal_number(typed) == "ONDL-300042"


@pytest.mark.parametrize(
    ("start", "visit", "insured_since", "what"),
    [
        (date(2026, 3, 1), date(2026, 3, 14), date(2026, 3, 15), Standing.WAITING),
        (date(2026, 3, 1), date(2026, 3, 15), date(2026, 3, 15), Standing.ACTIVE),
        (date(2028, 2, 20), date(2028, 3, 4), date(2028, 3, 5), Standing.WAITING),
    ],
)
def test_the_waiting_period_ends_as_the_rules_say(
    start: date, visit: date, insured_since: date, what: Standing
) -> None:
    period = Period.of_months(start, 12)
    assert insured_from(period, 14) == insured_since
    assert standing(period=period, cancelled_on=None, waiting_days=14, on=visit) is what


@pytest.mark.parametrize(
    ("on", "what"),
    [
        (date(2026, 2, 28), Standing.FUTURE),
        (date(2026, 3, 1), Standing.WAITING),
        (date(2027, 2, 28), Standing.ACTIVE),
        (date(2027, 3, 1), Standing.ENDED),
    ],
)
def test_a_period_is_half_open(on: date, what: Standing) -> None:
    assert standing(period=Period.of_months(date(2026, 3, 1), 12), cancelled_on=None, waiting_days=14, on=on) is what


def test_cancellation_ends_a_policy_on_its_day() -> None:
    period, cancelled_on = Period.of_months(date(2026, 3, 1), 12), date(2026, 4, 1)
    before = standing(period=period, cancelled_on=cancelled_on, waiting_days=14, on=date(2026, 3, 31))
    after = standing(period=period, cancelled_on=cancelled_on, waiting_days=14, on=cancelled_on)
    assert (before, after) == (Standing.ACTIVE, Standing.CANCELLED)


@pytest.mark.parametrize(("cancelled_on", "on_the_day"), [(date(2026, 3, 1), True), (date(2026, 3, 2), False)])
def test_one_ended_before_its_first_day_never_begins(cancelled_on: date, on_the_day: bool) -> None:
    period = Period.of_months(date(2026, 3, 1), 12)
    told = standing(period=period, cancelled_on=cancelled_on, waiting_days=14, on=date(2026, 2, 20))
    assert (told is Standing.CANCELLED) is on_the_day


@pytest.mark.parametrize(
    ("holder", "insured", "policyholder", "role"),
    [
        (ANNA_BORN, ANNA_BORN, ANNA_BORN, LinkRole.SELF),
        (ANNA_BORN, MITYA_BORN, ANNA_BORN, LinkRole.GUARDIAN),
        (MITYA_BORN, MITYA_BORN, ANNA_BORN, None),  # a child has no account of its own
        (BORIS_BORN, ANNA_BORN, ANNA_BORN, None),
        (BORIS_BORN, MITYA_BORN, ANNA_BORN, None),
        (BORIS_BORN, ANNA_BORN, BORIS_BORN, None),  # an adult's policyholder
    ],
)
def test_whose_account_a_policy_belongs_in(
    holder: date, insured: date, policyholder: date, role: LinkRole | None
) -> None:
    assert (
        role_for(
            holder_born_on=holder,
            insured_born_on=insured,
            policyholder_born_on=policyholder,
            on=TODAY,
            child_age=15,
        )
        == role
    )


@pytest.mark.parametrize(
    ("born_on", "on", "open_to_guardian", "whose"),
    [
        (date(2011, 3, 2), date(2026, 3, 1), True, LinkRole.GUARDIAN),
        (date(2011, 3, 1), date(2026, 3, 1), False, LinkRole.SELF),
        (date(2012, 2, 29), date(2027, 2, 28), True, LinkRole.GUARDIAN),
        (date(2012, 2, 29), date(2027, 3, 1), False, LinkRole.SELF),
    ],
)
def test_the_fifteenth_birthday_closes_medical_content_to_the_guardian(
    born_on: date, on: date, open_to_guardian: bool, whose: LinkRole
) -> None:
    assert medical_open(role=LinkRole.GUARDIAN, insured_born_on=born_on, on=on, child_age=15) is open_to_guardian
    assert medical_open(role=LinkRole.SELF, insured_born_on=born_on, on=on, child_age=15)
    holder = ANNA_BORN if whose is LinkRole.GUARDIAN else born_on
    assert (
        role_for(holder_born_on=holder, insured_born_on=born_on, policyholder_born_on=ANNA_BORN, on=on, child_age=15)
        is whose
    )


def test_five_wrong_tries_lock_for_an_hour_from_the_fifth() -> None:
    first = datetime(2026, 3, 1, 9, tzinfo=UTC)
    wrong_at = [first + timedelta(minutes=minute) for minute in (0, 10, 20, 30, 40)]
    assert locked_until(wrong_at=wrong_at[:4], at=wrong_at[3]) is None
    assert locked_until(wrong_at=wrong_at, at=wrong_at[4]) == wrong_at[4] + timedelta(hours=1)
    assert locked_until(wrong_at=wrong_at, at=wrong_at[4] + timedelta(hours=1)) is None


def test_wrong_tries_spread_over_more_than_an_hour_do_not_lock() -> None:
    first = datetime(2026, 3, 1, 9, tzinfo=UTC)
    wrong_at = [first + timedelta(minutes=16 * index) for index in range(5)]
    assert locked_until(wrong_at=wrong_at, at=wrong_at[-1]) is None
