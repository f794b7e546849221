"""The in-test worker runs what was enqueued, and nothing else; a real one enqueues with the data."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import DjangoApp
from procrastinate.contrib.django import app as house_app
from procrastinate.contrib.django.models import ProcrastinateJob

from doctorlike.kit import jobs as kit_jobs
from tests import jobs

pytestmark = pytest.mark.django_db


def job_of_a_killed_worker(task, *, attempts: int = 0) -> ProcrastinateJob:
    """Begun by a worker from which nothing was heard for a minute."""
    task.defer()
    worker = async_to_sync(house_app.job_manager.register_worker)()
    begun = async_to_sync(house_app.job_manager.fetch_job)(queues=None, worker_id=worker)
    with connection.cursor() as cursor:
        cursor.execute(
            "update procrastinate_workers set last_heartbeat = now() - interval '1 minute' where id = %s", [worker]
        )
        cursor.execute("update procrastinate_jobs set attempts = %s where id = %s", [attempts, begun.id])
    return ProcrastinateJob.objects.get(pk=begun.id)


@pytest.fixture
def own_app(monkeypatch):
    """An app of the test's own over the same tables, so that nothing stays registered in the house's."""
    app = DjangoApp(connector=house_app.connector)
    monkeypatch.setattr(jobs, "app", app)
    return app


def test_a_job_runs_once_and_the_jobs_it_enqueues_too(own_app):
    seen = []

    @own_app.task(name="second")
    def second(word):
        seen.append(word)

    @own_app.task(name="first")
    def first():
        seen.append("one")
        second.defer(word="two")

    with transaction.atomic():
        first.defer()
    assert jobs.run_jobs() == 2
    assert jobs.run_jobs() == 0
    assert seen == ["one", "two"]


def test_a_failing_job_fails_the_test(own_app):
    @own_app.task(name="broken")
    def broken():
        raise ValueError("no")

    broken.defer()
    with pytest.raises(ValueError, match="no"):
        jobs.run_jobs()


def test_a_job_that_may_be_tried_again_waits(own_app):
    @own_app.task(name="busy", retry=RetryStrategy(max_attempts=2, wait=60))
    def busy():
        raise ConnectionError

    busy.defer()
    jobs.run_jobs()
    assert ProcrastinateJob.objects.get(task_name="busy").status == "todo"


def test_a_job_whose_worker_was_killed_waits_again(own_app):
    @own_app.task(name="begun")
    def begun():
        pass

    left = job_of_a_killed_worker(begun)
    assert left.status == "doing"
    assert kit_jobs.take_up_left_jobs() == 1
    left.refresh_from_db()
    assert (left.status, left.attempts) == ("todo", 1)
    assert kit_jobs.take_up_left_jobs() == 0


def test_a_job_that_kills_its_worker_each_time_is_given_up(own_app):
    @own_app.task(name="deadly")
    def deadly():
        pass

    left = job_of_a_killed_worker(deadly, attempts=kit_jobs.MOST_STARTS - 1)
    assert kit_jobs.take_up_left_jobs() == 0
    left.refresh_from_db()
    assert left.status == "failed"


def test_a_job_of_a_living_worker_is_left_to_it(own_app):
    @own_app.task(name="running")
    def running():
        pass

    running.defer()
    worker = async_to_sync(house_app.job_manager.register_worker)()
    async_to_sync(house_app.job_manager.fetch_job)(queues=None, worker_id=worker)
    assert kit_jobs.take_up_left_jobs() == 0


def test_done_jobs_are_forgotten_after_a_month(own_app):
    @own_app.task(name="done")
    def done():
        pass

    done.defer()
    done.defer()
    jobs.run_jobs()
    first = ProcrastinateJob.objects.order_by("pk")[0]
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_events set at = at - interval '31 days' where job_id = %s", [first.pk])
    kit_jobs.forget_old_jobs()
    kit_jobs.forget_old_jobs()
    assert [one.pk for one in ProcrastinateJob.objects.all()] == [first.pk + 1]


def work(app: DjangoApp) -> None:
    """As `manage.py procrastinate worker`, with connections of its own, until nothing waits."""
    with app.replace_connector(house_app.connector.get_worker_connector()):
        app.run_worker(wait=False)


def waiting() -> list[str]:
    return list(ProcrastinateJob.objects.filter(status="todo").values_list("task_name", flat=True))


@pytest.mark.django_db(transaction=True)
def test_what_a_workers_job_enqueues_is_gone_with_its_data(own_app):
    seen = []

    @own_app.task(name="second")
    def second():
        seen.append("second")

    @own_app.task(name="first")
    def first():
        with transaction.atomic():
            second.defer()
            transaction.set_rollback(True)

    with transaction.atomic():
        first.defer()
    work(own_app)
    assert ProcrastinateJob.objects.get(task_name="first").status == "succeeded"
    assert not ProcrastinateJob.objects.filter(task_name="second").exists()
    assert seen == []


@pytest.mark.django_db(transaction=True)
def test_nobody_takes_what_a_workers_job_enqueues_before_its_data_are_there(own_app):
    early = []

    @own_app.task(name="second")
    def second():
        pass

    @own_app.task(name="first")
    def first():
        with transaction.atomic():
            second.defer()
            # As every other worker sees the queue at this moment.
            with ThreadPoolExecutor(1) as another:
                early.extend(another.submit(seen_by_others).result())

    with transaction.atomic():
        first.defer()
    work(own_app)
    assert early == []
    assert ProcrastinateJob.objects.get(task_name="second").status == "succeeded"


def seen_by_others() -> list[str]:
    try:
        return waiting()
    finally:
        connection.close()
