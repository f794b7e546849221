"""Earlier conclusions about the patient a doctor is with. Only while that consultation is live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doctorlike.kit.errors import NotFoundError
from doctorlike.telemed.models import Consultation
from doctorlike.telemed.queries.conclusions import ConclusionView, conclusions_of
from doctorlike.telemed.rules import State


@dataclass(frozen=True, slots=True)
class PastCard:
    """Nothing medical but whose speciality it was."""

    id: UUID
    speciality: str
    doctor_name: str
    ended_at: datetime


def past_of(consultation_id: UUID, doctor_user_id: UUID) -> list[PastCard]:
    """Finished consultations of the same patient, newest first; none unless the doctor is with that patient now."""
    patient = _patient_with(consultation_id, doctor_user_id)
    if patient is None:
        return []
    rows = (
        Consultation.objects.filter(patient=patient, state=State.FINISHED)
        .select_related("doctor")
        .defer("complaint")
        .order_by("-ended_at")
    )
    return [_card(row) for row in rows]


def past_conclusion(consultation_id: UUID, past_id: UUID, doctor_user_id: UUID) -> tuple[PastCard, ConclusionView]:
    """NotFoundError unless the doctor is with that patient now, and the past one is that patient's."""
    patient = _patient_with(consultation_id, doctor_user_id)
    row = (
        Consultation.objects.filter(pk=past_id, patient=patient, state=State.FINISHED)
        .select_related("doctor")
        .defer("complaint")
        .first()
        if patient is not None
        else None
    )
    if row is None:
        raise NotFoundError
    return _card(row), conclusions_of([row.pk])[row.pk]


def _patient_with(consultation_id: UUID, doctor_user_id: UUID) -> UUID | None:
    rows = Consultation.objects.filter(pk=consultation_id, doctor=doctor_user_id, state=State.TAKEN)
    return rows.values_list("patient", flat=True).first()


def _card(row: Consultation) -> PastCard:
    assert row.doctor is not None and row.ended_at is not None  # noqa: S101  # so is every finished one
    return PastCard(row.pk, row.doctor.speciality, row.doctor.full_name, row.ended_at)
