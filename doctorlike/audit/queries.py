"""Reading the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum

from doctorlike.audit.models import ClockMove, Entry


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
    moved = ClockMove.objects.aggregate(seconds=Sum("shift_seconds"))["seconds"]
    return timedelta(seconds=moved or 0)
