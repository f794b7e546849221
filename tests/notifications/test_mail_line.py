"""Letters that follow one another go over one connection; one that the server has ended costs nothing but a new one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_django.fixtures import Settings

from doctorlike.kit.actors import Actor
from doctorlike.notifications import commands
from doctorlike.notifications.gateways import RefusedError, UnreachableError
from doctorlike.notifications.gateways.smtp.client import Smtp, _line, hang_up
from doctorlike.notifications.models import Message
from doctorlike.notifications.rules import State
from tests.jobs import run_jobs

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


class Mailbox:
    """What the server took, and over which connections."""

    def __init__(self) -> None:
        self.lines: list[Any] = []
        self.letters = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.lines.append(session.peer)
        self.letters += 1
        return "250 OK"


class AnyPort(Controller):
    """Which port it is, the kernel says."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    box = Mailbox()
    server = AnyPort(box, hostname="127.0.0.1", port=0)
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    hang_up()
    yield box
    hang_up()
    server.stop()


def send(to: str = "anna@mail.example") -> None:
    Smtp().send(to=to, subject="Документы", text="Здравствуйте!", attachments=[], reference="1")


def test_two_letters_go_over_one_connection(mailbox: Mailbox) -> None:
    send()
    send()
    assert mailbox.letters == 2
    assert len(set(mailbox.lines)) == 1


def test_a_line_that_was_cut_is_opened_anew(mailbox: Mailbox) -> None:
    send()
    assert _line._backend is not None
    _line._backend.connection.sock.shutdown(2)
    send()
    assert mailbox.letters == 2
    assert len(set(mailbox.lines)) == 2


def test_after_a_refusal_the_next_letter_goes(mailbox: Mailbox) -> None:
    with pytest.raises(RefusedError):
        send("nobody@mail.example")
    send()
    assert mailbox.letters == 1


def test_no_server_is_no_answer(settings: Settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    hang_up()
    with pytest.raises(UnreachableError):
        send()


def letter_of_a_job() -> Message:
    message_id = commands.send_email(
        to="anna@mail.example",
        subject="Документы",
        text="Здравствуйте!",
        topic="order",
        subject_id="7",
        by=Actor.system("tests"),
        at=AT,
        enqueue=False,
    )
    return Message.objects.get(pk=message_id)


@pytest.mark.django_db
def test_a_job_hands_over_its_own_letter_once(mailbox: Mailbox) -> None:
    letter = letter_of_a_job()
    assert run_jobs() == 0
    commands.hand_over_waiting(topic="order", subject_id="7", at=AT)
    commands.hand_over_waiting(topic="order", subject_id="7", at=AT)
    letter.refresh_from_db()
    assert (letter.state, mailbox.letters) == (State.ACCEPTED, 1)


@pytest.mark.django_db
def test_when_nobody_answers_a_job_goes_on_with_it(settings: Settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    hang_up()
    letter = letter_of_a_job()
    commands.hand_over_waiting(topic="order", subject_id="7", at=AT)
    assert run_jobs() == 1
    letter.refresh_from_db()
    assert (letter.state, letter.tries) == (State.QUEUED, 2)
