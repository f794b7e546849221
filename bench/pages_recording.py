"""What a request of ours costs the database, and what it answers: written down once, for the limit to repeat.

Import this only after `Measurement.enter_django("portal")`: the page is made in this process, through the whole chain
of middleware, so the queries of session, user and clock are among those recorded.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from django.test import Client as Browser

from bench.pages_people import Client

# Made anew for each answer, and true of no other.
_OF_THE_MOMENT = frozenset({"Date", "Set-Cookie"})


@dataclass(frozen=True)
class Recording:
    """One page of one client: the statements as PostgreSQL received them, and the answer."""

    page: str
    path: str
    cookie: str
    statements: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def as_json(self) -> str:
        """One line of the limit's file."""
        return json.dumps(
            {
                "key": f"{self.path} {self.cookie}",
                "statements": self.statements,
                "headers": self.headers,
                "body": base64.b64encode(self.body).decode(),
            },
            ensure_ascii=False,
        )


def record(page: str, client: Client) -> Recording:
    """Ask for one of the measured pages once. AssertionError when it is not answered with 200."""
    return record_address(client.address(page), client, page=page)


def record_address(path: str, client: Client, *, page: str = "", typed: Mapping[str, Any] | None = None) -> Recording:
    """Ask for the page at this address once; what is `typed` into its form is posted as a page does it by itself.
    AssertionError when it is not answered with 200."""
    browser = Browser(SERVER_NAME="localhost", headers={"cookie": cookie_header(client.cookies)})
    statements: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if many:
            raise AssertionError("a page that is read writes many rows")
        statements.append(_as_sent(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = browser.get(path) if typed is None else browser.post(path, typed, headers={"HX-Request": "true"})
    if answer.status_code != 200:
        raise AssertionError(f"{page or path} answered {answer.status_code}")
    return Recording(
        page=page,
        path=path,
        cookie=cookie_header(client.cookies),
        statements=tuple(statements),
        headers=tuple((name, value) for name, value in answer.items() if name not in _OF_THE_MOMENT),
        body=answer.content,
    )


def cookie_header(cookies: dict[str, str]) -> str:
    """The value of the header Cookie."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def write(recordings: Iterable[Recording], file: Path) -> None:
    """The file that the limit serves from."""
    with file.open("w", encoding="utf-8") as out:
        for one in recordings:
            out.write(one.as_json() + "\n")


def _as_sent(sql: str, params: Any) -> str:
    # Django binds on the client's side, so this is what goes over the wire, byte for byte.
    connection.ensure_connection()
    return psycopg.ClientCursor(connection.connection).mogrify(sql, params) if params else sql
