"""What the acquirer does by itself as time goes on: expires what nobody finished, settles what was late."""

import asyncio

from sandbox.acquirer import idempotency, methods, payments
from sandbox.world import World

_EVERY_SECONDS = 0.2
_AT_ONCE = 200


async def run(world: World) -> None:
    """Sweeps for as long as the process lives."""
    idempotency.forget_old(world.db, world.clock.now_ms())
    while True:
        sweep(world)
        await asyncio.sleep(_EVERY_SECONDS)


def sweep(world: World) -> None:
    """One round; safe to repeat at any time."""
    now = world.clock.now_ms()
    db = world.db
    late = db.rows(
        """SELECT id, settle_reason FROM payments WHERE settle_at IS NOT NULL AND settle_at <= ?
        AND status = 'pending' LIMIT ?""",
        (now, _AT_ONCE),
    )
    expired = db.rows(
        """SELECT id, status FROM payments WHERE status IN ('pending', 'waiting_for_capture') AND expires_at <= ?
        AND settle_at IS NULL LIMIT ?""",
        (now, _AT_ONCE),
    )
    unbound = db.rows("SELECT id FROM methods WHERE status = 'pending' AND expires_at <= ? LIMIT ?", (now, _AT_ONCE))
    if not (late or expired or unbound):
        return
    with db.transaction():
        for row in late:
            payments.settle(world, row["id"], row["settle_reason"])
        for row in expired:
            held = row["status"] == "waiting_for_capture"
            payments.cancel_for(world, row["id"], "expired_on_capture" if held else "expired_on_confirmation")
        for row in unbound:
            methods.refuse(world, row["id"])
        idempotency.forget_old(db, now)
