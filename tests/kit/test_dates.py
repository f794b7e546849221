"""Month ends, birthdays and half-open periods."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.kit.dates import Period, add_months, birthday, full_years

days = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 3, 15), 1, date(2026, 4, 15)),
        (date(2026, 3, 1), 12, date(2027, 3, 1)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_a_missing_day_becomes_the_months_last(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


def test_somebody_born_on_29_february_has_the_birthday_on_1_march() -> None:
    assert birthday(date(2012, 2, 29), 15) == date(2027, 3, 1)
    assert full_years(date(2012, 2, 29), date(2027, 2, 28)) == 14
    assert full_years(date(2012, 2, 29), date(2027, 3, 1)) == 15


@given(days, st.integers(0, 90))
def test_age_and_birthday_agree(born_on: date, years: int) -> None:
    day = birthday(born_on, years)
    assert full_years(born_on, day) == years
    assert full_years(born_on, date.fromordinal(day.toordinal() - 1)) == years - 1


def test_a_period_is_half_open() -> None:
    year = Period.of_months(date(2026, 3, 1), 12)
    assert date(2026, 3, 1) in year
    assert date(2027, 2, 28) in year
    assert date(2027, 3, 1) not in year
    assert (year.days, year.last_day) == (365, date(2027, 2, 28))
