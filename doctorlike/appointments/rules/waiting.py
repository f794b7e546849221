"""The life of a place in the waiting list and of what is offered to it."""

from __future__ import annotations

from enum import StrEnum


class WaitingState(StrEnum):
    """`served`: a time was taken; `lapsed`: the last day asked for has passed, or the policy no longer serves."""

    WAITING = "waiting"
    SERVED = "served"
    LEFT = "left"
    LAPSED = "lapsed"


class OfferState(StrEnum):
    """`passed`: nobody answered in time; `refused`: the client let it go."""

    OPEN = "open"
    TAKEN = "taken"
    REFUSED = "refused"
    PASSED = "passed"
