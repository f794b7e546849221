"""The limit of a page, as a program for the same server: the same statements through psycopg, the same bytes, ready.

It knows nothing of the product: a table from address and cookie to statements and answer, read from the file that
LIMIT_FILE names; a pool of LIMIT_POOL connections to DATABASE_URL.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool


@dataclass(frozen=True, slots=True)
class Ready:
    """Statements to run, and what is answered whatever they bring."""

    statements: tuple[str, ...]
    headers: list[tuple[str, str]]
    body: bytes


def read(file: Path) -> dict[str, Ready]:
    """Answers by «path cookie»."""
    table = {}
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            body = base64.b64decode(told["body"])
            headers = [(name, value) for name, value in told["headers"] if name.lower() != "content-length"]
            headers.append(("Content-Length", str(len(body))))
            table[told["key"]] = Ready(tuple(told["statements"]), headers, body)
    return table


def serve(table: dict[str, Ready], pool: ConnectionPool[Any]) -> Callable[..., Iterable[bytes]]:
    """The WSGI application: one connection for a request, its rows fetched."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/healthz":
            start_response("200 OK", [("Content-Length", "2")])
            return [b"ok"]
        asked = environ["PATH_INFO"] + (f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else "")
        ready = table[f"{asked} {environ.get('HTTP_COOKIE', '')}"]
        with pool.connection() as connection, connection.cursor() as cursor:
            for statement in ready.statements:
                cursor.execute(statement)
                if cursor.description:
                    cursor.fetchall()
        start_response("200 OK", ready.headers)
        return [ready.body]

    return application


def open_pool() -> ConnectionPool[Any]:
    """As the portal's: of the same size, connections looked at before use, each statement committed, nothing prepared
    on the server."""
    return ConnectionPool(
        os.environ["DATABASE_URL"],
        min_size=1,
        max_size=int(os.environ["LIMIT_POOL"]),
        check=ConnectionPool.check_connection,
        kwargs={"autocommit": True, "prepare_threshold": None, "cursor_factory": psycopg.ClientCursor},
        open=True,
    )


if "LIMIT_FILE" in os.environ:
    application = serve(read(Path(os.environ["LIMIT_FILE"])), open_pool())
