"""Refunds: to the card that paid, never above what was paid. Runs inside the caller's transaction."""

import json
from typing import Any

from sandbox.acquirer.errors import ApiError, invalid, not_found
from sandbox.acquirer.ids import new_id
from sandbox.acquirer.objects import party_of, refund_object
from sandbox.acquirer.validation import RefundRequest
from sandbox.settings import Contract
from sandbox.storage.database import Row
from sandbox.world import World


def create(world: World, contract: Contract, wanted: RefundRequest, decline: str | None) -> str:
    """Gives money back and returns the refund's id. Raises ApiError when the payment cannot give that much."""
    payment = world.db.one("SELECT * FROM payments WHERE id = ? AND shop_id = ?", (wanted.payment_id, contract.shop_id))
    if payment is None:
        raise invalid("payment_id", "Payment not found")
    if payment["status"] != "succeeded":
        raise ApiError("invalid_request", f"Payment in status {payment['status']} cannot be refunded", "payment_id")
    if wanted.amount > payment["amount"] - payment["refunded"]:
        raise invalid("amount.value", "Refund is greater than what is left of the payment")
    now = world.clock.now_ms()
    refund_id = new_id("refund", now)
    world.db.insert(
        "refunds",
        id=refund_id,
        shop_id=contract.shop_id,
        payment_id=wanted.payment_id,
        status="canceled" if decline else "succeeded",
        amount=wanted.amount,
        description=wanted.description,
        metadata=json.dumps(wanted.metadata, ensure_ascii=False),
        receipt=json.dumps(wanted.receipt, ensure_ascii=False) if wanted.receipt else None,
        party=party_of(decline) if decline else None,
        reason=decline,
        created_at=now,
    )
    if not decline:
        world.db.write("UPDATE payments SET refunded = refunded + ? WHERE id = ?", (wanted.amount, wanted.payment_id))
        # A refused refund has no event in the API: the shop learns of it from the answer or by asking.
        world.notifications.enqueue(contract.shop_id, "refund.succeeded", shown(world, load(world, refund_id)))
    return refund_id


def own(world: World, contract: Contract, refund_id: str) -> Row:
    """A shop's own refund. Raises ApiError `not_found`."""
    row = world.db.one("SELECT * FROM refunds WHERE id = ? AND shop_id = ?", (refund_id, contract.shop_id))
    if row is None:
        raise not_found("refund_id", "Refund")
    return row


def load(world: World, refund_id: str) -> Row:
    """A refund that is known to exist."""
    row = world.db.one("SELECT * FROM refunds WHERE id = ?", (refund_id,))
    if row is None:
        raise not_found("refund_id", "Refund")
    return row


def shown(world: World, row: Row) -> dict[str, Any]:
    """A refund's row as the API gives it."""
    return refund_object(row, world.clock.now_ms())
