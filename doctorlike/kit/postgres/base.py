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
            if self.pool is None or _is_open(connection):
                return connection
            self.pool.putconn(connection)

    def is_usable(self) -> bool:
        return self.connection is not None and _is_open(self.connection)


def _is_open(connection: psycopg.Connection[Any]) -> bool:
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
