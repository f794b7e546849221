"""Signed conclusions with their addenda, and what a doctor's page of writing one needs."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from doctorlike.appointments.queries import specialty_name
from doctorlike.kit.errors import NotFoundError
from doctorlike.telemed import rules
from doctorlike.telemed.models import (
    Addendum,
    Conclusion,
    ConclusionDraft,
    ConclusionTemplate,
    Doctor,
    Icd10Code,
    PrivateNote,
    Referral,
)
from doctorlike.telemed.rules import EarlierDiagnosis, KnownCode

MOST_CODES_FOUND = 12
_SHORTEST_SOUGHT = 2


@dataclass(frozen=True, slots=True)
class AddendumView:
    id: UUID
    number: int
    text: str
    doctor_name: str
    signed_at: datetime
    document_id: UUID | None


@dataclass(frozen=True, slots=True)
class ReferralView:
    """`id` stands in the portal's address where it is booked."""

    id: UUID
    specialty: str
    specialty_name: str
    words: str


@dataclass(frozen=True, slots=True)
class ConclusionView:
    complaints: str
    history: str
    recommendations: str
    diagnosis: EarlierDiagnosis | None
    identified_by: str
    signed_at: datetime
    document_id: UUID | None
    referral: ReferralView | None
    addenda: Sequence[AddendumView]


def conclusions_of(consultation_ids: Collection[UUID]) -> dict[UUID, ConclusionView]:
    """By consultation, of those that are signed: three queries however many. Whoever asks has made sure that they may
    be seen."""
    ids = list(consultation_ids)
    addenda: dict[UUID, list[AddendumView]] = {}
    for one in Addendum.objects.filter(conclusion__in=ids).select_related("doctor").order_by("number"):
        addenda.setdefault(one.conclusion_id, []).append(
            AddendumView(one.pk, one.number, one.text, one.doctor.full_name, one.signed_at, one.document_id)
        )
    referrals = {one.conclusion_id: _referral(one) for one in Referral.objects.filter(conclusion__in=ids)}
    return {
        one.pk: ConclusionView(
            complaints=one.complaints,
            history=one.history,
            recommendations=one.recommendations,
            diagnosis=_diagnosis(one.diagnosis),
            identified_by=one.identified_by,
            signed_at=one.signed_at,
            document_id=one.document_id,
            referral=referrals.get(one.pk),
            addenda=addenda.get(one.pk, []),
        )
        for one in Conclusion.objects.filter(pk__in=ids)
    }


def referral(referral_id: UUID) -> tuple[UUID, ReferralView]:
    """The policy of the consultation and what it sends to; whoever asks looks whether the viewer may see it.
    NotFoundError."""
    found = Referral.objects.select_related("conclusion__consultation").filter(pk=referral_id).first()
    if found is None:
        raise NotFoundError
    return found.conclusion.consultation.policy_id, _referral(found)


@dataclass(frozen=True, slots=True)
class Draft:
    """What the doctor has written, and their private notes. Version 0: nothing yet."""

    parts: Mapping[str, str]
    version: int
    saved_at: datetime | None
    notes: str


def draft_of(consultation_id: UUID, doctor_user_id: UUID) -> Draft:
    """The doctor's own; nobody else's is ever read."""
    kept = ConclusionDraft.objects.filter(consultation=consultation_id, doctor=doctor_user_id).first()
    note = PrivateNote.objects.filter(consultation=consultation_id, doctor=doctor_user_id).first()
    notes = note.text if note is not None else ""
    if kept is None:
        return Draft({}, 0, None, notes)
    return Draft(kept.parts, kept.version, kept.saved_at, notes)


@dataclass(frozen=True, slots=True)
class TemplateCard:
    id: UUID
    title: str
    is_own: bool


def templates_for(doctor_user_id: UUID) -> list[TemplateCard]:
    """Those of the house for the doctor's speciality and the doctor's own, the own first."""
    doctor = Doctor.objects.filter(pk=doctor_user_id).first()
    if doctor is None:
        return []
    house = Q(doctor__isnull=True, speciality__in=["", doctor.speciality])
    rows = ConclusionTemplate.objects.filter(house | Q(doctor=doctor)).defer("parts").order_by("title")
    cards = [TemplateCard(one.pk, one.title, one.doctor_id is not None) for one in rows]
    return sorted(cards, key=lambda one: not one.is_own)


def icd10(code: str) -> KnownCode | None:
    """A line of МКБ-10 by its code, however it was typed."""
    row = Icd10Code.objects.filter(pk=rules.normal_code(code)).first()
    return KnownCode(row.code, row.name, row.is_actual) if row is not None else None


def find_icd10(text: str, limit: int = MOST_CODES_FOUND) -> list[KnownCode]:
    """Diagnoses in force by the beginning of their code, or by all words of the text in their name; the code first."""
    sought = text.strip()[:100]
    if len(sought) < _SHORTEST_SOUGHT:
        return []
    by_name = Q()
    for word in sought.split():
        by_name &= Q(name__icontains=word)
    found = Icd10Code.objects.filter(is_actual=True, code__regex=r"^[A-Z]\d\d(\.\d+)?$")
    code = rules.normal_code(sought)
    if re.fullmatch(r"[A-Z]\d[\d.]*", code):
        by_name |= Q(code__startswith=code)
    rows = found.filter(by_name).order_by("code")[:limit]
    return [KnownCode(one.code, one.name, one.is_actual) for one in rows]


def _diagnosis(kept: Mapping[str, str] | None) -> EarlierDiagnosis | None:
    if kept is None:
        return None
    return EarlierDiagnosis(kept["code"], kept["name"], date.fromisoformat(kept["made_on"]), kept["where"])


def _referral(row: Referral) -> ReferralView:
    code = row.what["specialty"]
    return ReferralView(row.pk, code, specialty_name(code), row.what["words"])
