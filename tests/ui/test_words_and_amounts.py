"""What readers see of amounts, days and times."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.kit.money import Money
from doctorlike.ui import words

NBSP = "\u00a0"
NOON = datetime(2026, 3, 24, 9, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Money.of("1400.00"), "1 400,00 ₽"),
        (Decimal("0.01"), "0,01 ₽"),
        (Decimal("-1400.5"), "\u22121 400,50 ₽"),
        (1234567, "1 234 567,00 ₽"),
        (Money.zero(), "0,00 ₽"),
    ],
)
def test_money_is_shown_to_the_kopeck(value, shown):
    assert words.money(value) == shown.replace(" ", NBSP)


def test_no_money_is_no_words():
    assert words.money(None) == ""


def test_money_refuses_a_float():
    with pytest.raises(TypeError):
        words.money(0.1)


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_shown_money_reads_back_exactly(kopecks):
    shown = words.money(Money.of_kopecks(kopecks))
    assert " " not in shown
    assert Decimal(shown.removesuffix("₽").replace(NBSP, "").replace(",", ".").replace("\u2212", "-")) * 100 == kopecks


@given(st.integers(min_value=0, max_value=10**12))
def test_groups_have_three_figures(whole):
    first, *groups = words.amount(whole).split(NBSP)
    assert 1 <= len(first) <= 3
    assert all(len(group) == 3 for group in groups)


def test_days_are_russian_in_russian():
    day = date(2026, 3, 24)
    with translation.override("ru"):
        assert words.day(day) == f"24{NBSP}марта{NBSP}2026"
        assert words.daymonth(day) == f"24{NBSP}марта"
        assert words.weekday(day) == "вт"
        assert words.month(day) == f"март{NBSP}2026"
        assert words.shortmonth(day) == "мар"
        assert words.shortday(day) == "24.03.2026"
        assert words.day(None) == ""


def test_days_are_english_in_english():
    day = date(2026, 3, 24)
    with translation.override("en"):
        assert words.day(day) == f"24{NBSP}March{NBSP}2026"
        assert words.daymonth(day) == f"24{NBSP}March"
        assert words.weekday(day) == "Tue"
        assert words.month(day) == f"March{NBSP}2026"
        assert words.shortmonth(day) == "Mar"


def test_amounts_are_english_in_english():
    with translation.override("en"):
        assert words.money(Money.of("1400.00")) == f"1,400.00{NBSP}₽"
        assert words.money(Decimal("-1234567.5")) == f"\u22121,234,567.50{NBSP}₽"
        assert words.amount(1204) == "1,204"
        assert words.percent(30) == "30%"
        assert words.percent(Decimal("62.4")) == "62.4%"


@pytest.mark.parametrize(
    ("reader", "clinic", "shown"),
    [
        ("Europe/Moscow", "Europe/Moscow", "12:40"),
        ("Europe/Moscow", "Europe/Simferopol", "12:40"),
        ("Europe/Moscow", "Europe/Samara", "13:40 (МСК+1)"),
        ("Europe/Samara", "Europe/Moscow", "12:40 (МСК)"),
        ("Europe/Moscow", "Europe/Kaliningrad", "11:40 (МСК\u22121)"),
        ("Europe/Moscow", "Asia/Kamchatka", "21:40 (МСК+9)"),
        ("Europe/Moscow", "Asia/Kolkata", "15:10 (МСК+2:30)"),
    ],
)
def test_a_time_names_its_zone_when_it_is_not_the_readers(reader, clinic, shown):
    with timezone.override(ZoneInfo(reader)), translation.override("ru"):
        assert words.time_in(NOON, clinic) == shown.replace(" ", NBSP)


def test_the_day_of_an_instant_is_the_day_there():
    late = datetime(2026, 3, 24, 20, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Europe/Moscow")), translation.override("ru"):
        assert words.daymonth(late) == f"24{NBSP}марта"
        assert words.day_in(late, "Asia/Kamchatka") == f"25{NBSP}марта{NBSP}2026"
        assert words.when_in(late, "Asia/Kamchatka") == f"25{NBSP}марта, 08:30{NBSP}(МСК+9)"
        assert words.zone_in(late, "Asia/Kamchatka") == "МСК+9"
        assert words.moment(late) == f"24.03.2026{NBSP}23:30"


def test_phones_percents_initials():
    assert words.phone("+79270000012") == f"+7{NBSP}927{NBSP}000-00-12"
    assert words.phone("нет") == "нет"
    assert words.percent(30) == f"30{NBSP}%"
    assert words.initials("Анна Викторовна Серова") == "АВ"
