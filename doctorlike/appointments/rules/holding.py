"""What keeps a slot, and for whom (docs/rules/booking.md)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

HOLD_TIME = timedelta(minutes=5)


class Purpose(StrEnum):
    """What a slot is held for."""

    BOOK = "book"
    MOVE = "move"
    OFFER = "offer"


def is_live_hold(*, held_at: datetime, until_at: datetime, at: datetime) -> bool:
    """Whether a hold that nobody ended still keeps its slot. Half-open: at `until_at` it is over. A hold of the future,
    left behind when a demo's clock was turned back, keeps nothing."""
    return held_at <= at < until_at


_PATIENTS = UUID("0198c1f2-6f0e-7d53-9a54-3f1d7c2be601")


def patient_key(full_name: str, born_on: date) -> UUID:
    """One key for one human being, whichever contract names them: each contract has its own record of its insured, and
    nobody can be in two places by having two policies. Case, spaces and ё are looked past."""
    name = " ".join(full_name.casefold().replace("ё", "е").split())
    return uuid5(_PATIENTS, f"{name}|{born_on.isoformat()}")
