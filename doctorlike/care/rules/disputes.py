"""What a client may say of a line, and what becomes of that (docs/rules/disputes.md). Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from doctorlike.care.rules.adjudication import Outcome

# What was said to be rendered; of the rest nothing reaches the client.
DISPUTABLE = (Outcome.ACCEPTED, Outcome.NOT_COVERED)


class DisputeKind(StrEnum):
    """What the client says of a line (docs/rules/disputes.md)."""

    NOT_GIVEN = "not_given"
    WRONG_PRICE = "wrong_price"


class DisputeState(StrEnum):
    """Of a dispute, and of the complaint about its rejection."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


MOST_FILES = 5
LARGEST_ATTACHMENT_BYTES = 10_000_000
# The first bytes decide, not the name: what a file calls itself may be anything.
_FIRST_BYTES = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)


def media_type(content: bytes) -> str | None:
    """Of a file that may be attached: PDF, JPEG or PNG; None for any other."""
    return next((kind for first, kind in _FIRST_BYTES if content.startswith(first)), None)


def complaint_number(year: int, serial: int) -> str:
    """«2026-000042»: serials begin anew each year of the insurer's zone."""
    return f"{year}-{serial:06d}"


def days_waiting(asked_on: date, today: date) -> int:
    """How many whole days an answer is waited for; 0 on the day itself, also when a moved clock went back."""
    return max((today - asked_on).days, 0)
