"""News of this app."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PaymentSettled:
    """A payment's fate is known for good. `purpose` and `subject_id` say what it was for; `decline` soft: the same
    card may serve later, hard: it will not; `reason` is a word of `rules.REASONS`, never personal."""

    payment_id: UUID
    purpose: str
    subject_id: UUID
    succeeded: bool
    decline: Literal["soft", "hard"] | None
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CardBound:
    """A card may be debited from now on. `subject_id` is what the binding was started for."""

    card_id: UUID
    owner_id: UUID
    subject_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class CardBindingFailed:
    """The bank or the client did not bind a card; the binding may be started anew."""

    subject_id: UUID
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CardUnbound:
    """From this instant no debit begins on the card."""

    card_id: UUID
    at: datetime
