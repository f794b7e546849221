"""From «I need a doctor» to a signed conclusion."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from doctorlike.accounts import queries as accounts
from doctorlike.accounts.commands import record_consent
from doctorlike.audit import commands as audit
from doctorlike.coverage import queries as coverage
from doctorlike.documents import commands as documents
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.policies import queries as policies
from doctorlike.telemed import queries, rules
from doctorlike.telemed.errors import (
    AlreadyAskedError,
    BusyDoctorError,
    EmptyMessageError,
    NotCoveredError,
    WrongStepError,
)
from doctorlike.telemed.models import Conclusion, Consultation, Doctor, Message, RoomEvent
from doctorlike.telemed.rules import Author, EventKind, State, Step

CHANNEL = "telemed_room"
CONSENT_VERSION = "2026-1"


@transaction.atomic
def request_urgent(
    *,
    user_id: UUID,
    policy_id: UUID,
    complaint: str,
    consent_text: str,
    ip_address: str | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Put the insured of a linked policy into the queue. NotFoundError for another's policy or a closed one (a
    teenager's), NotCoveredError with all reasons, AlreadyAskedError while that patient has a live consultation."""
    policy = policies.policy_for(user_id, policy_id, on=clock.insurer_date(at))
    if not policy.medical_open:
        raise NotFoundError
    _ask_coverage(policy_id, at)
    advisory_lock(f"telemed:patient:{policy.insured.id}")
    live = Consultation.objects.filter(patient=policy.insured.id, state__in=rules.LIVE).first()
    if live is not None:
        raise AlreadyAskedError(consultation_id=live.pk)
    consultation = Consultation.objects.create(
        policy_id=policy_id,
        patient_id=policy.insured.id,
        asked_by_id=user_id,
        complaint=complaint.strip(),
        asked_at=at,
    )
    record_consent(
        purpose="telemed",
        document_version=CONSENT_VERSION,
        text=consent_text,
        subject_type="consultation",
        subject_id=consultation.pk,
        person_id=policy.insured.id,
        ip_address=ip_address,
        by=by,
        at=at,
    )
    _happened(consultation, EventKind.ASKED, at)
    _audit(consultation, "consultation.asked", by, at)
    return consultation.pk


@transaction.atomic
def take_next(*, doctor_user_id: UUID, by: Actor, at: datetime) -> UUID | None:
    """The doctor takes who has waited longest; None when nobody waits. Two doctors never take the same patient.
    BusyDoctorError while the doctor's own consultation is not finished. People whose policy ended while they waited
    are told and passed over, and so are rooms nobody may enter any more."""
    doctor = locked(Doctor.objects, pk=doctor_user_id)
    busy = Consultation.objects.filter(doctor=doctor, state=State.TAKEN).first()
    if busy is not None:
        raise BusyDoctorError(consultation_id=busy.pk)
    # One row is locked at a time: a doctor who locked the whole queue would hide it from the others.
    waiting = Consultation.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=State.QUEUED)
    while (consultation := waiting.order_by("asked_at", "id").first()) is not None:
        if not _still_covered(consultation, at):
            _close_waiting(consultation, "consultation.closed_uncovered", by, at)
            continue
        if not _still_awaited(consultation, at):
            _close_waiting(consultation, "consultation.closed_of_age", by, at)
            continue
        consultation.state = rules.after(consultation.state, Step.TAKE)
        consultation.doctor, consultation.taken_at = doctor, at
        consultation.save()
        _happened(consultation, EventKind.TAKEN, at)
        _audit(consultation, "consultation.taken", by, at)
        return consultation.pk
    return None


@transaction.atomic
def leave(*, consultation_id: UUID, user_id: UUID, by: Actor, at: datetime) -> None:
    """The patient goes before a doctor came. Repeating changes nothing; WrongStepError once a doctor is there."""
    consultation = locked(Consultation.objects, pk=consultation_id)
    if _author(consultation, user_id, at) is not Author.PATIENT:
        raise NotFoundError
    if consultation.state != State.LEFT:
        _close_waiting(consultation, "consultation.left", by, at)


@transaction.atomic
def send_message(*, consultation_id: UUID, user_id: UUID, text: str, sent_key: UUID, by: Actor, at: datetime) -> None:
    """Say something in the room as its patient or its doctor; NotFoundError for anybody else. The same `sent_key`
    says it once. WrongStepError in an ended room."""
    consultation = locked(Consultation.objects, pk=consultation_id)
    author = _author(consultation, user_id, at)
    said = text.strip()[: rules.MOST_MESSAGE_LETTERS]
    if not said:
        raise EmptyMessageError
    if consultation.state not in rules.LIVE:
        raise WrongStepError
    if consultation.messages.filter(sent_key=sent_key).exists():
        return
    Message.objects.create(consultation=consultation, author=author, text=said, sent_at=at, sent_key=sent_key)
    _happened(consultation, EventKind.MESSAGE, at)


