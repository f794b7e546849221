"""How far long work has come is seen from outside while its transaction is open, and is gone with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from doctorlike.kit.progress import Progress, progress_of


def seen_from_outside(name: str) -> int | None:
    def ask() -> int | None:
        try:
            return progress_of(name)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(ask).result()


@pytest.mark.django_db(transaction=True)
def test_others_see_it_at_once_and_only_while_the_work_lasts() -> None:
    assert seen_from_outside("a list") is None
    with transaction.atomic():
        work = Progress("a list")
        work.tell(0, 700)
        assert seen_from_outside("a list") == 0
        for done in range(351):
            work.tell(done, 700)
        assert seen_from_outside("a list") == 50
        assert seen_from_outside("another list") is None
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()")
            assert cursor.fetchone()[0] == 51
    assert seen_from_outside("a list") is None


@pytest.mark.django_db(transaction=True)
def test_work_that_fails_leaves_no_trace() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Progress("a list").tell(1, 2)
        raise ZeroDivisionError
    assert seen_from_outside("a list") is None


@pytest.mark.django_db
def test_work_without_parts_is_done() -> None:
    Progress("nothing").tell(0, 0)
    assert progress_of("nothing") == 100
