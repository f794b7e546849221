"""Django's PostgreSQL, which learns of a lost connection from its socket instead of asking the server each time."""

from __future__ import annotations

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection of the pool that its server has closed is given back and replaced before a request meets it; so is
    the worker's own one, which `CONN_HEALTH_CHECKS` asks about before each job."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        while True:
            connection = super().get_new_connection(conn_params)
            if self.pool is None or is_open(connection):
                return connection
            self.pool.putconn(connection)

    def _configure_connection(self, connection: psycopg.Connection[Any]) -> bool:
        """Once a connection: of a prepared statement (`kit.prepared`) the plan is made once and kept, whatever its
        values, instead of being made again whenever PostgreSQL takes that for cheaper than it is; and no statement
        here runs long enough for compiling it to pay."""
        super()._configure_connection(connection)  # type: ignore[misc]  # the stubs leave it out
        with connection.cursor() as cursor:
            cursor.execute(
                "select set_config('plan_cache_mode', 'force_generic_plan', false), set_config('jit', 'off', false)"
            )
        return True

    def is_usable(self) -> bool:
        return self.connection is not None and is_open(self.connection)


def is_open(connection: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> bool:
    """Whether the server has neither gone away nor ended the connection, as far as this machine has been told."""
    socket = select.poll()
    try:
        socket.register(connection.pgconn.socket, select.POLLIN)
        # What the server says at the end comes before the end itself.
        while socket.poll(0):
            connection.pgconn.consume_input()
    except psycopg.Error:
        return False
    return True
