"""Jobs on the same PostgreSQL: enqueued in the transaction of the data they belong to, gone with it when it fails.

A job takes identifiers as arguments and is safe to repeat: a worker that is killed leaves it to be run again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from doctorlike.kit import clock

Work = TypeVar("Work", bound=Callable[..., Any])

_sweeps: list[Task[..., Any, ...]] = []


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
