"""A connection that the server has ended is noticed without asking the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection
from procrastinate.connector import BaseAsyncConnector
from procrastinate.contrib.django import app as house_app

from doctorlike.kit.postgres.base import DatabaseWrapper

pytestmark = pytest.mark.django_db


def wrapper(**pool: int) -> DatabaseWrapper:
    settings = connection.settings_dict
    options = {**settings["OPTIONS"], **({"pool": pool} if pool else {})}
    return DatabaseWrapper({**settings, "OPTIONS": options, "CONN_MAX_AGE": 0}, alias="apart")


def server_process(kept: DatabaseWrapper) -> int:
    with kept.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return int(cursor.fetchone()[0])


def ended(pid: int) -> None:
    """The server process ends, and has ended when this returns."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 10000)", [pid])
        assert cursor.fetchone() == (True,)


@pytest.fixture
def alone() -> Iterator[DatabaseWrapper]:
    kept = wrapper()
    yield kept
    kept.close()


@pytest.fixture
def pooled() -> Iterator[DatabaseWrapper]:
    kept = wrapper(min_size=1, max_size=1)
    yield kept
    kept.close()
    kept.close_pool()


def test_a_connection_is_usable_until_the_server_ends_it(alone: DatabaseWrapper) -> None:
    pid = server_process(alone)
    assert alone.is_usable()
    ended(pid)
    assert not alone.is_usable()


def test_nothing_is_usable_before_it_is_opened(alone: DatabaseWrapper) -> None:
    assert not alone.is_usable()


def test_the_pool_replaces_what_the_server_ended_while_nobody_used_it(pooled: DatabaseWrapper) -> None:
    first = server_process(pooled)
    pooled.close()
    assert server_process(pooled) == first
    pooled.close()
    ended(first)
    assert server_process(pooled) != first


@pytest.mark.django_db(transaction=True)
def test_a_worker_replaces_what_the_server_ended_between_two_questions() -> None:
    async def processes() -> tuple[int, int]:
        await workers.open_async()
        try:
            first = await _process(workers)
            await sync_to_async(ended)(first)
            return first, await _process(workers)
        finally:
            await workers.close_async()

    workers = house_app.connector.get_worker_connector()
    first, second = async_to_sync(processes)()
    assert first != second


async def _process(workers: BaseAsyncConnector) -> int:
    told = await workers.execute_query_one_async("select pg_backend_pid() as pid")
    return int(told["pid"])
