"""Rows written with SQL that is made up once for a process; only the values change (as `kit.reads` for questions).

For what is written thousands of times a day. Validation, `save()` of a subclass and signals are passed by: a model that
leans on them is written by the ORM.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.models import AutoField, Field, Model

from doctorlike.kit.prepared import prepared_cursor


def insert(*rows: Model, unless_there: bool = False) -> None:
    """New rows of one model in one statement. `unless_there` passes over those that a unique index has already."""
    model = type(rows[0])
    fields = _columns(model)
    connection = connections[DEFAULT_DB_ALIAS]
    values = [value for row in rows for value in _values(row, fields, connection, add=True)]
    with prepared_cursor() as cursor:
        cursor.execute(_insertion(model, len(rows), unless_there), values)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def update(row: Model, *names: str) -> None:
    """These fields of a row, by its key. DatabaseError when the row is gone."""
    model = type(row)
    fields = tuple(model._meta.get_field(name) for name in names)
    connection = connections[DEFAULT_DB_ALIAS]
    values = [*_values(row, cast("tuple[Field[Any, Any], ...]", fields), connection, add=False), row.pk]
    with prepared_cursor() as cursor:
        cursor.execute(_change(model, names), values)
        if cursor.rowcount != 1:
            raise DatabaseError(f"{model.__name__} {row.pk} is not there any more")


def _values(row: Model, fields: tuple[Field[Any, Any], ...], connection: Any, *, add: bool) -> Iterator[Any]:
    for field in fields:
        value = field.get_db_prep_save(field.pre_save(row, add), connection)
        if hasattr(value, "as_sql"):
            raise TypeError(f"{field} is an expression, which only the ORM writes")
        yield value


@lru_cache(maxsize=64)
def _columns(model: type[Model]) -> tuple[Field[Any, Any], ...]:
    fields = tuple(field for field in model._meta.local_concrete_fields if not field.generated)
    if model._meta.parents or any(isinstance(field, AutoField) for field in fields):
        raise TypeError(f"{model.__name__} has columns that only the ORM fills")
    return fields


@lru_cache(maxsize=256)
def _insertion(model: type[Model], count: int, unless_there: bool) -> str:
    columns = [_quoted(cast(str, field.column)) for field in _columns(model)]
    row = f"({', '.join(['%s'] * len(columns))})"
    ending = " ON CONFLICT DO NOTHING" if unless_there else ""
    into = f"{_quoted(model._meta.db_table)} ({', '.join(columns)})"
    return f"INSERT INTO {into} VALUES {', '.join([row] * count)}{ending}"  # noqa: S608 - names of a model


@lru_cache(maxsize=256)
def _change(model: type[Model], names: tuple[str, ...]) -> str:
    to = ", ".join(f"{_quoted(cast(Any, model._meta.get_field(name)).column)} = %s" for name in names)
    key = _quoted(cast(str, model._meta.pk.column))
    return f"UPDATE {_quoted(model._meta.db_table)} SET {to} WHERE {key} = %s"  # noqa: S608 - names of a model


def _quoted(name: str) -> str:
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(name)
