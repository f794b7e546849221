"""A code on its way: to whom it was sent and what follows, kept for this browser until the code is entered."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import uuid4

from django.http import HttpRequest

from doctorlike.accounts import commands
from doctorlike.accounts.rules import Contact
from doctorlike.kit import clock


@dataclass(frozen=True, slots=True)
class Pending:
    """`subject` names this one sign-in, so that strangers' wrong tries do not use up the owner's."""

    kind: str
    value: str
    subject: str
    next_url: str = ""

    @classmethod
    def of(cls, contact: Contact, *, next_url: str = "") -> Pending:
        return cls(contact.kind, contact.value, str(uuid4()), next_url)

    @property
    def contact(self) -> Contact:
        return Contact("phone" if self.kind == "phone" else "email", self.value)

    def send(self, request: HttpRequest, purpose: str) -> None:
        """Refusals of `send_code`."""
        commands.send_code(
            purpose=purpose,
            to=self.value,
            subject_id=self.subject,
            at=clock.real_now(),
            ip_address=request.META.get("REMOTE_ADDR", ""),
        )

    def check(self, purpose: str, code: str) -> None:
        """Refusals of `check_code`."""
        commands.check_code(purpose=purpose, subject_id=self.subject, code=code, at=clock.real_now())


def keep(request: HttpRequest, key: str, pending: Pending) -> None:
    request.session[key] = asdict(pending)


def kept(request: HttpRequest, key: str) -> Pending | None:
    told = request.session.get(key)
    return Pending(**told) if told else None


def drop(request: HttpRequest, key: str) -> None:
    request.session.pop(key, None)
