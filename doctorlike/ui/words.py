"""Amounts, days and times as readers see them; the filters of the templates are these functions."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

NBSP = "\u00a0"
MINUS = "\u2212"
MOSCOW = ZoneInfo("Europe/Moscow")


def _in_english() -> bool:
    return (get_language() or "").startswith("en")


def _grouped(whole: int) -> str:
    figures = f"{whole:,}"
    return figures if _in_english() else figures.replace(",", NBSP)


def money(value: Any) -> str:
    """Roubles and kopecks: «1 400,00 ₽», with no-break spaces; in English “1,400.00 ₽”. Takes Money, Decimal or int; a
    float is refused."""
    if value is None or value == "":
        return ""
    amount = getattr(value, "amount", value)
    if not isinstance(amount, Decimal | int):
        raise TypeError(f"money is shown from Money, Decimal or int, not {type(value).__name__}")
    kopecks = int((Decimal(amount) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    roubles, rest = divmod(abs(kopecks), 100)
    point = "." if _in_english() else ","
    return f"{MINUS if kopecks < 0 else ''}{_grouped(roubles)}{point}{rest:02d}{NBSP}₽"


def amount(value: int | None) -> str:
    """A whole number in groups of three."""
    if value is None or value == "":
        return ""
    return (MINUS if value < 0 else "") + _grouped(abs(int(value)))


def percent(value: Any) -> str:
    """«30 %», in English “30%”."""
    if value is None or value == "":
        return ""
    return f"{value}%" if _in_english() else f"{value}{NBSP}%".replace(".", ",")


@lru_cache(maxsize=2048)  # reading a number costs more than a whole line of a page
def phone(value: str | None) -> str:
    """An E.164 number as people write it, never broken across lines; anything else as it is."""
    if not value:
        return ""
    try:
        number = phonenumbers.parse(value, "RU")
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL).replace(" ", NBSP)


def initials(value: str | None) -> str:
    """First letters of the first two words."""
    return "".join(word[0] for word in (value or "").split()[:2]).upper()


def _zone(zone: str | tzinfo | None) -> tzinfo:
    if not zone:
        return timezone.get_current_timezone()
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def _in_zone(value: date | datetime, zone: str | tzinfo | None = None) -> date | datetime:
    return value.astimezone(_zone(zone)) if isinstance(value, datetime) else value


def _written(value: date | datetime | None, pattern: str, zone: str | tzinfo | None = None) -> str:
    if not value:
        return ""
    there = _in_zone(value, zone)
    if not isinstance(there, datetime):
        return _written_day(there, pattern, get_language())
    if "H" in pattern:
        return date_format(there, pattern, use_l10n=False).replace(" ", NBSP)
    return _written_day(there.date(), pattern, get_language())


@lru_cache(maxsize=4096)
def _written_day(value: date, pattern: str, language: str | None) -> str:
    """Pages name the same days over and over."""
    return date_format(value, pattern, use_l10n=False).replace(" ", NBSP)


def day(value: date | datetime | None) -> str:
    """«24 марта 2026»"""
    return _written(value, "j E Y")


def day_in(value: datetime | None, zone: str | tzinfo) -> str:
    """The day of an instant in a zone: «24 марта 2026»."""
    return _written(value, "j E Y", zone)


def daymonth(value: date | datetime | None) -> str:
    """«24 марта»"""
    return _written(value, "j E")


def shortday(value: date | datetime | None) -> str:
    """«24.03.2026»"""
    return _written(value, "d.m.Y")


def _named(name: str) -> str:
    """A day's or month's name inside a sentence: only English writes it with a capital."""
    return name if _in_english() else name.lower()


def weekday(value: date | datetime | None) -> str:
    """«вт»"""
    return _named(_written(value, "D"))


def month(value: date | datetime | None) -> str:
    """«март 2026»"""
    return _named(_written(value, "F Y"))


def shortmonth(value: date | datetime | None) -> str:
    """Three letters: «мар»."""
    return _written(value, "M" if _in_english() else "b")[:3]


def moment(value: datetime | None) -> str:
    """«24.03.2026 10:40» in the reader's zone."""
    return _written(value, "d.m.Y H:i")


def time_in(value: datetime | None, zone: str | tzinfo | None = None) -> str:
    """The clock time in a zone; the zone is named when the reader's clock shows another time at that instant."""
    if not value:
        return ""
    there = value.astimezone(_zone(zone))
    shown = f"{there:%H:%M}"
    if there.utcoffset() == value.astimezone(timezone.get_current_timezone()).utcoffset():
        return shown
    return f"{shown}{NBSP}({zone_name(there)})"


def when_in(value: datetime | None, zone: str | tzinfo | None = None) -> str:
    """«24 марта, 10:40 (МСК+1)»"""
    return f"{_written(value, 'j E', zone)}, {time_in(value, zone)}" if value else ""


def zone_in(value: datetime, zone: str | tzinfo) -> str:
    """«МСК+1»: how a zone is called at that instant."""
    return zone_name(value.astimezone(_zone(zone)))


def zone_name(there: datetime) -> str:
    """A zone as Russians name it, by its distance from Moscow at that instant."""
    apart = (there.utcoffset() or MOSCOW.utcoffset(there)) - there.astimezone(MOSCOW).utcoffset()  # type: ignore[operator]  # both are aware
    minutes = int(apart.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    distance = f"{hours}:{rest:02d}" if rest else f"{hours}"
    return _("МСК") + (f"{'+' if minutes > 0 else MINUS}{distance}" if minutes else "")
