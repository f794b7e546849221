"""What was said to whom, without the words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doctorlike.notifications.models import Message


@dataclass(frozen=True, slots=True)
class MessageFate:
    id: UUID
    channel: str
    state: str
    created_at: datetime
    accepted_at: datetime | None


def fates(*, topic: str, subject_id: object) -> list[MessageFate]:
    """Messages about one subject, newest first."""
    rows = Message.objects.filter(topic=topic, subject_id=str(subject_id)).order_by("-created_at", "-id")
    return [MessageFate(row.pk, row.channel, row.state, row.created_at, row.accepted_at) for row in rows.defer("text")]
