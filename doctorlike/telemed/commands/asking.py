"""Into the queue of urgent consultations, and out of it before a doctor came."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.accounts.commands import record_consent
from doctorlike.coverage import queries as coverage
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.policies import queries as policies
from doctorlike.telemed import rules
from doctorlike.telemed.commands.happening import audited, happened
from doctorlike.telemed.commands.room import author_of
from doctorlike.telemed.errors import AlreadyAskedError, NotCoveredError
from doctorlike.telemed.models import Consultation
from doctorlike.telemed.rules import Author, EventKind, State, Step

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
    ask_coverage(policy_id, at)
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
    happened(consultation, EventKind.ASKED, at)
    audited(consultation, "consultation.asked", by, at)
    return consultation.pk


@transaction.atomic
def leave(*, consultation_id: UUID, user_id: UUID, by: Actor, at: datetime) -> None:
    """The patient goes before a doctor came. Repeating changes nothing; WrongStepError once a doctor is there."""
    consultation = locked(Consultation.objects, pk=consultation_id)
    if author_of(consultation, user_id, at) is not Author.PATIENT:
        raise NotFoundError
    if consultation.state != State.LEFT:
        close_waiting(consultation, "consultation.left", by, at)


def ask_coverage(policy_id: UUID, at: datetime) -> None:
    decision = coverage.eligibility_at_distance(policy_id, clock.insurer_date(at))
    if not decision.covered:
        raise NotCoveredError(reasons=tuple(reason.code for reason in decision.reasons))


def close_waiting(consultation: Consultation, action: str, by: Actor, at: datetime) -> None:
    consultation.state = rules.after(consultation.state, Step.LEAVE)
    consultation.ended_at = at
    consultation.save()
    happened(consultation, EventKind.LEFT, at)
    audited(consultation, action, by, at)
