"""Statements of which PostgreSQL keeps the plan, for what is asked or written thousands of times a day."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor


def prepared_cursor() -> Any:
    """A cursor of this thread's connection that sends values apart from their statement: one used several times is
    planned once a connection (`prepare_threshold` of the settings). What it is told must be of the columns' own types:
    unlike the ORM's cursor it leaves nothing for PostgreSQL to guess from the written value."""
    connection: Any = connections[DEFAULT_DB_ALIAS]
    if connection.queries_logged:
        # Who looks on is shown statements with their values, as only the ORM's cursor has them.
        return connection.cursor()
    connection.ensure_connection()
    cursor_class: Any = ServerBindingCursor
    return connection._prepare_cursor(cursor_class(connection.connection))
