"""The one way in which an order moves: locked, re-read, by the table."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import UUIDField

from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked
from doctorlike.kit.reads import Read, Told
from doctorlike.kit.writes import update
from doctorlike.shop.errors import OrderClosedError
from doctorlike.shop.models import Order
from doctorlike.shop.rules import Draft, OrderEvent, next_state, write_draft

_MOVED = ("state", "changed_at", "changed_by", "expiry_told_at", "expiry_told_by")
_AGREED = ("premium", "confirmed_at", "confirmed_by", "confirming_code", "consented_at", "consented_by")
_CHOSEN = ("version", "programme", "scope", "copay_percent")


_by_id = Read(lambda: Order.objects.filter(pk=Told("order_id", UUIDField())), prepared=True)


def order_as_it_stands(order_id: UUID) -> Order:
    """Not locked, for a look beforehand; NotFoundError when there is none."""
    rows = _by_id(order_id=order_id)
    if not rows:
        raise NotFoundError
    return rows[0]


def locked_order(order_id: UUID) -> Order:
    """NotFoundError when there is none."""
    return locked(Order.objects, pk=order_id)


def move(order: Order, event: OrderEvent, *, by: Actor, at: datetime) -> None:
    """Take the order to its next state, for `save`; OrderClosedError when the event is refused in its state."""
    after = next_state(order.state, event)
    if after is None:
        raise OrderClosedError
    order.state = after
    touch(order, by=by, at=at)


def touch(order: Order, *, by: Actor, at: datetime) -> None:
    """From now on the thirty days of a draft count anew; unsaved."""
    order.changed_at, order.changed_by = at, str(by)
    order.expiry_told_at, order.expiry_told_by = None, ""


def save(order: Order, *more: str) -> None:
    """Write where a moved or touched order stands, and whatever else the caller has changed. What is encrypted is
    written only when it is named: it would be enciphered for nothing."""
    update(order, *_MOVED, *more)


def edit(order: Order, draft: Draft, *, by: Actor, at: datetime) -> None:
    """Put changed answers in place and save: whatever was confirmed or agreed to is asked again."""
    move(order, OrderEvent.EDIT, by=by, at=at)
    order.answers = write_draft(draft)
    order.edition += 1
    order.premium = None
    order.confirmed_at, order.confirmed_by, order.confirming_code_id = None, "", None
    order.consented_at, order.consented_by = None, ""
    save(order, "answers", "edition", *_AGREED, *_CHOSEN)
