"""From when a chosen region serves: the table of docs/rules/regions.md."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from doctorlike.coverage.rules import ChoiceBar, EnrolmentOn, choice_bar, serves_from
from doctorlike.kit import clock
from doctorlike.kit.dates import Period


@pytest.mark.parametrize(
    ("selected_at", "policy_starts_on", "serves_from_on"),
    [
        (datetime(2026, 3, 20, 23, 59, 59, tzinfo=ZoneInfo("Europe/Moscow")), date(2026, 1, 10), date(2026, 3, 21)),
        (datetime(2026, 3, 21, 0, 0, 0, tzinfo=ZoneInfo("Europe/Moscow")), date(2026, 1, 10), date(2026, 3, 22)),
        (datetime(2026, 3, 20, 12, 0, tzinfo=ZoneInfo("Europe/Moscow")), date(2026, 4, 1), date(2026, 4, 1)),
        (datetime(2026, 3, 20, 21, 0, tzinfo=ZoneInfo("Asia/Kamchatka")), date(2026, 1, 10), date(2026, 3, 21)),
    ],
)
def test_a_region_serves_from_the_insurers_next_day_and_not_before_the_policy(
    selected_at: datetime, policy_starts_on: date, serves_from_on: date
) -> None:
    selected_on = clock.insurer_date(selected_at)
    assert serves_from(selected_on, Period.of_months(policy_starts_on, 12)) == serves_from_on


YEAR = Period(date(2026, 3, 1), date(2027, 3, 1))


@pytest.mark.parametrize(
    ("fixed", "cancelled_on", "enrolment", "on", "bar"),
    [
        (False, None, EnrolmentOn.ACTIVE, date(2026, 2, 1), ChoiceBar.NONE),
        (False, None, EnrolmentOn.ACTIVE, date(2027, 2, 28), ChoiceBar.NONE),
        (False, None, EnrolmentOn.ACTIVE, date(2027, 3, 1), ChoiceBar.OVER),
        (False, date(2026, 5, 1), EnrolmentOn.ACTIVE, date(2026, 5, 1), ChoiceBar.NONE),
        (False, date(2026, 5, 1), EnrolmentOn.ACTIVE, date(2026, 5, 2), ChoiceBar.OVER),
        (False, date(2026, 5, 1), EnrolmentOn.SUSPENDED, date(2026, 5, 1), ChoiceBar.OVER),
        (False, None, EnrolmentOn.NEVER, date(2026, 5, 1), ChoiceBar.NOT_ACTIVATED),
        (False, None, EnrolmentOn.SUSPENDED, date(2026, 5, 1), ChoiceBar.SUSPENDED),
        (True, None, EnrolmentOn.ACTIVE, date(2026, 5, 1), ChoiceBar.FIXED),
    ],
)
def test_who_may_choose_and_when(
    fixed: bool, cancelled_on: date | None, enrolment: EnrolmentOn, on: date, bar: ChoiceBar
) -> None:
    assert choice_bar(fixed=fixed, period=YEAR, cancelled_on=cancelled_on, enrolment=enrolment, on=on) is bar
