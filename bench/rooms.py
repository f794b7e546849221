"""`make bench-rooms`: a thousand open rooms on one streaming process, a reader in each.

Told are the memory a room costs, how soon an event reaches its reader (from before its transaction to the reader's
line) while two hundred events happen each second and every fifth reader is thrown out and comes back, and whether
anything was lost or told twice. The limit, in the same run: the same events by bare NOTIFY to one listening connection.
"""

from __future__ import annotations

import asyncio
import os
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg

from bench.harness import Measurement, measurement, percentile, progress, run, time_share
from setup.console import Problem

if TYPE_CHECKING:
    from bench.rooms_world import OpenRoom

ROOMS = 1000
EVENTS_PER_SECOND, SECONDS = 200, 20
COME_BACK = 0.2
PATIENCE_SECONDS = 30


@dataclass
class Heard:
    """What one reader was told: event and when."""

    events: list[tuple[int, float]] = field(default_factory=list)

    @property
    def last(self) -> int:
        return self.events[-1][0] if self.events else 0


def main() -> None:
    with measurement("rooms", services=("streams",)) as bench:
        bench.system.manage("seed_demo")
        bench.enter_django("telemed")
        from bench.rooms_world import open_rooms

        count = bench.scaled(ROOMS, least=20)
        progress(f"{count} rooms")
        rooms = open_rooms(count, at=datetime.now(UTC))
        figures, delays, sent = asyncio.run(_measure(bench, rooms))
        bare = asyncio.run(_bare(bench, [room for room, _event in sent]))
        p95, limit = percentile(delays, 95), percentile(bare, 95)
        bench.figures = {**figures, "p50_ms": _ms(percentile(delays, 50)), "p95_ms": _ms(p95)}
        bench.figures["share"] = round(time_share(p95, limit), 3)
        bench.limit = {"p50_ms": _ms(percentile(bare, 50)), "p95_ms": _ms(limit)}


async def _measure(
    bench: Measurement, rooms: list[OpenRoom]
) -> tuple[dict[str, float], list[float], list[tuple[UUID, int]]]:
    port, heard = bench.system.port("streams"), {room.id: Heard() for room in rooms}
    before = _memory_kib(bench)
    begun = time.monotonic()
    readers = {room.id: asyncio.create_task(_read(port, room, heard[room.id])) for room in rooms}
    await _until(lambda: all(one.events for one in heard.values()))
    opened = time.monotonic() - begun
    memory = _memory_kib(bench) - before
    progress(f"open after {opened:.1f} s; {memory / len(rooms):.0f} KiB a room")
    known = {room: one.last for room, one in heard.items()}
    writer = _Writer(rooms, known, count=round(EVENTS_PER_SECOND * SECONDS * min(1, len(rooms) / ROOMS)))
    writer.start()
    thrown = random.Random(len(rooms)).sample(rooms, round(len(rooms) * COME_BACK))
    pause = SECONDS / max(1, len(thrown))
    for room in thrown:
        readers[room.id].cancel()
        readers[room.id] = asyncio.create_task(_read(port, room, heard[room.id]))
        await asyncio.sleep(pause)
    await asyncio.to_thread(writer.join)
    last = dict(writer.sent)
    await _until(lambda: all(heard[room].last >= event for room, event in last.items()))
    for reader in readers.values():
        reader.cancel()
    return _judged(writer, heard, rooms, len(thrown), opened, memory)


def _judged(
    writer: _Writer, heard: dict[UUID, Heard], rooms: list[OpenRoom], thrown: int, opened: float, memory: int
) -> tuple[dict[str, float], list[float], list[tuple[UUID, int]]]:
    must: dict[UUID, list[int]] = defaultdict(list)
    for room_id, event in writer.sent:
        must[room_id].append(event)
    lost = repeated = 0
    delays = []
    for room in rooms:
        told = [event for event, _at in heard[room.id].events]
        repeated += len(told) - len(set(told)) + int(told != sorted(told))
        lost += len(set(must[room.id]) - set(told))
        delays += [at - writer.began[event] for event, at in heard[room.id].events if event in writer.began]
    figures = {
        "rooms": len(rooms),
        "events": len(writer.sent),
        "came_back": thrown,
        "lost": lost,
        "repeated": repeated,
        "opened_s": round(opened, 2),
        "kib_a_room": round(memory / len(rooms), 1),
    }
    return figures, delays, writer.sent


