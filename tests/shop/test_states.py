"""Every pair of state and event of an order."""

from __future__ import annotations

import itertools

import pytest

from doctorlike.shop.rules import FORGETTABLE, OPEN_TO_CHANGES, OrderEvent, OrderState, next_state

S, E = OrderState, OrderEvent
ALLOWED = {
    S.DRAFT: {E.EDIT: S.DRAFT, E.CONFIRM: S.CONFIRMED, E.EXPIRE: S.EXPIRED},
    S.CONFIRMED: {E.EDIT: S.DRAFT, E.CONFIRM: S.CONFIRMED, E.START_PAYMENT: S.PAYING, E.EXPIRE: S.EXPIRED},
    S.PAYING: {E.START_PAYMENT: S.PAYING, E.PAYMENT_DECLINED: S.DECLINED, E.PAYMENT_SUCCEEDED: S.PAID},
    S.DECLINED: {
        E.EDIT: S.DRAFT,
        E.START_PAYMENT: S.PAYING,
        E.PAYMENT_DECLINED: S.DECLINED,
        E.EXPIRE: S.EXPIRED,
    },
    S.PAID: {E.ISSUE: S.ISSUED, E.PAYMENT_SUCCEEDED: S.PAID},
    S.ISSUED: {E.ISSUE: S.ISSUED, E.PAYMENT_SUCCEEDED: S.ISSUED},
    S.EXPIRED: {E.EXPIRE: S.EXPIRED},
}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(OrderState, OrderEvent)))
def test_every_event_in_every_state(state: OrderState, event: OrderEvent) -> None:
    assert next_state(state, event) == ALLOWED[state].get(event)


def test_while_money_may_be_on_its_way_nothing_changes_or_expires() -> None:
    for state in (S.PAYING, S.PAID, S.ISSUED):
        assert state not in OPEN_TO_CHANGES
        assert state not in FORGETTABLE
