"""Amounts on the wire: strings with two decimals, whole kopecks inside."""

import re
from typing import Any

_VALUE = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?\Z")


def kopecks(value: Any) -> int | None:
    """Kopecks of an amount's `value`, or nothing when it is not a string such as "100" or "100.50"."""
    if not isinstance(value, str) or not _VALUE.match(value):
        return None
    roubles, _, rest = value.partition(".")
    return int(roubles) * 100 + int(rest.ljust(2, "0") or 0)


def amount(kopecks_: int) -> dict[str, str]:
    """An amount object of the API."""
    return {"value": f"{kopecks_ // 100}.{kopecks_ % 100:02d}", "currency": "RUB"}


def shown(kopecks_: int) -> str:
    """An amount for people: «1 400,00 ₽» with spaces that do not break."""
    roubles = f"{kopecks_ // 100:,}".replace(",", "\u00a0")
    return f"{roubles},{kopecks_ % 100:02d}\u00a0₽"
