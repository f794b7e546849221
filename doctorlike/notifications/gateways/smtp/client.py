"""E-mail over SMTP, by Django's own backend."""

from __future__ import annotations

import smtplib
import threading
import time
from email.utils import parseaddr

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from doctorlike.kit import storage
from doctorlike.notifications.gateways import RefusedError, UnreachableError
from doctorlike.notifications.gateways.smtp.letter import Letter
from doctorlike.notifications.rules import Attachment

# Shorter than the patience of any server (RFC 5321, 4.5.3.2.7 asks for five minutes).
_KEPT_SECONDS = 10.0


class Smtp:
    """Letters that follow closely upon one another go over one connection, each thread's own."""

    def send(self, *, to: str, subject: str, text: str, attachments: list[Attachment], reference: str) -> str:
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
        message_id = f"<{reference}@{domain}>"
        letter = Letter(
            subject=subject,
            body=text,
            to=[to],
            headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
        )
        for one in attachments:
            letter.enclose(one.name, storage.read(one.storage_key), one.media_type)
        try:
            _line.send(letter)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as refusal:
            raise RefusedError(type(refusal).__name__) from refusal
        except (smtplib.SMTPException, OSError) as failure:
            raise UnreachableError(type(failure).__name__) from failure
        return message_id


class _Line(threading.local):
    """A thread's connection to the mail server."""

    def __init__(self) -> None:
        self._backend: EmailBackend | None = None
        self._used_at = 0.0

    def send(self, letter: Letter) -> None:
        kept = self._kept()
        if kept is not None:
            try:
                self._send_over(kept, letter)
                return
            except smtplib.SMTPServerDisconnected:
                pass  # the server did not wait for us: over a new connection, then
        backend = EmailBackend()
        backend.open()
        self._send_over(backend, letter)

    def hang_up(self) -> None:
        """The next letter opens a connection anew."""
        backend, self._backend = self._backend, None
        if backend is not None:
            backend.close()

    def _kept(self) -> EmailBackend | None:
        backend, self._backend = self._backend, None
        if backend is not None and time.monotonic() - self._used_at > _KEPT_SECONDS:
            backend.close()
            return None
        return backend

    def _send_over(self, backend: EmailBackend, letter: Letter) -> None:
        """Kept afterwards only when all went well: nobody knows what a failed one still waits for."""
        letter.connection = backend
        try:
            letter.send()
        except BaseException:
            backend.close()
            raise
        self._backend, self._used_at = backend, time.monotonic()


_line = _Line()


def hang_up() -> None:
    """Close this thread's connection, if one is kept."""
    _line.hang_up()
