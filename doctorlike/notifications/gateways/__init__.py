"""How a message leaves the house. Nothing above this package knows a provider."""

from __future__ import annotations

from typing import Protocol

from doctorlike.notifications.rules import Attachment


class RefusedError(Exception):
    """The provider will never take this message (a wrong number, a wrong key)."""


class UnreachableError(Exception):
    """No answer, or «try later»: worth another try."""


class SmsGateway(Protocol):
    def send(self, *, to: str, text: str) -> str:
        """Hand over one SMS (E.164); returns the provider's reference. RefusedError, UnreachableError."""


class MailGateway(Protocol):
    def send(self, *, to: str, subject: str, text: str, attachments: list[Attachment], reference: str) -> str:
        """Hand over one e-mail; returns its Message-ID, made from our reference so that a repeat is recognised.
        RefusedError, UnreachableError."""
