"""Visits that clients arranged with a clinic by phone and note for themselves. A note promises nothing to the clinic
and keeps no slot."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from doctorlike.appointments.errors import NotedVisitIsOverError
from doctorlike.appointments.models import NotedVisit
from doctorlike.appointments.rules import noted_start
from doctorlike.audit.commands import record
from doctorlike.clinics import queries as clinics
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock, locked


@transaction.atomic
def note_visit(
    *, policy_id: UUID, clinic_id: UUID, on: date, at_local: time, words: str, by: Actor, at: datetime
) -> UUID:
    """Note a visit by the clinic's clock; returns the note. `words` are the client's own, medical, and kept encrypted.
    The same clinic and time noted again gives the note there is, with the words told last.

    NotedInThePastError, NotedTooFarError; NotFoundError for an unknown clinic.
    """
    zone = clinics.clinic(clinic_id).zone
    starts_at = noted_start(on, at_local, zone=ZoneInfo(zone), now=at)
    advisory_lock(f"noted visits of {policy_id}")
    row = NotedVisit.objects.filter(
        policy_id=policy_id, clinic_id=clinic_id, starts_at=starts_at, removed_at__isnull=True
    ).first()
    if row is not None:
        _reword(row, words, by, at)
        return row.pk
    row = NotedVisit.objects.create(
        policy_id=policy_id, clinic_id=clinic_id, starts_at=starts_at, zone=zone, words=words or None,
        noted_at=at, noted_by=str(by), changed_at=at, changed_by=str(by),
    )  # fmt: skip
    _record(row, "visit.noted", by, at)
    return row.pk


@transaction.atomic
def change_noted_visit(*, noted_id: UUID, on: date, at_local: time, words: str, by: Actor, at: datetime) -> None:
    """Another time at the clinic, or other words; what is the same already changes nothing.

    NotedVisitIsOverError once it has begun or was removed; NotedInThePastError, NotedTooFarError.
    """
    row = locked(NotedVisit.objects.all(), pk=noted_id)
    if row.removed_at is not None or row.starts_at <= at:
        raise NotedVisitIsOverError
    starts_at = noted_start(on, at_local, zone=ZoneInfo(row.zone), now=at)
    if starts_at == row.starts_at:
        _reword(row, words, by, at)
        return
    row.starts_at, row.words, row.changes = starts_at, words or None, row.changes + 1
    row.changed_at, row.changed_by = at, str(by)
    row.save(update_fields=["starts_at", "words", "changes", "changed_at", "changed_by"])
    _record(row, "visit.note_changed", by, at)


@transaction.atomic
def remove_noted_visit(*, noted_id: UUID, by: Actor, at: datetime) -> None:
    """Take the note away, also of a visit that was; its words are erased. Repeating changes nothing."""
    row = locked(NotedVisit.objects.all(), pk=noted_id)
    if row.removed_at is not None:
        return
    row.removed_at, row.words, row.changes = at, None, row.changes + 1
    row.changed_at, row.changed_by = at, str(by)
    row.save(update_fields=["removed_at", "words", "changes", "changed_at", "changed_by"])
    _record(row, "visit.note_removed", by, at)


def _reword(row: NotedVisit, words: str, by: Actor, at: datetime) -> None:
    """Words stand in no calendar, so they are no change of it."""
    if (row.words or "") == words:
        return
    row.words, row.changed_at, row.changed_by = words or None, at, str(by)
    row.save(update_fields=["words", "changed_at", "changed_by"])
    _record(row, "visit.note_changed", by, at)


def _record(row: NotedVisit, action: str, by: Actor, at: datetime) -> None:
    record(by=by, at=at, action=action, subject_type="policy", subject_id=row.policy_id, details={"noted": str(row.pk)})
