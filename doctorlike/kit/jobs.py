"""Jobs on the same PostgreSQL: enqueued in the transaction of the data they belong to, gone with it when it fails.

A job takes identifiers as arguments and is safe to repeat: a worker that is killed leaves it to be run again.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from asgiref.sync import async_to_sync
from django.db import transaction
from procrastinate import App
from procrastinate.connector import BaseAsyncConnector, BaseConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.tasks import Task
from psycopg import AsyncConnection, OperationalError
from psycopg_pool import AsyncConnectionPool

from doctorlike.kit import clock
from doctorlike.kit.memory import keep_for_good
from doctorlike.kit.postgres.base import is_open

log = logging.getLogger(__name__)
Work = TypeVar("Work", bound=Callable[..., Any])

# A job that takes its worker down with it each time must not do so for ever.
MOST_STARTS = 10
# Done jobs are kept for whoever looks for what happened.
KEPT_HOURS = 30 * 24

_sweeps: list[Task[..., Any, ...]] = []


class _WorkersConnector(PsycopgConnector):
    """Takes and closes jobs over connections of its own; what a job enqueues goes over the job's connection. Without
    that a job enqueued by a job would be there before its data are, and stay when they do not come."""

    def get_sync_connector(self) -> BaseConnector:
        return DjangoConnector()


class _HouseConnector(DjangoConnector):
    def get_worker_connector(self) -> BaseAsyncConnector:
        keep_for_good()  # asked for where a worker begins
        return _WorkersConnector(
            kwargs=connector_params(self.alias), configure=_commit_by_itself, pool_factory=_workers_pool
        )


async def _commit_by_itself(connection: AsyncConnection[Any]) -> None:
    """Every question of a worker is one statement: it needs no others that begin and end a transaction around it."""
    await connection.set_autocommit(True)


def _workers_pool(**options: Any) -> AsyncConnectionPool[Any]:
    return AsyncConnectionPool(**{**options, "check": _check_open})


async def _check_open(connection: AsyncConnection[Any]) -> None:
    """Tells the pool of a connection its server has ended; procrastinate would ask the server, before each question."""
    if not is_open(connection):
        raise OperationalError("the server has ended the connection")


def keep_with_the_data(app: App) -> None:
    """Called by Procrastinate when its app is ready (PROCRASTINATE_ON_APP_READY)."""
    app.connector = app.job_manager.connector = _HouseConnector()


def job(**options: Any) -> Callable[[Work], Task[..., Any, ...]]:
    """Makes a function a job (options of `procrastinate.App.task`); a moved clock is taken over before it runs."""

    def register(work: Work) -> Task[..., Any, ...]:
        @functools.wraps(work)
        def run(*args: Any, **kwargs: Any) -> Any:
            clock.refresh()
            return work(*args, **kwargs)

        return app.task(name=f"{work.__module__}.{work.__name__}", **options)(run)

    return register


def every(cron: str, **options: Any) -> Callable[[Work], Task[..., Any, ...]]:
    """Makes a function a job that one worker of all runs at each time the cron line names (real time, UTC); it is
    called without arguments and sweeps what is due by the business clock."""

    def register(work: Work) -> Task[..., Any, ...]:
        @functools.wraps(work)
        def sweep(timestamp: int) -> Any:
            return work()

        # A sweep still waiting needs no second one behind it.
        name = f"{work.__module__}.{work.__name__}"
        task = app.periodic(cron=cron)(job(queueing_lock=name, **options)(sweep))
        _sweeps.append(task)
        return task

    return register


def sweep_now() -> int:
    """Enqueue every sweep at once, as after the clock was moved; returns how many. One that waits already is not
    enqueued again, so repeating is safe."""
    enqueued = 0
    for task in _sweeps:
        with suppress(AlreadyEnqueued), transaction.atomic():
            task.defer(timestamp=int(clock.real_now().timestamp()))
            enqueued += 1
    return enqueued


def take_up_left_jobs() -> int:
    """Jobs whose worker was killed, which its missing heartbeat tells after half a minute, wait again; returns how many
    do. One left for the tenth time fails. Safe to repeat and beside itself."""
    manager = app.job_manager
    waiting_again = 0
    for left in async_to_sync(manager.get_stalled_jobs)():
        if left.attempts + 1 < MOST_STARTS:
            async_to_sync(manager.retry_job)(left)
            waiting_again += 1
        else:
            log.error("job %s (%s) was left %s times and is given up", left.id, left.task_name, MOST_STARTS)
            async_to_sync(manager.finish_job)(left, Status.FAILED, delete_job=False)
    return waiting_again


def forget_old_jobs() -> None:
    """Done jobs of a month ago are removed; failed ones stay until a person has looked. Repeating removes nothing."""
    async_to_sync(app.job_manager.delete_old_jobs)(KEPT_HOURS)
