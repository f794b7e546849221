"""One request at a time, each against the world as it was built, and what it told and left behind."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client

from tests.sites.matrix import rows

_WRITE = re.compile(r'(?:^|[;(])\s*(?:insert into|update|delete from)\s+"?(\w+)', re.IGNORECASE)
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " "})
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@dataclass(frozen=True)
class Answer:
    """`text` is everything the asker got to read: head and body, spaces and entities made plain. `wrote` are tables,
    `harmed` known rows that read otherwise afterwards, `in_the_trail` whether it was noted, `fault` what broke."""

    status: int
    location: str
    text: str
    wrote: frozenset[str]
    harmed: tuple[str, ...]
    in_the_trail: bool
    fault: str

    @property
    def at_the_door(self) -> bool:
        return self.status == 302 and "/signin/?next=" in self.location

    @property
    def let_in(self) -> bool:
        return not self.at_the_door and self.status not in (403, 404) and self.status < 500

    @property
    def ids(self) -> set[str]:
        return set(_ID.findall(self.text))


class Browser(Client):
    """Keeps its cookies whatever a page says, and keeps nothing of the page's making: the client of Django's tests
    copies the context of every template of it, which takes longer than the page."""

    def request(self, **request: Any) -> HttpResponse:
        answer: HttpResponse = self.handler(self._base_environ(**request))
        return answer


def asked(browser: Browser, method: str, path: str, data: Mapping[str, Any] | None, known: rows.Rows) -> Answer:
    """Everything it did is undone, so that no request meets what another left."""
    undone = transaction.atomic()
    # As Django marks those of its test cases, lest commands that must not run inside one refuse to.
    undone._from_testcase = True
    with undone, watched() as wrote, faults() as raised:
        answer = getattr(browser, method)(path, data or {})
        text, location = _read(answer), answer.headers.get("Location", "")
        deeds = frozenset(wrote) - rows.TRACES
        harmed = tuple(rows.changed(known)) if deeds else ()
        transaction.set_rollback(True)
    return Answer(answer.status_code, location, text, deeds, harmed, "audit_entry" in wrote, "; ".join(raised))


@contextmanager
def faults() -> Iterator[list[str]]:
    """What pages broke by meanwhile."""
    raised: list[str] = []

    def note(**_told: Any) -> None:
        raised.append(repr(sys.exc_info()[1]))

    got_request_exception.connect(note)
    try:
        yield raised
    finally:
        got_request_exception.disconnect(note)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Tables written to meanwhile."""
    wrote: list[str] = []

    def look(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        wrote.extend(_WRITE.findall(str(sql)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield wrote


def _read(answer: HttpResponse | StreamingHttpResponse) -> str:
    head = "\n".join(f"{name}: {value}" for name, value in answer.items())
    cookies = answer.cookies.output()
    if isinstance(answer, StreamingHttpResponse):
        # A stream that never ends has no body to look at; that it began is enough to know.
        body = b"" if answer.is_async else b"".join(answer)
    else:
        body = answer.content
    return html.unescape(unquote(f"{head}\n{cookies}\n{body.decode(errors='replace')}")).translate(_SPACES)
