"""The in-test worker runs what was enqueued, and nothing else."""

import pytest
from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import DjangoApp
from procrastinate.contrib.django import app as house_app
from procrastinate.contrib.django.models import ProcrastinateJob

from tests import jobs

pytestmark = pytest.mark.django_db


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
