"""Reading the trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from doctorlike.audit.models import ClockMove, Entry, Wording
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


@dataclass(frozen=True, slots=True)
class DeedAbout:
    """A deed in a list about several subjects."""

    subject_type: str
    subject_id: str
    deed: Deed


def deeds_about(
    subjects: Mapping[str, Iterable[object]], *, actions: Iterable[str], skip: int, limit: int
) -> list[DeedAbout]:
    """Deeds of those kinds about any of the subjects (ids by type), newest first, in one query. Nothing for no
    subjects."""
    asked = {kind: [str(one) for one in ids] for kind, ids in subjects.items()}
    about = Q(pk__in=[])
    for kind, ids in asked.items():
        if ids:
            about |= Q(subject_type=kind, subject_id__in=ids)
    rows = Entry.objects.filter(about, action__in=list(actions)).order_by("-at", "-id")[skip : skip + limit]
    return [DeedAbout(row.subject_type, row.subject_id, Deed(row.at, row.by, row.action, row.details)) for row in rows]


def wordings(digests: Sequence[str]) -> dict[str, str]:
    """Texts by SHA-256, in one query; those that were never kept are left out."""
    return {row.sha256: row.text for row in Wording.objects.filter(pk__in=digests)}


def clock_shift() -> timedelta:
    """How far the demo clock was moved in all."""
    return timedelta(seconds=sum(_clock_moves()))
