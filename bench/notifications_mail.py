"""The notifications themselves: true ones, repeated ones, forged ones, as they come over the wire."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.harness import progress
from bench.load import Client, request
from bench.notifications_fates import CANCELED, HELD, PAID, RETURNED
from bench.notifications_worlds import Thing
from sandbox.acquirer import ids
from setup.console import Problem

PATH = "/hooks/yookassa/"
# Addresses that are none of the acquirer's: on the wire, and told by a proxy.
STRANGER, SAID_TO_BE = "127.0.0.66", "203.0.113.66"
SENDERS = 8
_STATUS = {HELD: "waiting_for_capture", PAID: "succeeded", CANCELED: "canceled", RETURNED: "succeeded"}


@dataclass(frozen=True)
class Letter:
    """One notification. A forged one says what is not so of `thing`, or of nothing at all."""

    event: str
    object_id: str
    body: bytes
    forged: bool = False
    thing: Thing | None = None
    from_stranger: bool = False


def letter(event: str, object_id: str, kopecks: int, **more: object) -> Letter:
    """A notification in the acquirer's shape."""
    value = {"value": f"{kopecks // 100}.{kopecks % 100:02d}", "currency": "RUB"}
    shown = {
        "id": object_id,
        "status": _STATUS[event],
        "amount": value,
        "paid": event in (HELD, PAID),
        "metadata": {},
        "test": True,
    }
    body = json.dumps({"type": "notification", "event": event, "object": shown}).encode()
    return Letter(event, object_id, body, **more)  # type: ignore[arg-type]  # the fields above


def true_letters(things: Sequence[Thing]) -> list[Letter]:
    """Each true event once, in the order of life."""
    return [letter(event, one.object_of(event), one.kopecks, thing=one) for one in things for event in one.fate.events]


def forged_letters(things: Sequence[Thing], count: int, chance: random.Random) -> list[Letter]:
    """So many lies: of objects nobody has, of wrong states, of wrong amounts, and copies of true words from a wrong
    address."""
    made_up = [
        lambda _one: letter(PAID, ids.new_id("payment", chance.randrange(2**41)), 100_00, forged=True),
        lambda _one: letter(RETURNED, ids.new_id("refund", chance.randrange(2**41)), 100_00, forged=True),
        lambda one: letter(_lie(one), one.acquirer_id, one.kopecks, forged=True, thing=one),
        lambda one: letter(PAID, one.acquirer_id, one.kopecks * 10 + 1, forged=True, thing=one),
        lambda one: letter(_lie(one), one.acquirer_id, one.kopecks, forged=True, thing=one, from_stranger=True),
        lambda one: letter(RETURNED, one.acquirer_refund_id or one.acquirer_id, 1_00, forged=True, thing=one),
    ]
    return [made_up[number % len(made_up)](chance.choice(things)) for number in range(count)]


def _lie(one: Thing) -> str:
    """The state that the payment has not."""
    return CANCELED if one.fate.status == "succeeded" else PAID


def deliver(letters: Sequence[Letter], port: int) -> None:
    """Sends all of them, many at once, in this order; Problem when one is not answered 200."""
    parts = [letters[first::SENDERS] for first in range(SENDERS)]

    def send(number: int) -> None:
        known, stranger = Client(port), Client(port, source=STRANGER)
        try:
            for count, one in enumerate(parts[number]):
                headers = {"Content-Type": "application/json"}
                if one.from_stranger:
                    headers["X-Forwarded-For"] = SAID_TO_BE
                raw = request("POST", PATH, port=port, headers=headers, body=one.body)
                status = (stranger if one.from_stranger else known).send(raw).status
                if status != 200:
                    raise Problem(f"a notification was answered {status}")
                if number == 0 and count % 1000 == 999:
                    progress(f"{count + 1} of {len(parts[0])} sent by each sender")
        finally:
            known.close()
            stranger.close()

    with ThreadPoolExecutor(SENDERS) as threads:
        for one in [threads.submit(send, number) for number in range(SENDERS)]:
            one.result()
