"""The card form: what the cardholder typed, checked; only what may be kept comes out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.acquirer.cards import behaviour_of, passes_luhn, scheme_of

_EXPIRY = re.compile(r"\s*(\d{1,2})\s*[/.\- ]?\s*(\d{4}|\d{2})\s*\Z")


@dataclass(frozen=True)
class Card:
    """What is kept of a card: never its number, never its CVC."""

    first6: str
    last4: str
    scheme: str
    expiry_year: str
    expiry_month: str
    behaviour: str


def read_card(typed: Mapping[str, str], now_ms: int) -> tuple[Card | None, dict[str, str]]:
    """The card, or the errors by field (names of texts)."""
    errors: dict[str, str] = {}
    number = re.sub(r"[\s\-\u00a0]", "", typed.get("number", ""))
    if not number:
        errors["number"] = "number_empty"
    elif not number.isascii() or not number.isdigit() or not 13 <= len(number) <= 19:
        errors["number"] = "number_wrong"
    elif not passes_luhn(number):
        errors["number"] = "number_luhn"
    expiry = _expiry(typed.get("expiry", ""))
    if expiry is None:
        errors["expiry"] = "expiry_wrong"
    elif expiry < _this_month(now_ms):
        errors["expiry"] = "expiry_past"
    if not re.fullmatch(r"[0-9]{3}", typed.get("cvc", "").strip()):
        errors["cvc"] = "cvc_wrong"
    if len(typed.get("holder", "")) > 64:
        errors["holder"] = "holder_long"
    if errors or expiry is None:
        return None, errors
    year, month = expiry
    return Card(number[:6], number[-4:], scheme_of(number), f"{year}", f"{month:02d}", behaviour_of(number)), {}


def _expiry(typed: str) -> tuple[int, int] | None:
    """(year, month), so that dates compare."""
    found = _EXPIRY.match(typed)
    if not found or not 1 <= int(found.group(1)) <= 12:
        return None
    year = int(found.group(2))
    return (year if year > 99 else 2000 + year, int(found.group(1)))


def _this_month(now_ms: int) -> tuple[int, int]:
    today = datetime.fromtimestamp(now_ms / 1000, UTC)
    return today.year, today.month
