"""The secret address of an account's calendar, and what is forgotten with the account."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.appointments.digests import digest
from doctorlike.appointments.models import CalendarAddress, CallBack, NotedVisit, WaitingEntry
from doctorlike.appointments.rules import OPEN_CALLS, CallState, WaitingState
from doctorlike.audit.commands import record
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock

_SECRET_BYTES = 32


@transaction.atomic
def make_calendar_address(*, user_id: UUID, by: Actor, at: datetime) -> str:
    """A new secret for the account's calendar, told this once: only its digest is kept. The address there was before
    leads nowhere from now on, so each call is a deed of its own."""
    advisory_lock(f"calendar of {user_id}")
    _end(user_id, at)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    CalendarAddress.objects.create(user_id=user_id, digest=digest(secret), made_at=at)
    record(by=by, at=at, action="calendar.made", subject_type="user", subject_id=user_id)
    return secret


@transaction.atomic
def end_calendar_address(*, user_id: UUID, by: Actor, at: datetime) -> None:
    """The address leads nowhere any more. Repeating changes nothing."""
    advisory_lock(f"calendar of {user_id}")
    if _end(user_id, at):
        record(by=by, at=at, action="calendar.ended", subject_type="user", subject_id=user_id)


@transaction.atomic
def forget_client(*, user_id: UUID, by: Actor, at: datetime) -> None:
    """With a closed account goes what its owner arranged: the calendar's address, open calls and places in waiting
    lists end, phones and words of calls and notes are erased. Visits stay: they are the contract's. Repeating changes
    nothing."""
    CalendarAddress.objects.filter(user=user_id).delete()
    theirs = str(Actor.user(user_id))
    calls = CallBack.objects.filter(asked_by=theirs)
    calls.filter(state__in=OPEN_CALLS).update(state=CallState.CANCELLED, closed_at=at, closed_by=str(by))
    calls.update(phone="", wish=None)
    NotedVisit.objects.filter(noted_by=theirs).update(words=None)
    WaitingEntry.objects.filter(joined_by=theirs, state=WaitingState.WAITING).update(
        state=WaitingState.LEFT, changed_at=at, changed_by=str(by)
    )


def _end(user_id: UUID, at: datetime) -> int:
    return CalendarAddress.objects.filter(user=user_id, ended_at__isnull=True).update(ended_at=at)
