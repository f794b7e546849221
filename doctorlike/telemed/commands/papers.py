"""PDFs of conclusions and addenda: what order 193н asks a conclusion at a distance to tell, typeset and signed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from doctorlike.accounts import queries as accounts
from doctorlike.appointments.queries import specialty_name
from doctorlike.documents import commands as documents
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.telemed.models import Addendum, Conclusion, Consultation, Doctor, Referral


def make_conclusion_pdf(*, consultation_id: UUID, by: Actor) -> None:
    """The signed PDF of a conclusion, dated as it was signed. Done once: repeating changes nothing."""
    conclusion = Conclusion.objects.select_related("consultation__doctor", "consultation__policy").get(
        pk=consultation_id
    )
    if conclusion.document_id is not None:
        return
    referral = Referral.objects.filter(conclusion=conclusion).first()
    document_id = documents.make_document(
        kind="conclusion",
        template="conclusion",
        facts={
            **_facts(conclusion.consultation, conclusion.consultation.doctor, conclusion),
            "signed_at": _moment(conclusion.signed_at),
            "complaints": conclusion.complaints,
            "history": conclusion.history,
            "recommendations": conclusion.recommendations,
            "diagnosis": _told_diagnosis(conclusion.diagnosis),
            "referral": _told_referral(referral),
        },
        subject_type="consultation",
        subject_id=consultation_id,
        title="Заключение",
        by=by,
        at=conclusion.signed_at,
    )
    Conclusion.objects.filter(pk=consultation_id, document_id=None).update(document_id=document_id)


def make_addendum_pdf(*, addendum_id: UUID, by: Actor) -> None:
    """The signed PDF of an addendum. Done once: repeating changes nothing."""
    addendum = Addendum.objects.select_related(
        "doctor", "conclusion__consultation__policy", "conclusion__consultation__doctor"
    ).get(pk=addendum_id)
    if addendum.document_id is not None:
        return
    consultation = addendum.conclusion.consultation
    document_id = documents.make_document(
        kind=f"addendum-{addendum.number}",
        template="addendum",
        facts={
            **_facts(consultation, addendum.doctor, addendum.conclusion),
            "signed_at": _moment(addendum.signed_at),
            "conclusion_signed_at": _moment(addendum.conclusion.signed_at),
            "addendum": addendum.number,
            "text": addendum.text,
        },
        subject_type="consultation",
        subject_id=consultation.pk,
        title=f"Дополнение {addendum.number} к заключению",
        by=by,
        at=addendum.signed_at,
    )
    Addendum.objects.filter(pk=addendum_id, document_id=None).update(document_id=document_id)


def _facts(consultation: Consultation, doctor: Doctor | None, conclusion: Conclusion) -> dict[str, Any]:
    assert doctor is not None  # noqa: S101  # a finished consultation has its doctor (check constraint)
    patient = accounts.person(consultation.patient_id)
    asker = accounts.user_card(consultation.asked_by_id).person
    is_patient = asker is None or asker.id == patient.id
    return {
        "number": consultation.policy.number,
        "patient": patient.full_name,
        "born_on": f"{patient.born_on:%d.%m.%Y}",
        "started_at": _moment(consultation.taken_at or consultation.asked_at),
        "doctor": doctor.full_name,
        "speciality": doctor.speciality,
        "credentials": doctor.credentials,
        "identified_by": conclusion.identified_by,
        "adult": "" if is_patient or asker is None else asker.full_name,
    }


def _told_diagnosis(kept: dict[str, str] | None) -> dict[str, str] | None:
    if kept is None:
        return None
    return {**kept, "made_on": f"{date.fromisoformat(kept['made_on']):%d.%m.%Y}"}


def _told_referral(referral: Referral | None) -> dict[str, str] | None:
    if referral is None:
        return None
    return {"specialty": specialty_name(referral.what["specialty"]), "words": referral.what["words"]}


def _moment(at: datetime) -> str:
    return f"{at.astimezone(clock.insurer_zone()):%d.%m.%Y %H:%M}"
