"""Running the jobs that commands have enqueued, inside the test itself.

`run_jobs()` takes each ready job off the queue exactly as a worker does and runs it here, on the test's own connection,
so it works inside a rolled-back test too. A job that fails fails the test, unless its task asks to be tried again: then
it waits in the queue, as in life. Periodic sweeps are not started by it: call the sweep's function.

`no_jobs_left` (in tests/conftest.py for everybody) empties the queue before each test: Django's flush does not know
the queue's tables, and jobs of a test that really committed would otherwise wait for the next one.
"""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Status

MOST = 1000


@pytest.fixture(autouse=True)
def no_jobs_left(request: pytest.FixtureRequest) -> None:
    """Each test that uses the database finds the queue empty."""
    if request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("db")
        forget_jobs()


def forget_jobs() -> None:
    """Empties the queue: for what is built before the first test of a module, and not by a test."""
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_events; delete from procrastinate_jobs")


def run_jobs() -> int:
    """Runs all ready jobs, and those they enqueue in turn, once; returns how many ran."""
    worker_id = async_to_sync(app.job_manager.register_worker)()
    try:
        for ran in range(MOST):
            if not _run_next(worker_id):
                return ran
        raise AssertionError(f"{MOST} jobs ran and there are still more: do they enqueue each other for ever?")
    finally:
        async_to_sync(app.job_manager.unregister_worker)(worker_id)


def _run_next(worker_id: int) -> bool:
    job = async_to_sync(app.job_manager.fetch_job)(queues=None, worker_id=worker_id)
    if job is None:
        return False
    task = app.tasks[job.task_name]
    # Django's cursors leave JSON as text, its models read it.
    arguments = ProcrastinateJob.objects.values_list("args", flat=True).get(pk=job.id)
    try:
        task(**arguments)
    except Exception as error:  # whatever a task raises, its retry rule decides about, as in a worker
        again = task.get_retry_exception(error, job)
        if again is None:
            async_to_sync(app.job_manager.finish_job)(job, Status.FAILED, delete_job=False)
            raise
        async_to_sync(app.job_manager.retry_job)(job, retry_at=again.retry_decision.retry_at)
    else:
        async_to_sync(app.job_manager.finish_job)(job, Status.SUCCEEDED, delete_job=False)
    return True
