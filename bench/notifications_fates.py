"""What may become of a payment or a refund, as the measurement of notifications knows it beforehand: what we believe
at first, what the acquirer does, which events it tells, and where both must end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

HELD, PAID, CANCELED, RETURNED = (
    "payment.waiting_for_capture",
    "payment.succeeded",
    "payment.canceled",
    "refund.succeeded",
)


@dataclass(frozen=True)
class Fate:
    """`ours` is the state of our payment at first, `status` the acquirer's at last; the states at the end must be
    `payment`, `charge` and `refund`. Events come in this order in life; `registered`: the receipt is known to us."""

    name: str
    weight: int
    events: tuple[str, ...]
    payment: str
    charge: str
    ours: str = "open"
    attempt: str = "pending"
    status: str = "succeeded"
    reason: str = ""
    by_card: bool = False
    apart_kopecks: int = 0
    refund: str = ""
    refund_status: str = ""
    registered: bool = False

    @property
    def told_late(self) -> bool:
        """Our request's answer was lost: the acquirer's id is not known to us."""
        return self.attempt == "unknown" or self.ours == "declined"


FATES = (
    Fate("paid by link", 340, (HELD, PAID), "succeeded", "paid"),
    Fate("debited late", 90, (HELD, PAID), "succeeded", "paid", by_card=True),
    Fate("answer lost", 60, (PAID,), "succeeded", "paid", ours="unknown", attempt="unknown", by_card=True),
    Fate(
        "no money",
        70,
        (HELD, CANCELED),
        "declined",
        "retrying",
        status="canceled",
        reason="insufficient_funds",
        by_card=True,
    ),
    Fate(
        "card expired",
        40,
        (HELD, CANCELED),
        "declined",
        "awaiting_card",
        status="canceled",
        reason="card_expired",
        by_card=True,
    ),
    Fate("page left", 40, (CANCELED,), "declined", "scheduled", status="canceled", reason="expired_on_confirmation"),
    Fate("still open", 40, (HELD,), "open", "charging", status="pending"),
    Fate("another amount", 20, (HELD, PAID), "mismatch", "charging", apart_kopecks=100),
    Fate("given up", 10, (PAID,), "late", "retrying", ours="declined", attempt="canceled", by_card=True),
    # Most debits from a card are answered at once: their notification tells nothing new.
    Fate(
        "answered at once",
        250,
        (PAID,),
        "succeeded",
        "paid",
        ours="succeeded",
        attempt="succeeded",
        by_card=True,
        registered=True,
    ),
    Fate(
        "returned",
        250,
        (PAID, RETURNED),
        "succeeded",
        "paid",
        ours="succeeded",
        attempt="succeeded",
        refund="succeeded",
        refund_status="succeeded",
    ),
    Fate(
        "return under way",
        20,
        (PAID,),
        "succeeded",
        "paid",
        ours="succeeded",
        attempt="succeeded",
        refund="pending",
        refund_status="pending",
    ),
    Fate(
        "return's answer lost",
        20,
        (PAID, RETURNED),
        "succeeded",
        "paid",
        ours="succeeded",
        attempt="succeeded",
        refund="succeeded",
        refund_status="succeeded",
    ),
)


def fates(events: int) -> list[Fate]:
    """Fates whose true events are so many (or one more), each as often as it happens, spread evenly."""
    chosen: list[Fate] = []
    told = 0
    for fate in _for_ever():
        if told >= events:
            return chosen
        chosen.append(fate)
        told += len(fate.events)
    return chosen


def _for_ever() -> Iterator[Fate]:
    owed = dict.fromkeys(FATES, 0)
    whole = sum(fate.weight for fate in FATES)
    while True:
        for fate in FATES:
            owed[fate] += fate.weight
        most = max(owed, key=lambda fate: owed[fate])
        owed[most] -= whole
        yield most
