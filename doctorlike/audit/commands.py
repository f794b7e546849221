"""Writing the trail. Called inside the transaction of the deed itself, so the two cannot part."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from doctorlike.audit.errors import ClockIsRealError
from doctorlike.audit.models import ClockMove, Entry, Wording
from doctorlike.audit.queries import clock_shift
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.writes import copy_in, insert

# Up to so many rows a statement of their own number is worth keeping.
_FEW = 8


def record(
    *,
    by: Actor,
    at: datetime,
    action: str,
    subject_type: str,
    subject_id: object,
    details: dict[str, Any] | None = None,
) -> None:
    """Note that `by` did `action` («policy.issued») to the subject. `details` carry no personal or medical data."""
    insert(
        Entry(
            at=at,
            by=str(by),
            action=action,
            subject_type=subject_type,
            subject_id=str(subject_id),
            details=details or {},
        )
    )


def record_many(*, by: Actor, at: datetime, action: str, subject_type: str, subject_ids: list[object]) -> None:
    """The same deed done to many subjects, in one statement."""
    entries = [
        Entry(at=at, by=str(by), action=action, subject_type=subject_type, subject_id=str(one)) for one in subject_ids
    ]
    if entries and len(entries) <= _FEW:
        insert(*entries)
    else:
        Entry.objects.bulk_create(entries)


def record_all(
    *, by: Actor, at: datetime, action: str, subject_type: str, entries: Iterable[tuple[object, dict[str, Any]]]
) -> None:
    """The same deed done to thousands of subjects, each with its details."""
    names = ("id", "at", "by", "action", "subject_type", "subject_id", "details")
    told = str(by)
    copy_in(Entry, names, ((new_id(), at, told, action, subject_type, str(one), details) for one, details in entries))


def record_each(
    *, by: Actor, at: datetime, action: str, subject_type: str, subject_id: object, details: Sequence[dict[str, Any]]
) -> None:
    """The same deed done to one subject several times at once, each with its own details."""
    insert(
        *(
            Entry(at=at, by=str(by), action=action, subject_type=subject_type, subject_id=str(subject_id), details=told)
            for told in details
        )
    )


def keep_wordings(*, texts: Sequence[str], at: datetime) -> list[str]:
    """Keep texts that somebody agreed to; returns the SHA-256 of each (hexadecimal, of UTF-8). Repeating keeps them
    once."""
    kept = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    insert(
        *(Wording(sha256=sha256, text=text, kept_at=at) for sha256, text in zip(kept, texts, strict=True)),
        unless_there=True,
    )
    return kept


def move_clock(*, by: Actor, at: datetime, shift: timedelta) -> None:
    """Move the demo clock on by `shift`. ClockIsRealError outside a demo; every call moves it again."""
    _only_in_a_demo()
    ClockMove.objects.create(moved_at=at, moved_by=str(by), shift_seconds=int(shift.total_seconds()))


def reset_clock(*, by: Actor, at: datetime) -> None:
    """The demo clock shows true time again; repeating changes nothing. ClockIsRealError outside a demo."""
    _only_in_a_demo()
    shift = clock_shift()
    if shift:
        ClockMove.objects.create(moved_at=at, moved_by=str(by), shift_seconds=-int(shift.total_seconds()))


def _only_in_a_demo() -> None:
    if not settings.DEMO:
        raise ClockIsRealError
