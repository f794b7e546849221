"""What can be done with a payment. Every function runs inside the caller's transaction."""

import json
import secrets
from typing import Any

from sandbox.acquirer.cards import BEHAVIOURS
from sandbox.acquirer.errors import ApiError, invalid, not_found
from sandbox.acquirer.ids import new_id
from sandbox.acquirer.objects import PAYMENT_COLUMNS, party_of, payment_object
from sandbox.acquirer.receipts import check_receipt
from sandbox.acquirer.validation import PaymentRequest, amount_of
from sandbox.settings import Contract
from sandbox.storage.database import Row
from sandbox.world import World

Json = dict[str, Any]
_CONFIRM_WITHIN_MS = 3600 * 1000
_CAPTURE_WITHIN_MS = 7 * 24 * 3600 * 1000


def create(
    world: World, contract: Contract, wanted: PaymentRequest, decline: str | None, settle_after_ms: int | None
) -> str:
    """Makes a payment and returns its id: `pending` until the cardholder confirms it, or settled at once when it is
    taken from a saved method. Raises ApiError when that method cannot be used."""
    now = world.clock.now_ms()
    method = _saved_method(world, contract, wanted.method_id) if wanted.method_id else None
    payment_id = new_id("payment", now)
    world.db.insert(
        "payments",
        id=payment_id,
        shop_id=contract.shop_id,
        status="pending",
        amount=wanted.amount,
        capture=wanted.capture,
        save_method=wanted.save_method,
        method_id=wanted.method_id,
        recurring=method is not None,
        description=wanted.description,
        return_url=wanted.return_url,
        metadata=json.dumps(wanted.metadata, ensure_ascii=False),
        customer=wanted.customer,
        receipt=json.dumps(wanted.receipt, ensure_ascii=False) if wanted.receipt else None,
        expires_at=now + _CONFIRM_WITHIN_MS,
        created_at=now,
    )
    if method is not None:
        reason = decline or method["scripted_decline"] or BEHAVIOURS[method["behaviour"]].later
        settle(world, payment_id, reason, settle_after_ms)
    return payment_id


def _saved_method(world: World, contract: Contract, method_id: str) -> Row:
    row = world.db.one("SELECT * FROM methods WHERE id = ? AND shop_id = ?", (method_id, contract.shop_id))
    if row is None:
        raise invalid("payment_method_id", "Payment method not found")
    if row["status"] != "active" or not row["saved"]:
        raise invalid("payment_method_id", "Payment method is not saved")
    return row


def settle(world: World, payment_id: str, reason: str | None, after_ms: int | None = None) -> None:
    """The bank's answer to a pending payment: refused for `reason`, or approved; at once or `after_ms` from now."""
    if after_ms:
        world.db.write(
            "UPDATE payments SET settle_at = ?, settle_reason = ? WHERE id = ?",
            (world.clock.now_ms() + after_ms, reason, payment_id),
        )
    elif reason:
        cancel_for(world, payment_id, reason)
    else:
        approve(world, payment_id)


def approve(world: World, payment_id: str, *, three_d_secure: bool = False) -> None:
    """The bank agreed: holds the money, and debits it when the shop wanted that at once."""
    now = world.clock.now_ms()
    world.db.write(
        """UPDATE payments SET status = 'waiting_for_capture', expires_at = ?, settle_at = NULL, authorized_at = ?,
        rrn = ?, auth_code = ?, three_d_secure = ? WHERE id = ? AND status = 'pending'""",
        (
            now + _CAPTURE_WITHIN_MS,
            now,
            f"{secrets.randbelow(10**12):012d}",
            f"{secrets.randbelow(10**6):06d}",
            three_d_secure,
            payment_id,
        ),
    )
    row = load(world, payment_id)
    if row["save_method"] and not row["recurring"]:
        world.db.write("UPDATE methods SET saved = 1 WHERE id = ?", (row["method_id"],))
    if row["capture"]:
        _debit(world, payment_id, row["amount"])
    else:
        tell(world, payment_id, "payment.waiting_for_capture")


def _debit(world: World, payment_id: str, amount: int) -> None:
    world.db.write(
        "UPDATE payments SET status = 'succeeded', amount = ?, captured_at = ?, expires_at = NULL WHERE id = ?",
        (amount, world.clock.now_ms(), payment_id),
    )
    tell(world, payment_id, "payment.succeeded")


def cancel_for(world: World, payment_id: str, reason: str) -> None:
    """Ends a payment that is pending or held, for a reason of the API's list."""
    world.db.write(
        """UPDATE payments SET status = 'canceled', party = ?, reason = ?, settle_at = NULL, expires_at = NULL
        WHERE id = ? AND status IN ('pending', 'waiting_for_capture')""",
        (party_of(reason), reason, payment_id),
    )
    tell(world, payment_id, "payment.canceled")


def capture(world: World, contract: Contract, payment_id: str, body: Json) -> str:
    """Debits a held payment, wholly or in part (the rest is released). Raises ApiError."""
    row = own(world, contract, payment_id)
    if row["status"] != "waiting_for_capture":
        raise ApiError("invalid_request", f"Payment in status {row['status']} cannot be captured")
    amount = amount_of(body, world.settings) if body.get("amount") is not None else row["amount"]
    if amount > row["amount"]:
        raise invalid("amount.value", "Captured amount is greater than the held one")
    if body.get("receipt") is not None:
        check_receipt(body["receipt"], amount)
        receipt = json.dumps(body["receipt"], ensure_ascii=False)
        world.db.write("UPDATE payments SET receipt = ? WHERE id = ?", (receipt, payment_id))
    _debit(world, payment_id, amount)
    return payment_id


def cancel(world: World, contract: Contract, payment_id: str) -> str:
    """Releases a held payment at the shop's wish. Raises ApiError for any other status, as the real one does."""
    row = own(world, contract, payment_id)
    if row["status"] != "waiting_for_capture":
        raise ApiError("invalid_request", f"Payment in status {row['status']} cannot be canceled")
    cancel_for(world, payment_id, "canceled_by_merchant")
    return payment_id


def own(world: World, contract: Contract, payment_id: str) -> Row:
    """A shop's own payment. Raises ApiError `not_found` for a missing one and for another shop's alike."""
    row = world.db.one(
        f"SELECT {PAYMENT_COLUMNS} WHERE p.id = ? AND p.shop_id = ?",
        (payment_id, contract.shop_id),
    )
    if row is None:
        raise not_found("payment_id", "Payment")
    return row


def load(world: World, payment_id: str) -> Row:
    """A payment that is known to exist, with its method."""
    row = world.db.one(f"SELECT {PAYMENT_COLUMNS} WHERE p.id = ?", (payment_id,))
    if row is None:
        raise not_found("payment_id", "Payment")
    return row


def shown(world: World, row: Row) -> Json:
    """A payment's row as the API gives it."""
    contract = contract_of(world, row["shop_id"])
    return payment_object(row, contract, world.settings.public_url, world.clock.now_ms())


def contract_of(world: World, shop_id: str) -> Contract:
    """The contract of an object; one that was since taken out of the settings still names its shop."""
    known = next((one for one in world.settings.contracts if one.shop_id == shop_id), None)
    return known or Contract(shop_id, "", "")


def tell(world: World, payment_id: str, event: str) -> None:
    """Queues a notification holding the payment as it is now."""
    row = load(world, payment_id)
    if world.notifications.wanted_by(row["shop_id"]):
        world.notifications.enqueue(row["shop_id"], event, shown(world, row))
