"""Which notice of the birthday is due on which day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.kit.dates import Period, birthday
from doctorlike.policies.rules import BirthdayKind, birthday_notice
from tests.policies.builders import Someone

TEEN = Someone("Серов", "Дмитрий", date(2011, 6, 20), "male", "+79270000055", "mitya@mail.example")
OF_AGE = date(2026, 6, 20)


class TestWhichNotice:
    @pytest.mark.parametrize(
        ("on", "kind"),
        [
            (date(2026, 5, 20), None),
            (date(2026, 5, 21), BirthdayKind.AHEAD),
            (date(2026, 6, 19), BirthdayKind.AHEAD),
            (date(2026, 6, 20), BirthdayKind.DAY),
            (date(2026, 7, 19), BirthdayKind.DAY),
            (date(2026, 7, 20), None),
        ],
    )
    def test_ahead_within_thirty_days_and_from_the_day_on(self, on: date, kind: BirthdayKind | None) -> None:
        assert notice(on=on) is kind

    def test_born_on_29_february_comes_of_age_on_1_march_of_a_common_year(self) -> None:
        born_on = date(2012, 2, 29)
        assert notice(born_on=born_on, on=date(2027, 2, 28)) is BirthdayKind.AHEAD
        assert notice(born_on=born_on, on=date(2027, 3, 1)) is BirthdayKind.DAY

    @pytest.mark.parametrize(
        "other",
        [
            {"concluded_on": OF_AGE},
            {"period": Period(date(2025, 6, 20), OF_AGE)},
            {"cancelled_on": OF_AGE},
        ],
    )
    def test_no_word_of_a_contract_that_never_was_a_childs_or_is_over(self, other: dict[str, Any]) -> None:
        assert notice(on=OF_AGE, **other) is None

    @given(st.dates(date(2005, 1, 1), date(2015, 12, 31)), st.integers(0, 29))
    def test_a_day_before_is_never_the_day(self, born_on: date, late: int) -> None:
        day = birthday(born_on, 15)
        assert notice(born_on=born_on, on=day - timedelta(days=1)) is BirthdayKind.AHEAD
        assert notice(born_on=born_on, on=day + timedelta(days=late)) is BirthdayKind.DAY


def notice(
    *,
    born_on: date = TEEN.born_on,
    on: date,
    concluded_on: date = date(2010, 1, 1),
    period: Period | None = None,
    cancelled_on: date | None = None,
) -> BirthdayKind | None:
    return birthday_notice(
        born_on=born_on,
        child_age=15,
        concluded_on=concluded_on,
        period=period or Period(date(2010, 1, 1), date(2040, 1, 1)),
        cancelled_on=cancelled_on,
        on=on,
    )
