"""A cardholder's visit to the hosted page: the order as the page needs it, and what each step does to it."""

import secrets
from dataclasses import dataclass

from sandbox.acquirer import methods, payments
from sandbox.acquirer.card_form import Card
from sandbox.acquirer.cards import BEHAVIOURS
from sandbox.control.faults import Effects
from sandbox.storage.database import Row
from sandbox.world import World

BANK_CODE = "1234"
MOST_WRONG_CODES = 3


@dataclass(frozen=True)
class Order:
    """A payment to confirm, or a card to bind (`amount` is None, in kopecks otherwise)."""

    id: str
    shop_id: str
    status: str
    amount: int | None
    capture: bool
    saves: bool
    description: str | None
    return_url: str
    settling: bool
    visit: Row | None

    @property
    def ended(self) -> bool:
        """Nothing is left for the cardholder to do."""
        return self.status != "pending" or self.settling


def find_order(world: World, object_id: str) -> Order | None:
    """The order behind a confirmation address, or nothing. Debits of a saved card have no page."""
    visit = world.db.one("SELECT * FROM visits WHERE object_id = ?", (object_id,))
    row = world.db.one("SELECT * FROM payments WHERE id = ? AND recurring = 0", (object_id,))
    if row is not None:
        return Order(
            id=row["id"],
            shop_id=row["shop_id"],
            status=row["status"],
            amount=row["amount"],
            capture=bool(row["capture"]),
            saves=bool(row["save_method"]),
            description=row["description"],
            return_url=row["return_url"],
            settling=row["settle_at"] is not None,
            visit=visit,
        )
    row = world.db.one("SELECT * FROM methods WHERE id = ? AND standalone = 1", (object_id,))
    if row is None:
        return None
    return Order(
        id=row["id"],
        shop_id=row["shop_id"],
        status=row["status"],
        amount=None,
        capture=False,
        saves=True,
        description=None,
        return_url=row["return_url"],
        settling=False,
        visit=visit,
    )


def give_card(world: World, order: Order, card: Card, effects: Effects) -> bool:
    """Takes a checked card. True when the bank wants a code first; else the order is settled. In a transaction."""
    _keep_card(world, order, card)
    behaviour = BEHAVIOURS[card.behaviour]
    if behaviour.three_d_secure and not effects.decline:
        # The cardholder may come back and give another card; wrong codes count for the order, not for the card.
        world.db.write(
            """INSERT INTO visits (object_id, last4, scheme) VALUES (?, ?, ?)
            ON CONFLICT (object_id) DO UPDATE SET last4 = excluded.last4, scheme = excluded.scheme""",
            (order.id, card.last4, card.scheme),
        )
        return True
    bank_answers(world, order, effects.decline or behaviour.now, settle_after_ms=effects.settle_after_ms)
    return False


def _keep_card(world: World, order: Order, card: Card) -> None:
    known = (card.first6, card.last4, card.scheme, card.expiry_year, card.expiry_month, card.behaviour)
    if order.amount is None:
        world.db.write(
            """UPDATE methods SET first6 = ?, last4 = ?, scheme = ?, expiry_year = ?, expiry_month = ?,
            behaviour = ? WHERE id = ?""",
            (*known, order.id),
        )
        return
    # As with the real one, the method saved by a payment has the payment's own id.
    world.db.write(
        """INSERT OR REPLACE INTO methods (id, shop_id, status, first6, last4, scheme, expiry_year, expiry_month,
        behaviour, created_at) VALUES (?, ?, 'active', ?, ?, ?, ?, ?, ?, ?)""",
        (order.id, order.shop_id, *known, world.clock.now_ms()),
    )
    world.db.write("UPDATE payments SET method_id = ? WHERE id = ?", (order.id, order.id))


def confirm_code(world: World, order: Order, code: str) -> int | None:
    """The bank's code. None when the order is settled by it, else how many tries are left. In a transaction."""
    if secrets.compare_digest(code.encode(), BANK_CODE.encode()):
        bank_answers(world, order, None, three_d_secure=True)
        return None
    world.db.write("UPDATE visits SET wrong_codes = wrong_codes + 1 WHERE object_id = ?", (order.id,))
    wrong = world.db.rows("SELECT wrong_codes FROM visits WHERE object_id = ?", (order.id,))[0]["wrong_codes"]
    if wrong >= MOST_WRONG_CODES:
        bank_answers(world, order, "3d_secure_failed")
        return None
    return MOST_WRONG_CODES - int(wrong)


def bank_answers(
    world: World,
    order: Order,
    reason: str | None,
    *,
    three_d_secure: bool = False,
    settle_after_ms: int | None = None,
) -> None:
    """Settles the order: approved, or refused for `reason`. In a transaction."""
    world.db.write("DELETE FROM visits WHERE object_id = ?", (order.id,))
    if order.amount is None:
        if reason:
            methods.refuse(world, order.id)
        else:
            methods.activate(world, order.id)
    elif reason is None and not settle_after_ms:
        payments.approve(world, order.id, three_d_secure=three_d_secure)
    else:
        payments.settle(world, order.id, reason, settle_after_ms)
