"""From when a chosen region serves: the table of docs/rules/regions.md."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from doctorlike.coverage.rules import ChoiceBar, EnrolmentOn, choice_bar, opening_is_news, serves_from
from doctorlike.kit import clock
from doctorlike.kit.dates import Period

PAGE = (Path(__file__).parents[2] / "docs/rules/regions.md").read_text(encoding="utf-8")
ZONES = {"Moscow": ZoneInfo("Europe/Moscow"), "Kamchatka": ZoneInfo("Asia/Kamchatka")}


def table() -> list[list[str]]:
    """The rows of the page's table «selected, policy starts, serves from»."""
    rows = PAGE[PAGE.index("| selected | policy starts |") :].split("\n\n")[0].splitlines()[2:]
    assert len(rows) == 4
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


@pytest.mark.parametrize("row", table(), ids=lambda row: row[0])
def test_a_region_serves_from_the_insurers_next_day_and_not_before_the_policy(row: list[str]) -> None:
    selected, policy_starts, serves = row
    day, clock_time, place = selected.split(" (")[0].rsplit(" ", 2)
    selected_at = datetime.fromisoformat(f"{day} {clock_time}").replace(tzinfo=ZONES[place])
    period = Period.of_months(date.fromisoformat(policy_starts), 12)
    assert serves_from(clock.insurer_date(selected_at), period) == date.fromisoformat(serves)


@pytest.mark.parametrize(
    ("on", "cancelled_on", "news"),
    [
        (date(2026, 3, 20), None, False),
        (date(2026, 3, 21), None, True),
        (date(2026, 4, 20), None, True),
        (date(2026, 4, 21), None, False),
        (date(2026, 3, 21), date(2026, 3, 21), True),
        (date(2026, 3, 21), date(2026, 3, 20), False),
    ],
)
def test_an_opening_is_news_on_its_day_and_for_thirty_after(on: date, cancelled_on: date | None, news: bool) -> None:
    opens_on = date(2026, 3, 21)
    assert opening_is_news(opens_on=opens_on, period=YEAR, cancelled_on=cancelled_on, on=on) is news
    assert not opening_is_news(opens_on=YEAR.ends_on, period=YEAR, cancelled_on=None, on=YEAR.ends_on)


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
