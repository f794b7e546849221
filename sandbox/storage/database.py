"""The one SQLite connection of the process.

All writes happen on the event loop's thread, one short transaction each. That makes every decision (an idempotence
key, a refund's bound, a fault's counter) atomic without a lock. With a write-ahead log and `synchronous=NORMAL` a
commit costs no fsync and still survives `kill -9` of the process; only a power cut could lose the last ones.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.storage.schema import SCHEMA

Row = sqlite3.Row
Parameters = Sequence[Any] | dict[str, Any]


class Database:
    """A connection with transactions and a small key-value room for switches."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "sandbox.sqlite3"
        self._connection = self._open()
        self._connection.executescript(SCHEMA)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, cached_statements=512)
        connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; committed when the block ends. No `await` inside: the block must not be interleaved."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def write(self, sql: str, parameters: Parameters = ()) -> int:
        """Runs one statement and returns the number of rows it touched."""
        return self._connection.execute(sql, parameters).rowcount

    def insert(self, table: str, **values: Any) -> int:
        """Adds a row and returns its rowid. Table and column names come from this code, never from a request."""
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of ours, values bound
        cursor = self._connection.execute(statement, tuple(values.values()))
        return int(cursor.lastrowid or 0)

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a query."""
        return self._connection.execute(sql, parameters).fetchall()

    def one(self, sql: str, parameters: Parameters = ()) -> Row | None:
        """The first row of a query, or nothing."""
        row: Row | None = self._connection.execute(sql, parameters).fetchone()
        return row

    def read_apart(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """The same as `rows` on a connection of its own, so that a long read may run in another thread."""
        connection = self._open()
        try:
            return connection.execute(sql, parameters).fetchall()
        finally:
            connection.close()

    def switch(self, name: str, default: Any = None) -> Any:
        """A remembered setting (JSON), or the default."""
        row = self.one("SELECT value FROM switches WHERE name = ?", (name,))
        return default if row is None else json.loads(row["value"])

    def turn(self, name: str, value: Any) -> None:
        """Remembers a setting."""
        self.write("INSERT OR REPLACE INTO switches (name, value) VALUES (?, ?)", (name, json.dumps(value)))

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()
