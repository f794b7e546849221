"""Opening hours as lists write them, and whether a clinic is open."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.clinics.rules import OpeningHours, Span, read_hours
from doctorlike.clinics.rules.hours import WEEK_MINUTES


def written(text: str) -> list[str]:
    hours = read_hours(text)
    assert hours is not None, text
    return [" ".join(span.text for span in spans) for spans in hours.days]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("пн-вс 08:00-21:00", ["08:00–21:00"] * 7),
        ("пн-пт 08:00-20:00, сб 09:00-14:00", ["08:00–20:00"] * 5 + ["09:00–14:00", ""]),
        ("пн-пт 08:00-20:00, сб-вс 09:00-15:00", ["08:00–20:00"] * 5 + ["09:00–15:00"] * 2),
        ("пн-чт 08:00-20:00, пт 08:00-15:00, вс 08:00-19:00", ["08:00–20:00"] * 4 + ["08:00–15:00", "", "08:00–19:00"]),
        ("пн 07:30-18:00, вт 07:30-20:00, ср07:30-18:00", ["07:30–18:00", "07:30–20:00", "07:30–18:00"] + [""] * 4),
        ("Пн, ср, пт: 9.00–18.00", ["09:00–18:00", "", "09:00–18:00", "", "09:00–18:00", "", ""]),
        ("понедельник-пятница с 9 до 18", ["09:00–18:00"] * 5 + ["", ""]),
        ("ежедневно 10:00-20:00", ["10:00–20:00"] * 7),
        ("будни 08:00-20:00, выходные 10:00-16:00", ["08:00–20:00"] * 5 + ["10:00–16:00"] * 2),
        ("круглосуточно", ["00:00–24:00"] * 7),
        ("Круглосуточно", ["00:00–24:00"] * 7),
        ("пн-вс 00:00-00:00", ["00:00–24:00"] * 7),
        ("пн-вс 08:00-23:59", ["08:00–24:00"] * 7),
        ("пн-пт 08:00-20:00, сб выходной", ["08:00–20:00"] * 5 + ["", ""]),
        ("пн-пт 09:00-18:00 перерыв 13:00-14:00", ["09:00–13:00 14:00–18:00"] * 5 + ["", ""]),
        ("08:00-20:00", ["08:00–20:00"] * 7),
        ("пт 20:00-08:00", [""] * 4 + ["20:00–08:00", "", ""]),
    ],
)
def test_what_clinics_write_is_understood(text: str, days: list[str]) -> None:
    assert written(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "",
        "по записи",
        "пн-пт",
        "пн-пт 08:00-20:00, звоните",
        "пн 25:00-26:00",
        "пн 08:70-10:00",
        "пн 08:00-08:00",
        "пт-пн 08:00-20:00",
        "пн-пт 08:00-20:00, пн 09:00-18:00",
        "пн-пт 08:00-20:00 перерыв 21:00-22:00",
        "перерыв 13:00-14:00",
        "- 08:00-20:00",
        "08:00-20:00, 10:00-12:00",
        "8" * 300,
        "сб выходной",
    ],
)
def test_what_is_unclear_or_contradicts_itself_is_not_guessed(text: str) -> None:
    assert read_hours(text) is None


@pytest.mark.parametrize(
    ("instant", "zone", "is_open"),
    [
        (datetime(2026, 3, 23, 5, 0, tzinfo=UTC), "Europe/Moscow", True),  # Monday 08:00
        (datetime(2026, 3, 23, 4, 59, tzinfo=UTC), "Europe/Moscow", False),
        (datetime(2026, 3, 23, 5, 0, tzinfo=UTC), "Europe/Kaliningrad", False),  # 07:00 there
        (datetime(2026, 3, 22, 21, 0, tzinfo=UTC), "Asia/Kamchatka", True),  # already Monday 09:00
        (datetime(2026, 3, 23, 17, 0, tzinfo=UTC), "Europe/Moscow", False),  # 20:00 is closed
    ],
)
def test_open_now_is_by_the_clinics_own_clock(instant: datetime, zone: str, is_open: bool) -> None:
    hours = read_hours("пн-пт 08:00-20:00")
    assert hours is not None
    assert hours.open_at(instant, zone) is is_open


def test_a_night_shift_reaches_into_the_next_day_and_over_the_end_of_the_week() -> None:
    hours = read_hours("вс 20:00-08:00")
    assert hours is not None
    assert hours.open_at(datetime(2026, 3, 23, 4, 0, tzinfo=UTC), "Europe/Moscow")  # Monday 07:00
    assert not hours.open_at(datetime(2026, 3, 22, 4, 0, tzinfo=UTC), "Europe/Moscow")  # Sunday 07:00
    assert hours.on(date(2026, 3, 22)) == (Span(1200, 1920),)


TIMES = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))


@given(st.lists(st.lists(TIMES, max_size=1).map(tuple), min_size=7, max_size=7).map(tuple))
def test_hours_survive_storing_and_the_week_holds_all_their_minutes(days: tuple[tuple[Span, ...], ...]) -> None:
    hours = OpeningHours(days)
    assert OpeningHours.from_json(hours.as_json()) == hours
    spans = list(hours.spans_of_week())
    assert all(0 <= opens < closes <= WEEK_MINUTES for opens, closes in spans)
    assert sum(closes - opens for opens, closes in spans) == sum(
        span.closes_minute - span.opens_minute for day in days for span in day
    )
