"""A slot is kept for five minutes while somebody confirms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.appointments import rules
from doctorlike.appointments.commands.guarding import (
    last_guard,
    let_go_for,
    lock_patient,
    lock_slot,
    policy_of,
    refuse_busy,
    refuse_past,
)
from doctorlike.appointments.commands.waiting import note_refused, offer_freed
from doctorlike.appointments.errors import SlotTakenError, TransitionRefusedError, VisitStartedError
from doctorlike.appointments.models import Appointment, Hold
from doctorlike.appointments.rules import Purpose, State
from doctorlike.audit.commands import record
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked
from doctorlike.kit.writes import insert
from doctorlike.policies.queries import PolicyView

# How a refusal names what was tried; moving changes no state.
MOVING = "move"


@transaction.atomic
def hold_slot(*, slot_id: UUID, policy_id: UUID, by: Actor, at: datetime, of: Iterable[PolicyView] = ()) -> UUID:
    """Keep a free slot for a policy for five minutes of business time; returns the hold. A policy chooses one slot at a
    time: the one it held before is let go. Repeated for a slot it holds, the same hold comes back, with its old end.
    `of`: policies the caller has just read, to save reading them again.

    SlotPastError, SlotTakenError (booked, held by another, or taken out of the schedule), OverlappingVisitError (the
    insured has a visit then), NotFoundError.
    """
    return _keep(slot_id, policy_of(policy_id, of), None, by, at)


@transaction.atomic
def start_move(*, appointment_id: UUID, slot_id: UUID, by: Actor, at: datetime, of: Iterable[PolicyView] = ()) -> UUID:
    """Keep a free slot for a booked visit that is to be moved there; returns the hold, for `move_appointment`. The
    visit keeps its own slot meanwhile. As `hold_slot`; also VisitStartedError, TransitionRefusedError for a visit that
    is no longer booked, SlotTakenError for the slot it stands in."""
    visit = Appointment.objects.filter(pk=appointment_id).first()
    if visit is None:
        raise NotFoundError
    if visit.state != State.BOOKED:
        raise TransitionRefusedError(state=visit.state, event=MOVING)
    if visit.starts_at <= at:
        raise VisitStartedError
    if visit.slot_id == slot_id:
        raise SlotTakenError
    return _keep(slot_id, policy_of(visit.policy_id, of), visit.pk, by, at)


def _keep(slot_id: UUID, policy: PolicyView, moves: UUID | None, by: Actor, at: datetime) -> UUID:
    slot = lock_slot(slot_id)
    refuse_past(slot, at)
    patient_key = lock_patient(policy)
    kept, ending = let_go_for(slot, policy.id, at=at)
    if kept is not None and kept.moves_id == moves:
        return kept.pk
    refuse_busy(slot, patient_key, but=moves)
    if kept is not None:
        ending = [kept.pk]
    if ending:
        Hold.objects.filter(pk__in=ending).update(ended_at=at, ended_by=str(by))
    hold = Hold(
        slot=slot,
        policy_id=policy.id,
        held_at=at,
        held_by=str(by),
        until_at=at + rules.HOLD_TIME,
        purpose=Purpose.BOOK if moves is None else Purpose.MOVE,
        moves_id=moves,
    )
    with last_guard():
        insert(hold)
    record(by=by, at=at, action="slot.held", subject_type="slot", subject_id=slot.pk, details={"hold": str(hold.pk)})
    return hold.pk


@transaction.atomic
def release_hold(*, hold_id: UUID, by: Actor, at: datetime) -> None:
    """Let a held slot go, to whoever waits for it first. An ended hold stays as it is, so repeating is safe.
    NotFoundError."""
    slot_id = Hold.objects.filter(pk=hold_id).values_list("slot_id", flat=True).first()
    if slot_id is None:
        raise NotFoundError
    lock_slot(slot_id)
    hold = locked(Hold.objects, pk=hold_id)
    if hold.ended_at is not None:
        return
    hold.ended_at, hold.ended_by = at, str(by)
    hold.save(update_fields=["ended_at", "ended_by"])
    record(by=by, at=at, action="slot.released", subject_type="slot", subject_id=hold.slot_id)
    if hold.purpose == Purpose.OFFER:
        note_refused(hold_id=hold.pk, by=by, at=at)
    offer_freed(slot_ids=[slot_id], by=by, at=at)
