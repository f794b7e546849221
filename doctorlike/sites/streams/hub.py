"""One listening connection a process, any number of rooms: wakes the streams of a room when the database tells of an
event. It carries no content: a stream that wakes reads the event table, so nothing is lost or repeated."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from contextlib import suppress

import psycopg
from django.conf import settings

from doctorlike.telemed.commands import CHANNEL

logger = logging.getLogger(__name__)
RECONNECT_SECONDS = 1.0


class Hub:
    """Subscribers are events of asyncio, set when their room has news."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._listener: asyncio.Task[None] | None = None

    def subscribe(self, room_id: str) -> asyncio.Event:
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
        news = asyncio.Event()
        self._waiting[room_id].add(news)
        return news

    def unsubscribe(self, room_id: str, news: asyncio.Event) -> None:
        self._waiting[room_id].discard(news)
        if not self._waiting[room_id]:
            del self._waiting[room_id]

    async def _listen(self) -> None:
        while True:
            with suppress(psycopg.Error):
                connection = await psycopg.AsyncConnection.connect(settings.DATABASE_DSN, autocommit=True)
                async with connection:
                    await connection.execute(f"listen {CHANNEL}")
                    # Whatever happened while nobody listened is in the table: everybody looks once.
                    for room_id in list(self._waiting):
                        self._wake(room_id)
                    async for notice in connection.notifies():
                        self._wake(notice.payload.partition(":")[0])
            logger.warning("the connection that listens for room events ended; opening another")
            await asyncio.sleep(RECONNECT_SECONDS)

    def _wake(self, room_id: str) -> None:
        for news in self._waiting.get(room_id, ()):
            news.set()


hub = Hub()