def finish_with_conclusion(
    *,
    consultation_id: UUID,
    doctor_user_id: UUID,
    complaints: str,
    history: str,
    recommendations: str,
    by: Actor,
    at: datetime,
) -> None:
    """The doctor's signed conclusion ends the consultation; its PDF is made by a job. A second conclusion is refused
    with WrongStepError; NotFoundError for another doctor's room."""
    from doctorlike.telemed.tasks import make_conclusion_document  # the task calls back into this module

    with transaction.atomic():
        consultation = locked(Consultation.objects, pk=consultation_id, doctor=doctor_user_id)
        consultation.state = rules.after(consultation.state, Step.FINISH)
        consultation.ended_at = at
        consultation.save()
        Conclusion.objects.create(
            consultation=consultation,
            complaints=complaints.strip(),
            history=history.strip(),
            recommendations=recommendations.strip(),
            signed_at=at,
        )
        _happened(consultation, EventKind.FINISHED, at)
        _audit(consultation, "conclusion.signed", by, at)
        make_conclusion_document.defer(consultation_id=str(consultation_id))


def make_conclusion_pdf(*, consultation_id: UUID, by: Actor) -> None:
    """The signed PDF of a conclusion, dated as it was signed. Done once: repeating changes nothing."""
    conclusion = Conclusion.objects.select_related("consultation__doctor", "consultation__policy").get(
        pk=consultation_id
    )
    if conclusion.document_id is not None:
        return
    consultation = conclusion.consultation
    doctor = consultation.doctor
    assert doctor is not None  # noqa: S101  # a finished consultation has its doctor (check constraint)
    patient = accounts.person(consultation.patient_id)
    zone = clock.insurer_zone()
    document_id = documents.make_document(
        kind="conclusion",
        template="conclusion",
        facts={
            "number": consultation.policy.number,
            "patient": patient.full_name,
            "born_on": f"{patient.born_on:%d.%m.%Y}",
            "started_at": f"{(consultation.taken_at or consultation.asked_at).astimezone(zone):%d.%m.%Y %H:%M}",
            "signed_at": f"{conclusion.signed_at.astimezone(zone):%d.%m.%Y %H:%M}",
            "doctor": doctor.full_name,
            "speciality": doctor.speciality,
            "credentials": doctor.credentials,
            "complaints": conclusion.complaints,
            "history": conclusion.history,
            "recommendations": conclusion.recommendations,
        },
        subject_type="consultation",
        subject_id=consultation_id,
        title="Заключение",
        by=by,
        at=conclusion.signed_at,
    )
    Conclusion.objects.filter(pk=consultation_id, document_id=None).update(document_id=document_id)


@transaction.atomic
def enrol_doctor(*, user_id: UUID, full_name: str, speciality: str, credentials: str, by: Actor, at: datetime) -> None:
    """Let a user consult, or change how patients see them. Repeating changes nothing."""
    Doctor.objects.update_or_create(
        user_id=user_id,
        defaults={"full_name": full_name, "speciality": speciality, "credentials": credentials},
    )
    audit.record(by=by, at=at, action="doctor.enrolled", subject_type="user", subject_id=user_id)


def note_archive_read(*, consultation_id: UUID, by: Actor, at: datetime) -> None:
    """A member of staff opened somebody's conclusion or talk."""
    audit.record(by=by, at=at, action="consultation.read", subject_type="consultation", subject_id=consultation_id)


def _ask_coverage(policy_id: UUID, at: datetime) -> None:
    decision = coverage.eligibility_at_distance(policy_id, clock.insurer_date(at))
    if not decision.covered:
        raise NotCoveredError(reasons=tuple(reason.code for reason in decision.reasons))


def _still_covered(consultation: Consultation, at: datetime) -> bool:
    try:
        _ask_coverage(consultation.policy_id, at)
    except NotCoveredError:
        return False
    return True


def _close_waiting(consultation: Consultation, action: str, by: Actor, at: datetime) -> None:
    consultation.state = rules.after(consultation.state, Step.LEAVE)
    consultation.ended_at = at
    consultation.save()
    _happened(consultation, EventKind.LEFT, at)
    _audit(consultation, action, by, at)


def _still_awaited(consultation: Consultation, at: datetime) -> bool:
    """Somebody is at the patient's end: who asked, unless the child came of age meanwhile, or the insured."""
    if policies.own_accounts([consultation.policy_id]):
        return True
    return queries.is_in_room(consultation, consultation.asked_by_id, clock.insurer_date(at))


def _author(consultation: Consultation, user_id: UUID, at: datetime) -> Author:
    if not queries.is_in_room(consultation, user_id, clock.insurer_date(at)):
        raise NotFoundError
    return Author.DOCTOR if consultation.doctor_id == user_id else Author.PATIENT


def _happened(consultation: Consultation, kind: EventKind, at: datetime) -> None:
    """Note the event and wake whoever streams this room; both only if the transaction holds."""
    event = RoomEvent.objects.create(consultation=consultation, kind=kind, at=at)
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [CHANNEL, f"{consultation.pk}:{event.pk}"])


def _audit(consultation: Consultation, action: str, by: Actor, at: datetime) -> None:
    audit.record(by=by, at=at, action=action, subject_type="consultation", subject_id=consultation.pk)
