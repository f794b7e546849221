"""Row locks by name: lock first, then re-read and decide."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.prepared import prepared_cursor
from doctorlike.kit.reads import Read

Row = TypeVar("Row", bound=models.Model)


def locked(rows: models.QuerySet[Row] | models.Manager[Row], **which: Any) -> Row:
    """The one row, locked until the transaction ends and read as it is now; NotFoundError when there is none."""
    row = rows.select_for_update(of=("self",)).filter(**which).first()
    if row is None:
        raise NotFoundError
    return row


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