class _Writer(threading.Thread):
    """Has events happen in rooms by the product's own command, at an even pace."""

    def __init__(self, rooms: list[OpenRoom], known: dict[UUID, int], *, count: int) -> None:
        super().__init__(daemon=True)
        self.sent: list[tuple[UUID, int]] = []
        self.began: dict[int, float] = {}
        self._rooms, self._known, self._count = rooms, known, count

    def run(self) -> None:
        from uuid import uuid4

        from django.db import connections

        from doctorlike.kit.actors import Actor
        from doctorlike.telemed import commands, queries

        draw, begun = random.Random(1), time.monotonic()
        for number in range(self._count):
            time.sleep(max(0.0, begun + number / EVENTS_PER_SECOND - time.monotonic()))  # an even pace
            room = draw.choice(self._rooms)
            at = time.monotonic()
            commands.send_message(
                consultation_id=room.id,
                user_id=room.user_id,
                text="Алло",
                sent_key=uuid4(),
                by=Actor.user(room.user_id),
                at=datetime.now(UTC),
            )
            for event in queries.events_after({room.id: self._known[room.id]})[room.id]:
                self._known[room.id] = event.id
                self.sent.append((room.id, event.id))
                self.began[event.id] = at
        connections.close_all()


async def _read(port: int, room: OpenRoom, heard: Heard) -> None:
    """Follows a room as a browser does; goes on behind the last event it knows."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 16)
    writer.write(
        f"GET /rooms/{room.id}/events HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: telemed_session={room.session}\r\n"
        f"Last-Event-ID: {heard.last}\r\nAccept: text/event-stream\r\n\r\n".encode()
    )
    try:
        status = await reader.readline()
        if b" 200 " not in status:
            raise Problem(f"the stream answered {status.decode().strip()}")
        while line := await reader.readline():
            if line.startswith(b"id: "):
                heard.events.append((int(line[4:]), time.monotonic()))
    finally:
        writer.close()


async def _bare(bench: Measurement, sent: list[UUID]) -> list[float]:
    """The same number of notices at the same pace, and nothing else."""
    listening = await psycopg.AsyncConnection.connect(bench.system.database_url, autocommit=True)
    telling = await psycopg.AsyncConnection.connect(bench.system.database_url, autocommit=True)
    began: dict[str, float] = {}
    delays: list[float] = []

    async def listen() -> None:
        async for notice in listening.notifies(stop_after=len(sent)):
            delays.append(time.monotonic() - began[notice.payload])

    async with listening, telling:
        await listening.execute("listen bare")
        listener = asyncio.create_task(listen())
        begun = time.monotonic()
        for number, room in enumerate(sent):
            await asyncio.sleep(max(0.0, begun + number / EVENTS_PER_SECOND - time.monotonic()))
            payload = f"{room}:{number}"
            began[payload] = time.monotonic()
            await telling.execute("select pg_notify('bare', %s)", [payload])
        await asyncio.wait_for(listener, PATIENCE_SECONDS)
    return delays


async def _until(done: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > ends:
            raise Problem("events did not come")
        await asyncio.sleep(0.05)


def _memory_kib(bench: Measurement) -> int:
    """Of the streaming process and its children, what is theirs alone."""
    top = bench.system.pid("streams")
    found = 0
    for pid in [top, *_children(top)]:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as told:
            found += sum(int(line.split()[1]) for line in told if line.startswith(("Private_Dirty", "Private_Clean")))
    return found


def _children(pid: int) -> list[int]:
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as told:
            for child in map(int, told.read().split()):
                found += [child, *_children(child)]
    return found


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


if __name__ == "__main__":
    run(main)
