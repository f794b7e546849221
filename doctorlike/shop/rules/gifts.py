"""A policy given to another adult (docs/rules/gift.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from doctorlike.kit.dates import full_years
from doctorlike.shop.errors import GiftDateError, GiftForChildError, GiftForYourselfError
from doctorlike.shop.rules.answers import ADULT_AGE, Answers, Draft


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets the gift: one of the order's insured, and where it reaches them. `phone` is E.164."""

    full_name: str
    born_on: date
    phone: str
    email: str

    def is_insured(self, full_name: str, born_on: date) -> bool:
        return self.full_name.casefold() == full_name.casefold() and self.born_on == born_on


def gift_window(starts_on: date, today: date) -> tuple[date, date]:
    """The first and the last day on which a gift bought today may be handed."""
    return today + timedelta(days=1), max(starts_on, today + timedelta(days=1))


def giftable(draft: Draft, today: date) -> tuple[tuple[int, Answers], ...]:
    """The other insured who are adults, each with their place among `draft.others`."""
    return tuple((index, one) for index, one in enumerate(draft.others) if full_years(one.born_on, today) >= ADULT_AGE)


def check_gift(draft: Draft, index: int, hand_over_on: date, today: date) -> Answers:
    """The insured at that place may be given their policy on that day. GiftForYourselfError, GiftForChildError,
    GiftDateError."""
    if draft.starts_on is None or not 0 <= index < len(draft.others):
        raise GiftForYourselfError
    if index not in dict(giftable(draft, today)):
        raise GiftForChildError
    first, last = gift_window(draft.starts_on, today)
    if not first <= hand_over_on <= last:
        raise GiftDateError(first=f"{first:%d.%m.%Y}", last=f"{last:%d.%m.%Y}")
    return draft.others[index]


def write_recipient(one: Recipient) -> dict[str, Any]:
    return {"full_name": one.full_name, "born_on": one.born_on.isoformat(), "phone": one.phone, "email": one.email}


def read_recipient(written: Mapping[str, Any]) -> Recipient:
    return Recipient(**{**written, "born_on": date.fromisoformat(written["born_on"])})
