"""The life of an order. Every pair of state and event is decided here: an event that has no row is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class OrderState(StrEnum):
    DRAFT = "draft"
    CONFIRMED = "confirmed"  # the code was entered: the people and the price are agreed
    PAYING = "paying"  # a payment is open, or its fate is not known yet
    DECLINED = "declined"
    PAID = "paid"
    ISSUED = "issued"
    EXPIRED = "expired"  # given up for long: the answers are forgotten


class OrderEvent(StrEnum):
    EDIT = "edit"
    CONFIRM = "confirm"
    START_PAYMENT = "start_payment"
    PAYMENT_DECLINED = "payment_declined"
    PAYMENT_SUCCEEDED = "payment_succeeded"
    ISSUE = "issue"
    EXPIRE = "expire"


_S, _E = OrderState, OrderEvent
TRANSITIONS: Mapping[tuple[OrderState, OrderEvent], OrderState] = {
    (_S.DRAFT, _E.EDIT): _S.DRAFT,
    (_S.DRAFT, _E.CONFIRM): _S.CONFIRMED,
    (_S.DRAFT, _E.EXPIRE): _S.EXPIRED,
    # What was confirmed by a code is confirmed again after any change.
    (_S.CONFIRMED, _E.EDIT): _S.DRAFT,
    (_S.CONFIRMED, _E.CONFIRM): _S.CONFIRMED,
    (_S.CONFIRMED, _E.START_PAYMENT): _S.PAYING,
    (_S.CONFIRMED, _E.EXPIRE): _S.EXPIRED,
    # While money may be on its way nothing changes and nothing expires.
    (_S.PAYING, _E.START_PAYMENT): _S.PAYING,
    (_S.PAYING, _E.PAYMENT_DECLINED): _S.DECLINED,
    (_S.PAYING, _E.PAYMENT_SUCCEEDED): _S.PAID,
    (_S.DECLINED, _E.EDIT): _S.DRAFT,
    (_S.DECLINED, _E.START_PAYMENT): _S.PAYING,
    (_S.DECLINED, _E.EXPIRE): _S.EXPIRED,
    # A fate told twice.
    (_S.DECLINED, _E.PAYMENT_DECLINED): _S.DECLINED,
    (_S.PAID, _E.ISSUE): _S.ISSUED,
    (_S.PAID, _E.PAYMENT_SUCCEEDED): _S.PAID,
    (_S.ISSUED, _E.PAYMENT_SUCCEEDED): _S.ISSUED,
    (_S.ISSUED, _E.ISSUE): _S.ISSUED,
    (_S.EXPIRED, _E.EXPIRE): _S.EXPIRED,
}

OPEN_TO_CHANGES = frozenset(state for state, event in TRANSITIONS if event is OrderEvent.EDIT)
FORGETTABLE = frozenset(state for state, event in TRANSITIONS if event is OrderEvent.EXPIRE) - {OrderState.EXPIRED}


def next_state(state: str, event: OrderEvent) -> OrderState | None:
    """The state after the event; None when the event is refused in this state."""
    return TRANSITIONS.get((OrderState(state), event))
