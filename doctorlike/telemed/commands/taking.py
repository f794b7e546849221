"""A doctor takes who has waited longest."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked
from doctorlike.policies import queries as policies
from doctorlike.telemed import queries, rules
from doctorlike.telemed.commands.asking import ask_coverage, close_waiting
from doctorlike.telemed.commands.happening import audited, happened
from doctorlike.telemed.errors import BusyDoctorError, NotCoveredError
from doctorlike.telemed.models import Consultation, Doctor
from doctorlike.telemed.rules import EventKind, State, Step


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
            close_waiting(consultation, "consultation.closed_uncovered", by, at)
            continue
        if not _still_awaited(consultation, at):
            close_waiting(consultation, "consultation.closed_of_age", by, at)
            continue
        consultation.state = rules.after(consultation.state, Step.TAKE)
        consultation.doctor, consultation.taken_at = doctor, at
        consultation.save()
        happened(consultation, EventKind.TAKEN, at)
        audited(consultation, "consultation.taken", by, at)
        return consultation.pk
    return None


def _still_covered(consultation: Consultation, at: datetime) -> bool:
    try:
        ask_coverage(consultation.policy_id, at)
    except NotCoveredError:
        return False
    return True


def _still_awaited(consultation: Consultation, at: datetime) -> bool:
    """Somebody is at the patient's end: who asked, unless the child came of age meanwhile, or the insured."""
    if policies.own_accounts([consultation.policy_id]):
        return True
    return queries.is_in_room(consultation, consultation.asked_by_id, clock.insurer_date(at))
