"""Rows written with SQL that is made up once for a process; only the values change (as `kit.reads` for questions).

For what is written thousands of times a day. Validation, `save()` of a subclass and signals are passed by: a model that
leans on them is written by the ORM.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.models import AutoField, Field, Model

from doctorlike.kit.money import Money
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


def copy_in(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Many new rows by COPY, several times faster than INSERT; returns how many. `names` are columns as the database
    calls them, `rows` their values as Python has them, of plain kinds, money included. A unique index that has one of
    them already refuses all with IntegrityError: COPY knows no conflicts."""
    return copy_lines(model, names, (written(row) for row in rows))


def written(values: Iterable[Any]) -> str:
    """Values beside each other as COPY reads them. What is written once serves in many lines."""
    return "\t".join([_WRITTEN[type(value)](value) for value in values])


def copy_lines(model: type[Model], names: Sequence[str], lines: Iterable[str]) -> int:
    """As `copy_in`, of rows that are `written` already; the parts of a row are joined by tabs."""
    columns = ", ".join(_quoted(name) for name in names)
    count, left = 0, iter(lines)
    connection = connections[DEFAULT_DB_ALIAS]
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {_quoted(model._meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        while some := list(islice(left, _LINES_AT_ONCE)):
            count += len(some)
            copy.write("\n".join([*some, ""]).encode())
    return count


# How COPY reads nothing.
NULL = "\\N"
_LINES_AT_ONCE = 1000
_SIGNS = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def _text(value: str) -> str:
    return value if value.isprintable() and "\\" not in value else value.translate(_SIGNS)


def _array(values: Iterable[str]) -> str:
    quoted = ",".join('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values)
    return _text("{" + quoted + "}")


class _Written(dict[type, Callable[[Any], str]]):
    """How a value is written for COPY, by its kind; a kind of text that is met first is text from then on."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        if not issubclass(kind, str):
            raise TypeError(f"{kind.__name__} is not written by COPY")
        self[kind] = lambda value: _text(str(value))
        return self[kind]


_WRITTEN = _Written(
    {
        str: _text,
        int: str,
        bool: lambda value: "t" if value else "f",
        type(None): lambda _value: NULL,
        UUID: lambda value: value.hex,
        date: date.isoformat,
        datetime: datetime.isoformat,
        Decimal: str,
        Money: lambda value: str(value.amount),
        list: _array,
        tuple: _array,
        dict: lambda value: _text(json.dumps(value, ensure_ascii=False)),
    }
)
