"""Reading the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from doctorlike.audit.models import ClockMove, Entry
from doctorlike.kit.reads import Read

_clock_moves = Read(lambda: ClockMove.objects.values_list("shift_seconds", flat=True))


@dataclass(frozen=True, slots=True)
class Deed:
    at: datetime
    by: str
    action: str
    details: dict[str, Any]


def history(*, subject_type: str, subject_id: object, limit: int = 100) -> list[Deed]:
    """What was done to the subject, newest first."""
    rows = Entry.objects.filter(subject_type=subject_type, subject_id=str(subject_id)).order_by("-at", "-id")[:limit]
    return [Deed(row.at, row.by, row.action, row.details) for row in rows]


def clock_shift() -> timedelta:
    """How far the demo clock was moved in all."""
    return timedelta(seconds=sum(_clock_moves()))
