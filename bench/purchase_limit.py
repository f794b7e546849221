"""The rows of one purchase inserted by bare psycopg: table by table the same values, in as many transactions as the
product wrote them in, on tables with the same columns and indexes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
from psycopg import sql

_TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname"""
_SCHEMA = "limit_of_purchase"


@dataclass(frozen=True)
class Insert:
    """One statement of the limit."""

    statement: bytes
    values: tuple[str | None, ...]


# Inserts by transaction, in their order.
Purchase = list[list[Insert]]


def newest_transaction(database_url: str) -> int:
    """Where the rows of the next purchase begin."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        ((number,),) = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchall()
        return int(number)


def rows_since(database_url: str, transaction: int) -> Purchase:
    """Every row that was written since, by the transaction that wrote it last; and tables to insert them into."""
    found: dict[int, list[Insert]] = {}
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(_SCHEMA)))
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(_SCHEMA)))
        for (table,) in connection.execute(_TABLES).fetchall():
            rows = list(_rows(connection, table, transaction))
            if rows:
                _copy_of(connection, table)
            for written_by, insert in rows:
                found.setdefault(written_by, []).append(insert)
    return [found[written_by] for written_by in sorted(found)]


def _rows(connection: psycopg.Connection, table: str, transaction: int) -> Iterator[tuple[int, Insert]]:
    columns = connection.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        [f'public."{table}"'],
    ).fetchall()
    name = sql.Identifier("public", table)
    told = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(column)) for column, _ in columns)
    asked = sql.SQL("SELECT xmin::text::bigint, {} FROM {} WHERE xmin::text::bigint > %s").format(told, name)
    statement = sql.SQL("INSERT INTO {} VALUES ({})").format(
        sql.Identifier(_SCHEMA, table), sql.SQL(", ").join(sql.SQL(f"%s::{kind}") for _, kind in columns)
    )
    for written_by, *values in connection.execute(asked, [transaction]):
        yield written_by, Insert(statement.as_bytes(connection), tuple(values))


def _copy_of(connection: psycopg.Connection, table: str) -> None:
    """Same columns and indexes, none of them unique: the same row goes in again and again."""
    copy = sql.Identifier(_SCHEMA, table)
    connection.execute(sql.SQL("CREATE TABLE {} (LIKE {})").format(copy, sql.Identifier("public", table)))
    made = connection.execute(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = %s", [table]
    ).fetchall()
    for (definition,) in made:
        head, _, body = definition.partition(" USING ")
        plain = head.replace("CREATE UNIQUE INDEX", "CREATE INDEX").replace(" ON public.", f" ON {_SCHEMA}.")
        connection.execute((f"{plain} USING {body}".replace(" NULLS NOT DISTINCT", "")).encode())


def run(database_url: str, purchase: Purchase, count: int, *, clients: int) -> float:
    """Purchases a second, by so many connections at once."""
    left = iter(range(count))

    def insert() -> None:
        with psycopg.connect(database_url) as connection:
            for _ in left:
                for transaction in purchase:
                    for one in transaction:
                        connection.execute(one.statement, one.values)
                    connection.commit()

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        for one in [pool.submit(insert) for _ in range(clients)]:
            one.result()
    return count / (time.perf_counter() - begun)
