"""One process that books as fast as it can, by the product's commands or by their bare SQL: a contestant of
`bench.booking`, told on its command line which, how long, and where its fresh bookings are listed."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

Book = Callable[[dict[str, str]], None]


def main() -> None:
    """Prints how many were booked in how many seconds of clock and of processor."""
    name, seconds, file = sys.argv[1], float(sys.argv[2]), Path(sys.argv[3])
    places = [json.loads(line) for line in file.read_text().splitlines()]
    book = by_command() if name == "command" else by_sql()
    book(places.pop(0))  # what a process learns once is learnt by then
    print("ready", flush=True)
    sys.stdin.readline()
    booked, begun, spent = 0, time.perf_counter(), time.process_time()
    for place in _until(begun + seconds, places):
        book(place)
        booked += 1
    print(json.dumps([booked, time.perf_counter() - begun, time.process_time() - spent]), flush=True)


def by_command() -> Book:
    """As the portal's pages call it: with the policy they have read."""
    import django

    django.setup()
    from doctorlike.appointments import commands
    from doctorlike.kit import clock
    from doctorlike.kit.actors import Actor
    from doctorlike.policies import queries as policies

    known: dict[str, Any] = {}

    def book(place: dict[str, str]) -> None:
        policy_id = place["policy_id"]
        if policy_id not in known:
            known[policy_id] = policies.policy(UUID(policy_id))
        policy, by = known[policy_id], Actor.user(UUID(place["user_id"]))
        hold_id = commands.hold_slot(
            slot_id=UUID(place["slot_id"]), policy_id=policy.id, by=by, at=clock.now(), of=[policy]
        )
        commands.confirm_booking(
            hold_id=hold_id, by=by, at=clock.now(), account_url="http://localhost/cabinet/visits/", of=[policy]
        )

    return book


def by_sql() -> Book:
    """The limit."""
    from bench.booking_limit import BareBooking

    bare = BareBooking(os.environ["DATABASE_URL"], task="doctorlike.notifications.tasks.deliver")

    def book(place: dict[str, str]) -> None:
        bare.book(
            slot_id=UUID(place["slot_id"]),
            policy_id=UUID(place["policy_id"]),
            patient_id=UUID(place["patient_id"]),
            service_code=place["service_code"],
            by=f"user:{place['user_id']}",
        )

    return book


def _until(end: float, places: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    for place in places:
        if time.perf_counter() >= end:
            return
        yield place
    raise SystemExit("all that was listed is booked: the list is too short for this machine")


if __name__ == "__main__":
    main()
