"""The signed conclusion of a consultation, its addenda, and their PDFs."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from doctorlike.accounts import queries as accounts
from doctorlike.audit import commands as audit
from doctorlike.clinics.rules import SPECIALTIES
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked
from doctorlike.telemed import rules
from doctorlike.telemed.commands.calling import forget_signals
from doctorlike.telemed.commands.happening import audited, happened
from doctorlike.telemed.errors import DraftChangedError, EmptyAddendumError, UnknownReferralError
from doctorlike.telemed.models import Addendum, Conclusion, ConclusionDraft, Consultation, Icd10Code, Referral
from doctorlike.telemed.rules import EarlierDiagnosis, EventKind, IdentifiedBy, KnownCode, Step

MOST_ADDENDUM_LETTERS = 8000


def finish_with_conclusion(
    *,
    consultation_id: UUID,
    doctor_user_id: UUID,
    complaints: str,
    history: str,
    recommendations: str,
    diagnosis_code: str = "",
    diagnosis_on: date | None = None,
    diagnosis_where: str = "",
    referral: str = "",
    referral_words: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """The doctor's signed conclusion ends the consultation; its PDF is made by a job, drafts of it are gone. A second
    conclusion is refused with WrongStepError; NotFoundError for another doctor's room. A diagnosis is refused unless a
    doctor made it earlier in person (`rules.earlier_diagnosis`). `referral` is a specialty code of the directory or
    empty (UnknownReferralError)."""
    from doctorlike.telemed.tasks import make_conclusion_document  # the task calls back into this module

    rules.check_words(complaints=complaints, recommendations=recommendations)
    with transaction.atomic():
        consultation = locked(Consultation.objects, pk=consultation_id, doctor=doctor_user_id)
        diagnosis = _diagnosis(consultation, diagnosis_code, diagnosis_on, diagnosis_where, at)
        if referral and referral not in SPECIALTIES:
            raise UnknownReferralError
        consultation.state = rules.after(consultation.state, Step.FINISH)
        consultation.ended_at = at
        consultation.save()
        conclusion = Conclusion.objects.create(
            consultation=consultation,
            complaints=complaints.strip(),
            history=history.strip(),
            recommendations=recommendations.strip(),
            diagnosis=_as_kept(diagnosis),
            identified_by=_identified_by(consultation),
            signed_at=at,
        )
        forget_signals(consultation)
        if referral:
            what = {"specialty": referral, "words": referral_words.strip()}
            Referral.objects.create(conclusion=conclusion, what=what)
        ConclusionDraft.objects.filter(consultation=consultation).delete()
        happened(consultation, EventKind.FINISHED, at)
        audited(consultation, "conclusion.signed", by, at)
        make_conclusion_document.defer(consultation_id=str(consultation_id))


@transaction.atomic
def sign_draft(*, consultation_id: UUID, doctor_user_id: UUID, version: int, by: Actor, at: datetime) -> None:
    """Sign what the doctor has read through: their draft of that version, word for word. DraftChangedError when it was
    written on since; whatever `finish_with_conclusion` refuses."""
    consultation = locked(Consultation.objects, pk=consultation_id, doctor=doctor_user_id)
    rules.after(consultation.state, Step.FINISH)
    draft = ConclusionDraft.objects.filter(consultation=consultation_id, doctor=doctor_user_id).first()
    if draft is None or draft.version != version:
        raise DraftChangedError
    parts = rules.clean_parts(draft.parts)
    made_on = parts.pop("diagnosis_on")
    finish_with_conclusion(
        consultation_id=consultation_id,
        doctor_user_id=doctor_user_id,
        diagnosis_on=_day(made_on),
        by=by,
        at=at,
        **parts,
    )


def sign_addendum(*, consultation_id: UUID, doctor_user_id: UUID, text: str, by: Actor, at: datetime) -> int:
    """Add to a signed conclusion, which stays as it is; the addendum's number. Its PDF is made by a job. The same text
    signed twice running is one addendum (a double click). NotFoundError for another doctor's conclusion or one that is
    not signed, EmptyAddendumError."""
    from doctorlike.telemed.tasks import make_addendum_document  # the task calls back into `papers`

    said = text.strip()[:MOST_ADDENDUM_LETTERS]
    if not said:
        raise EmptyAddendumError
    with transaction.atomic():
        consultation = locked(Consultation.objects, pk=consultation_id, doctor=doctor_user_id)
        conclusion = Conclusion.objects.filter(pk=consultation_id).first()
        if conclusion is None:
            raise NotFoundError
        last = conclusion.addenda.order_by("-number").first()
        if last is not None and last.text == said:
            return last.number
        number = (last.number if last is not None else 0) + 1
        addendum = Addendum.objects.create(
            conclusion=conclusion, number=number, doctor_id=doctor_user_id, text=said, signed_at=at
        )
        audited(consultation, "addendum.signed", by, at)
        make_addendum_document.defer(addendum_id=str(addendum.pk))
    return number


def note_archive_read(*, consultation_id: UUID, by: Actor, at: datetime) -> None:
    """A member of staff opened somebody's conclusion or talk."""
    audit.record(by=by, at=at, action="consultation.read", subject_type="consultation", subject_id=consultation_id)


def _diagnosis(
    consultation: Consultation, code: str, made_on: date | None, where: str, at: datetime
) -> EarlierDiagnosis | None:
    if not code.strip():
        return None
    row = Icd10Code.objects.filter(pk=rules.normal_code(code)).first()
    known = KnownCode(row.code, row.name, row.is_actual) if row is not None else None
    born_on = accounts.person(consultation.patient_id).born_on
    today = clock.insurer_date(at)
    return rules.earlier_diagnosis(known, made_on=made_on, where=where, today=today, born_on=born_on)


def _as_kept(diagnosis: EarlierDiagnosis | None) -> dict[str, str] | None:
    if diagnosis is None:
        return None
    return {
        "code": diagnosis.code,
        "name": diagnosis.name,
        "made_on": diagnosis.made_on.isoformat(),
        "where": diagnosis.where,
    }


def _identified_by(consultation: Consultation) -> IdentifiedBy:
    """As it was when the conclusion was signed: an account may be joined with «Госуслуги» later."""
    return IdentifiedBy.ESIA if accounts.enters_by_esia(consultation.asked_by_id) else IdentifiedBy.ACCOUNT


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
