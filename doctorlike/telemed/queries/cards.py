"""Consultations as they stand in lists: nothing medical in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doctorlike.accounts.queries import PersonCard, card_of
from doctorlike.telemed.models import Consultation, Doctor


@dataclass(frozen=True, slots=True)
class DoctorCard:
    full_name: str
    speciality: str
    credentials: str


@dataclass(frozen=True, slots=True)
class ConsultationCard:
    """A consultation in a list: nothing medical in it."""

    id: UUID
    policy_id: UUID
    patient: PersonCard
    doctor: DoctorCard | None
    state: str
    asked_at: datetime
    ended_at: datetime | None
    has_conclusion: bool


def doctor(user_id: UUID) -> DoctorCard | None:
    row = Doctor.objects.filter(pk=user_id).first()
    return DoctorCard(row.full_name, row.speciality, row.credentials) if row is not None else None


def whole():  # type: ignore[no-untyped-def]  # Django's querysets of joined rows have no name worth writing
    return Consultation.objects.select_related("patient", "doctor", "conclusion").defer(
        "patient__identity",
        "conclusion__complaints",
        "conclusion__history",
        "conclusion__recommendations",
        "conclusion__diagnosis",
    )


def card(row: Consultation) -> ConsultationCard:
    found = row.doctor
    return ConsultationCard(
        id=row.pk,
        policy_id=row.policy_id,
        patient=card_of(row.patient),
        doctor=DoctorCard(found.full_name, found.speciality, found.credentials) if found is not None else None,
        state=row.state,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        has_conclusion=hasattr(row, "conclusion"),
    )
