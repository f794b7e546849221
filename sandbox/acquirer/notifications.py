"""Notifications to the shops: stored with the change they tell of, sent until answered 200.

As the real ones they are neither signed nor numbered, may come twice and in any order, and are given up after a day.
"""

import asyncio
import json
import random
from dataclasses import asdict, dataclass
from typing import Any

import httpx

from sandbox.clock import real_ms
from sandbox.settings import Settings
from sandbox.storage import Database
from sandbox.storage.database import Row

_GIVEN_UP_AFTER_MS = 24 * 3600 * 1000
_AT_ONCE = 16
_ANSWER_SECONDS = 10.0


@dataclass(frozen=True)
class Delivery:
    """How notifications leave: a switch, a delay, extra copies, and a window in which they are shuffled (seeded)."""

    on: bool = True
    delay_ms: int = 0
    copies: int = 1
    shuffle_ms: int = 0
    seed: int = 0


class Notifications:
    """The outgoing queue. Rows left by a killed process are taken up again when `run` starts."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self._db = db
        self._urls = {contract.shop_id: contract.notification_url for contract in settings.contracts}
        self._pauses_ms = tuple(round(pause * 1000) for pause in settings.notification_pauses)
        self._wake = asyncio.Event()
        self._sending: dict[int, asyncio.Task[None]] = {}
        self.delivery = Delivery(**db.switch("delivery", {}))
        self._chance = random.Random(self.delivery.seed)  # noqa: S311 - repeatable faults, not secrets

    def set_delivery(self, delivery: Delivery) -> None:
        """Changes how later notifications leave. Switching on lets go what was held meanwhile."""
        self._db.turn("delivery", asdict(delivery))
        if delivery.on and not self.delivery.on:
            self._db.write("UPDATE notifications SET due_at = ? WHERE due_at IS NULL", (real_ms(),))
        self.delivery = delivery
        self._chance = random.Random(delivery.seed)  # noqa: S311 - repeatable faults, not secrets
        self._wake.set()

    def wanted_by(self, shop_id: str) -> bool:
        """Whether the shop has an address to notify."""
        return bool(self._urls.get(shop_id))

    def enqueue(self, shop_id: str, event: str, shown: dict[str, Any]) -> None:
        """Stores a notification; call it in the transaction of the change it tells of."""
        if not self.wanted_by(shop_id):
            return
        body = json.dumps({"type": "notification", "event": event, "object": shown}, ensure_ascii=False)
        for _ in range(max(self.delivery.copies, 1)):
            self._db.insert(
                "notifications",
                shop_id=shop_id,
                event=event,
                object_id=shown["id"],
                body=body,
                due_at=self._first_due(),
                created_at=real_ms(),
            )
        self._wake.set()

    def _first_due(self) -> int | None:
        if not self.delivery.on:
            return None
        shuffled = self._chance.randrange(self.delivery.shuffle_ms) if self.delivery.shuffle_ms else 0
        return real_ms() + self.delivery.delay_ms + shuffled

    def hurry(self) -> int:
        """Makes everything not yet delivered due now, also what was given up or held; returns how many."""
        count = self._db.write(
            "UPDATE notifications SET due_at = ?, abandoned_at = NULL, created_at = ? WHERE delivered_at IS NULL",
            (real_ms(), real_ms()),
        )
        self._wake.set()
        return count

    def send_again(self, number: int) -> bool:
        """Sends a notification once more, delivered or not. False when there is none of that number."""
        again = self._db.write(
            "UPDATE notifications SET due_at = ?, delivered_at = NULL, abandoned_at = NULL WHERE number = ?",
            (real_ms(), number),
        )
        self._wake.set()
        return again > 0

    async def run(self) -> None:
        """Sends what is due, for as long as the process lives."""
        async with httpx.AsyncClient(timeout=_ANSWER_SECONDS, trust_env=False) as client:
            while True:
                self._wake.clear()
                pause = self._start_due(client)
                try:
                    await asyncio.wait_for(self._wake.wait(), pause)
                except TimeoutError:
                    continue

    def _start_due(self, client: httpx.AsyncClient) -> float | None:
        """Starts deliveries up to the limit; returns the seconds until there is more to do, None for «when woken»."""
        free = _AT_ONCE - len(self._sending)
        if free <= 0:
            return None
        waiting = self._db.rows(
            """SELECT number, shop_id, body, attempts, due_at, created_at FROM notifications
            WHERE delivered_at IS NULL AND abandoned_at IS NULL AND due_at IS NOT NULL
            ORDER BY due_at LIMIT ?""",
            (_AT_ONCE * 2,),
        )
        now = real_ms()
        for row in waiting:
            if row["number"] in self._sending:
                continue
            if row["due_at"] > now:
                return max((row["due_at"] - now) / 1000, 0.001)
            if not free:
                return None
            free -= 1
            task = asyncio.create_task(self._send(client, row))
            self._sending[row["number"]] = task
        return None

    async def _send(self, client: httpx.AsyncClient, row: Row) -> None:
        try:
            reply = await client.post(
                self._urls.get(row["shop_id"], ""),
                content=row["body"].encode(),
                headers={"Content-Type": "application/json", "User-Agent": "sandbox-acquirer"},
            )
            answer, delivered = str(reply.status_code), reply.status_code == 200
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            answer, delivered = type(error).__name__, False
        finally:
            self._sending.pop(row["number"], None)
            self._wake.set()
        now = real_ms()
        attempts = row["attempts"] + 1
        pause_ms = self._pauses_ms[min(attempts, len(self._pauses_ms)) - 1]
        given_up = not delivered and now + pause_ms > row["created_at"] + _GIVEN_UP_AFTER_MS
        self._db.write(
            """UPDATE notifications SET attempts = ?, last_answer = ?, due_at = ?, delivered_at = ?, abandoned_at = ?
            WHERE number = ?""",
            (
                attempts,
                answer,
                now + pause_ms,
                now if delivered else None,
                now if given_up else None,
                row["number"],
            ),
        )

    def forget_all(self) -> None:
        """Drops every notification, sent or not."""
        self._db.write("DELETE FROM notifications")
