"""Cards saved without a debit (YooKassa's «binding for a zero amount»). Runs inside the caller's transaction."""

from typing import Any

from sandbox.acquirer.errors import not_found
from sandbox.acquirer.ids import new_id
from sandbox.acquirer.objects import method_object
from sandbox.acquirer.payments import contract_of
from sandbox.settings import Contract
from sandbox.storage.database import Row
from sandbox.world import World

_CONFIRM_WITHIN_MS = 3600 * 1000
_COLUMNS = "*, status AS method_status, saved AS method_saved FROM methods"


def create(world: World, contract: Contract, return_url: str) -> str:
    """A card to be bound, `pending` until the cardholder gives it on the page; returns its id."""
    now = world.clock.now_ms()
    method_id = new_id("method", now)
    world.db.insert(
        "methods",
        id=method_id,
        shop_id=contract.shop_id,
        status="pending",
        standalone=1,
        return_url=return_url,
        expires_at=now + _CONFIRM_WITHIN_MS,
        created_at=now,
    )
    return method_id


def activate(world: World, method_id: str) -> None:
    """The bank agreed: later debits may use the card. The shop is told by `payment_method.active`."""
    world.db.write(
        "UPDATE methods SET status = 'active', saved = 1, expires_at = NULL WHERE id = ? AND status = 'pending'",
        (method_id,),
    )
    row = load(world, method_id)
    world.notifications.enqueue(row["shop_id"], "payment_method.active", shown(world, row))


def refuse(world: World, method_id: str) -> None:
    """The card was not bound. The API has no event for it: the shop asks."""
    world.db.write(
        "UPDATE methods SET status = 'inactive', expires_at = NULL WHERE id = ? AND status = 'pending'", (method_id,)
    )


def own(world: World, contract: Contract, method_id: str) -> Row:
    """A shop's own method. Raises ApiError `not_found`."""
    row = world.db.one(
        f"SELECT {_COLUMNS} WHERE id = ? AND shop_id = ?",
        (method_id, contract.shop_id),
    )
    if row is None:
        raise not_found("payment_method_id", "Payment method")
    return row


def load(world: World, method_id: str) -> Row:
    """A method that is known to exist."""
    row = world.db.one(f"SELECT {_COLUMNS} WHERE id = ?", (method_id,))
    if row is None:
        raise not_found("payment_method_id", "Payment method")
    return row


def shown(world: World, row: Row) -> dict[str, Any]:
    """A method's row as the API gives it."""
    return method_object(row, contract_of(world, row["shop_id"]), world.settings.public_url)
