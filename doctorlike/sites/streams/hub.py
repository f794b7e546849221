"""Who follows which room, and how they are told: one listening connection a process, any number of rooms.

The database only wakes (`NOTIFY`); what happened is read from the event table, for all woken rooms in one question, so
that a thousand rooms cost hardly more than ten. A reader who has just come is woken once, too: what happened before and
what happens then reach it on the same way, so nothing is lost or told twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, close_old_connections, connections
from psycopg.conninfo import make_conninfo

from doctorlike.kit import clock
from doctorlike.telemed import queries
from doctorlike.telemed.commands import CHANNEL
from doctorlike.telemed.queries import RoomEventView

logger = logging.getLogger(__name__)
RECONNECT_SECONDS = 1.0
# What happens within so short a time is read together.
GATHERED_SECONDS = 0.005

News = dict[UUID, list[RoomEventView]]


class Reader:
    """One open stream. `after` is the last event it was given; `news` are those it has not passed on yet."""

    def __init__(self, room_id: UUID, after: int) -> None:
        self.room_id, self.after = room_id, after
        self._news: asyncio.Queue[RoomEventView] = asyncio.Queue()

    def give(self, event: RoomEventView) -> None:
        if event.id > self.after:
            self.after = event.id
            self._news.put_nowait(event)

    async def next(self, patience_seconds: float) -> RoomEventView | None:
        """The next event, or None after so long without one."""
        try:
            return await asyncio.wait_for(self._news.get(), patience_seconds)
        except TimeoutError:
            return None


class Hub:
    """Everything happens on one event loop; only the database is asked from a thread of its own, which no other work
    holds up."""

    def __init__(self, ask: Callable[[Mapping[UUID, int]], News] = queries.events_after) -> None:
        self._ask = ask
        self._readers: dict[UUID, set[Reader]] = defaultdict(set)
        self._woken: set[UUID] = set()
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def subscribe(self, room_id: UUID, after: int) -> Reader:
        if not self._tasks or any(task.done() for task in self._tasks):
            for task in self._tasks:
                task.cancel()
            self._news = asyncio.Event()
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._tell())]
        reader = Reader(room_id, after)
        self._readers[room_id].add(reader)
        self._wake(room_id)
        return reader

    def unsubscribe(self, reader: Reader) -> None:
        readers = self._readers[reader.room_id]
        readers.discard(reader)
        if not readers:
            del self._readers[reader.room_id]

    def _wake(self, room_id: UUID) -> None:
        if room_id in self._readers:
            self._woken.add(room_id)
            self._news.set()

    async def _listen(self) -> None:
        while True:
            with suppress(psycopg.Error):
                connection = await psycopg.AsyncConnection.connect(_database(), autocommit=True)
                async with connection:
                    await connection.execute(f"listen {CHANNEL}")
                    # Whatever happened while nobody listened is in the table: everybody looks once.
                    for room_id in list(self._readers):
                        self._wake(room_id)
                    async for notice in connection.notifies():
                        self._wake(UUID(notice.payload.partition(":")[0]))
            logger.warning("the connection that listens for room events ended; opening another")
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _tell(self) -> None:
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="room-events")
        try:
            await self._tell_by(thread)
        finally:
            thread.submit(connections.close_all)
            thread.shutdown()

    async def _tell_by(self, thread: ThreadPoolExecutor) -> None:
        while True:
            await self._news.wait()
            await asyncio.sleep(GATHERED_SECONDS)
            self._news.clear()
            woken, self._woken = self._woken, set()
            known = {room: min(one.after for one in self._readers[room]) for room in woken if self._readers.get(room)}
            if not known:
                continue
            try:
                news = await asyncio.get_running_loop().run_in_executor(thread, self._read, known)
            except DatabaseError:
                logger.warning("events of rooms could not be read; they are asked for again")
                await asyncio.sleep(RECONNECT_SECONDS)
                for room_id in known:
                    self._wake(room_id)
                continue
            for room_id, events in news.items():
                for reader in self._readers.get(room_id, ()):
                    for event in events:
                        reader.give(event)

    def _read(self, known: Mapping[UUID, int]) -> News:
        # A connection that broke is not kept for the next question; a moved clock is taken over with the news.
        close_old_connections()
        clock.refresh()
        return self._ask(known)


def _database() -> str:
    """The one that Django asks: notices do not go from one database to another."""
    name = connections[DEFAULT_DB_ALIAS].settings_dict["NAME"]
    return make_conninfo(settings.DATABASE_DSN, dbname=str(name))


hub = Hub()
