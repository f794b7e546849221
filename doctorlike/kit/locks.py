"""Row locks by name: lock first, then re-read and decide."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

from django.db import models

from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.prepared import prepared_cursor
from doctorlike.kit.reads import Read, Told

Row = TypeVar("Row", bound=models.Model)


def locked(rows: models.QuerySet[Row] | models.Manager[Row], **which: Any) -> Row:
    """The one row, locked until the transaction ends and read as it is now; NotFoundError when there is none. Asked of
    a model's manager by `pk` alone, the question is written once a process."""
    if isinstance(rows, models.Manager) and which.keys() == {"pk"}:
        return locked_by(_locked_by_key(rows.model), pk=rows.model._meta.pk.to_python(which["pk"]))
    row = rows.select_for_update(of=("self",)).filter(**which).first()
    if row is None:
        raise NotFoundError
    return row


@lru_cache(maxsize=128)
def _locked_by_key(model: type[models.Model]) -> Read[Any]:
    return Read(
        lambda: model._default_manager.select_for_update(of=("self",)).filter(pk=Told("pk", model._meta.pk)),
        prepared=True,
    )


def locked_by(question: Read[Row], **told: Any) -> Row:
    """The one row of a question that locks (`select_for_update`), as it is now; NotFoundError when there is none."""
    rows = question(**told)
    if not rows:
        raise NotFoundError
    return rows[0]


def advisory_lock(name: str) -> None:
    """Lets one transaction at a time pass under this name, on every machine; released with the transaction."""
    with prepared_cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
