"""Channels and the fate of a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

MOST_TRIES = 6


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class State(StrEnum):
    QUEUED = "queued"
    ACCEPTED = "accepted"  # a provider took it over; whether it was read nobody can know
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the private storage, by its key, sent under `name`."""

    name: str
    storage_key: str
    media_type: str


# Other messages leave this much of the money for SMS to codes.
SPARED_PERCENT = 80
WAIT_FOR_MONEY = timedelta(minutes=15)
SPENDING_DAY = timedelta(hours=24)
_ONE_PART, _PART_OF_MANY = 70, 67  # signs of a message with Russian letters (UCS-2)
_ONE_LATIN_PART, _LATIN_PART_OF_MANY = 160, 153


class Purse(StrEnum):
    """What may be spent on SMS now."""

    OPEN = "open"
    SPARING = "sparing"  # codes only
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class SmsMoney:
    """Price of one part and the most a true hour and 24 of them may cost, in kopecks; and what they cost so far."""

    price: int
    most_an_hour: int
    most_a_day: int
    spent_this_hour: int
    spent_this_day: int

    def purse(self, parts: int = 1) -> Purse:
        """What a message of so many parts meets."""
        cost = parts * self.price
        after = ((self.spent_this_hour + cost, self.most_an_hour), (self.spent_this_day + cost, self.most_a_day))
        if any(spent > most for spent, most in after):
            return Purse.CLOSED
        if any(spent * 100 > most * SPARED_PERCENT for spent, most in after):
            return Purse.SPARING
        return Purse.OPEN


def sms_parts(text: str) -> int:
    """How many messages a provider counts for a text."""
    one, of_many = (_ONE_LATIN_PART, _LATIN_PART_OF_MANY) if text.isascii() else (_ONE_PART, _PART_OF_MANY)
    # A sign outside of the first plane («😀») takes two.
    signs = len(text.encode("utf-16-le")) // 2
    return 1 if signs <= one else -(-signs // of_many)
