"""News of this app."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MessageAccepted:
    """A provider took the message over: the person was told."""

    message_id: UUID
    topic: str
    subject_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageFailed:
    """The provider refused the message for good, or could not be reached in all tries."""

    message_id: UUID
    topic: str
    subject_id: str
    at: datetime
