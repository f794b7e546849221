"""A message is handed over by a job and its fate is known; only the provider is played by a small HTTP server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from pytest_django.fixtures import Settings

from doctorlike.kit import facts
from doctorlike.kit.actors import Actor
from doctorlike.notifications import commands
from doctorlike.notifications.facts import MessageAccepted, MessageFailed
from doctorlike.notifications.gateways import UnreachableError
from doctorlike.notifications.models import Message
from doctorlike.notifications.rules import MOST_TRIES, State

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
BY = Actor.system("tests")


class Provider(HTTPServer):
    """Speaks the provider's API on the loopback; `answers` are given in turn, the last one again and again."""

    answers: list[dict[str, object] | int]
    sent: list[dict[str, list[str]]]


class _Answer(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.sent.append(parse_qs(body))
        answer = self.server.answers[0] if len(self.server.answers) == 1 else self.server.answers.pop(0)
        self.send_response(answer if isinstance(answer, int) else 200)
        self.end_headers()
        if not isinstance(answer, int):
            self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    server = Provider(("127.0.0.1", 0), _Answer)
    server.answers, server.sent = [], []
    settings.SMS_URL = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def heard(request: pytest.FixtureRequest) -> Iterator[list[object]]:
    before = facts.table()
    news: list[object] = []
    facts.fill({MessageAccepted: [news.append], MessageFailed: [news.append]})
    yield news
    facts.fill(before)


def accepted(number: str) -> dict[str, object]:
    return {
        "status": "OK",
        "status_code": 100,
        "sms": {number: {"status": "OK", "status_code": 100, "sms_id": "000000-1000001"}},
    }


def sms(secret: bool = False) -> Message:
    made = commands.send_sms(
        to="+79120000001", text="Код 123456", topic="code", subject_id="7", by=BY, at=AT, secret=secret
    )
    return Message.objects.get(pk=made)


@pytest.mark.django_db
def test_an_accepted_sms_is_told_as_news_once(provider: Provider, heard: list[object]) -> None:
    provider.answers = [accepted("79120000001")]
    message = sms()
    commands.deliver_message(message_id=message.pk, at=AT)
    commands.deliver_message(message_id=message.pk, at=AT)
    message.refresh_from_db()
    assert (message.state, message.provider_reference) == (State.ACCEPTED, "000000-1000001")
    assert heard == [MessageAccepted(message.pk, "code", "7", AT)]
    assert len(provider.sent) == 1
    assert provider.sent[0]["to"] == ["79120000001"]


@pytest.mark.django_db
def test_a_secret_text_is_wiped_once_accepted(provider: Provider, heard: list[object]) -> None:
    provider.answers = [accepted("79120000001")]
    message = sms(secret=True)
    commands.deliver_message(message_id=message.pk, at=AT)
    message.refresh_from_db()
    assert message.text == ""


@pytest.mark.django_db
def test_a_refused_number_fails_at_once(provider: Provider, heard: list[object]) -> None:
    provider.answers = [{"status": "OK", "sms": {"79120000001": {"status": "ERROR", "status_code": 202}}}]
    message = sms()
    commands.deliver_message(message_id=message.pk, at=AT)
    message.refresh_from_db()
    assert message.state == State.FAILED
    assert heard == [MessageFailed(message.pk, "code", "7", AT)]


@pytest.mark.django_db
def test_a_silent_provider_is_tried_again_and_given_up_at_last(provider: Provider, heard: list[object]) -> None:
    provider.answers = [500]
    message = sms()
    for _try in range(MOST_TRIES - 1):
        with pytest.raises(UnreachableError):
            commands.deliver_message(message_id=message.pk, at=AT)
    commands.deliver_message(message_id=message.pk, at=AT)
    message.refresh_from_db()
    assert message.state == State.FAILED
    assert len(provider.sent) == MOST_TRIES


@pytest.mark.django_db
def test_the_text_cannot_be_read_in_the_database() -> None:
    from django.db import connection

    message = sms()
    with connection.cursor() as cursor:
        cursor.execute("select text from notifications_message where id = %s", [message.pk])
        assert b"123456" not in bytes(cursor.fetchone()[0])
