"""Which rows of the whole database are whose: by what was there before and after somebody's things were made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.apps import apps
from django.db import connection

# Row by primary key, told as text, with a digest of everything in it.
Rows = Mapping[str, Mapping[str, str]]
# What a visit to any page may leave behind: it holds nothing of anybody's.
TRACES = frozenset({"django_session", "usersessions_usersession", "shared_cache", "audit_entry"})


def every() -> Rows:
    """Digests of all rows of all tables of ours and of sign-in."""
    return {table: dict(_digests(table, key, None)) for table, key in _tables()}


def since(before: Rows) -> Rows:
    """Rows that were not there then."""
    now = every()
    return {
        table: fresh
        for table, held in now.items()
        if (fresh := {key: digest for key, digest in held.items() if key not in before[table]})
    }


def changed(known: Rows) -> list[str]:
    """Of the known rows, those that are gone or read otherwise now, as «table key»."""
    told = []
    keys = dict(_tables())
    for table, held in known.items():
        now = dict(_digests(table, keys[table], list(held)))
        told += [f"{table} {key}" for key, digest in held.items() if now.get(key) != digest]
    return told


def _tables() -> Iterator[tuple[str, str]]:
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if model._meta.managed and not table.startswith("procrastinate") and table not in TRACES:
            columns = (connection.ops.quote_name(one.column) for one in model._meta.pk_fields)
            yield table, " || '/' || ".join(f"{column}::text" for column in columns)


def _digests(table: str, key: str, among: list[str] | None) -> Iterator[tuple[str, str]]:
    """`key` is the primary key as text in SQL, of several columns joined."""
    name = connection.ops.quote_name(table)
    where, told = ("", []) if among is None else (f" where {key} = any(%s)", [among])
    with connection.cursor() as cursor:
        cursor.execute(f"select {key}, md5(t::text) from {name} t{where}", told)  # noqa: S608 - names of models
        yield from cursor.fetchall()
