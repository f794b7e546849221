"""Who waits, and for whom a doctor is there."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from doctorlike.telemed import rules
from doctorlike.telemed.models import Consultation
from doctorlike.telemed.queries.cards import ConsultationCard, card, whole
from doctorlike.telemed.rules import QueuePlace, State


def queue() -> list[ConsultationCard]:
    """Who waits, the longest first."""
    return [card(row) for row in whole().filter(state=State.QUEUED).defer("complaint").order_by("asked_at", "id")]


def taken_by(doctor_user_id: UUID) -> ConsultationCard | None:
    """The consultation the doctor has not finished."""
    row = whole().filter(doctor=doctor_user_id, state=State.TAKEN).defer("complaint").first()
    return card(row) if row is not None else None


def finished_by(doctor_user_id: UUID, limit: int = 20) -> list[ConsultationCard]:
    """The doctor's own finished consultations, newest first."""
    rows = whole().filter(doctor=doctor_user_id, state=State.FINISHED).defer("complaint").order_by("-ended_at")
    return [card(row) for row in rows[:limit]]


def place_of(row: Consultation) -> QueuePlace:
    ahead = Consultation.objects.filter(state=State.QUEUED).filter(
        Q(asked_at__lt=row.asked_at) | Q(asked_at=row.asked_at, id__lt=row.pk)
    )
    busy = Consultation.objects.filter(state=State.TAKEN).count()
    return rules.queue_place(ahead=ahead.count(), doctors_on_duty=max(busy, 1))
