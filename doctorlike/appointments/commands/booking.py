"""From a held slot to a visit, or to another time of a visit that there is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import UUIDField

from doctorlike.appointments import notices, rules
from doctorlike.appointments.commands.guarding import (
    last_guard,
    lock_patient,
    lock_slot,
    lock_slots,
    policy_of,
    refuse_busy,
    refuse_past,
)
from doctorlike.appointments.commands.keeping import MOVING
from doctorlike.appointments.commands.waiting import serve_offer
from doctorlike.appointments.errors import (
    HoldEndedError,
    NotCoveredError,
    TransitionRefusedError,
    VisitStartedError,
)
from doctorlike.appointments.facts import AppointmentBooked, AppointmentMoved
from doctorlike.appointments.models import Appointment, Hold, Slot
from doctorlike.appointments.queries import HoldCard
from doctorlike.appointments.rules import Purpose, State
from doctorlike.audit.commands import record
from doctorlike.clinics import queries as clinics
from doctorlike.coverage import commands as guarantees
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.rules import Decision
from doctorlike.kit import facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked
from doctorlike.kit.reads import Read, Told
from doctorlike.kit.writes import insert, update
from doctorlike.policies.queries import PolicyView

_asked = Read(
    lambda: Hold.objects.filter(pk=Told("hold_id", UUIDField())).values_list("slot_id", "policy_id", "moves_id"),
    prepared=True,
)
_made_of = Read(
    lambda: Appointment.objects.filter(hold=Told("hold_id", UUIDField())).values_list("pk", flat=True), prepared=True
)


@transaction.atomic
def confirm_booking(
    *,
    hold_id: UUID,
    by: Actor,
    at: datetime,
    account_url: str = "",
    of: Iterable[PolicyView] = (),
    known: HoldCard | None = None,
) -> UUID:
    """Make the held slot a visit of the policy's insured; returns the visit. The guarantee reaches the clinic with it,
    the client is told without medical words (`account_url`: where the visit stands in the account). Repeating returns
    the same visit. `of`: policies the caller has just read, and `known`: the hold, to save reading them again.

    HoldEndedError, SlotPastError, SlotTakenError, OverlappingVisitError, NotFoundError (also for a hold that is kept
    to move a visit); NotCoveredError with every reason, as of the visit's date.
    """
    slot_id, policy_id, moves_id = _kept(hold_id, known)
    if moves_id is not None:
        raise NotFoundError
    slot = lock_slot(slot_id)
    policy = policy_of(policy_id, of)
    patient_key = lock_patient(policy)
    hold = locked(Hold.objects, pk=hold_id)
    if hold.ended_at is not None and (booked := _made_of(hold_id=hold_id)):
        return booked[0]
    _refuse_ended(hold, at)
    refuse_past(slot, at)
    refuse_busy(slot, patient_key)
    decision = _decide(slot, policy)
    visit = Appointment(
        slot=slot,
        hold=hold,
        policy_id=policy.id,
        patient_id=policy.insured.id,
        patient_key=patient_key,
        service_code=slot.service,
        price=clinics.price(slot.clinic_id, slot.service, slot.visit_on),
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        booked_at=at,
        booked_by=str(by),
        changed_at=at,
        changed_by=str(by),
    )
    with last_guard():
        insert(visit)
    _end(hold, by, at)
    if hold.purpose == Purpose.OFFER:
        serve_offer(hold_id=hold.pk, by=by, at=at)
    _give_guarantee(visit, slot, decision, by, at, is_new=True)
    record(
        by=by, at=at, action="appointment.booked", subject_type="appointment", subject_id=visit.pk,
        details={"slot": str(slot.pk), "policy": str(policy.id)},
    )  # fmt: skip
    notices.tell_booked(visit, slot, account_url=account_url, by=by, at=at)
    facts.publish(AppointmentBooked(visit.pk, at))
    return visit.pk


@transaction.atomic
def move_appointment(
    *,
    hold_id: UUID,
    by: Actor,
    at: datetime,
    account_url: str = "",
    of: Iterable[PolicyView] = (),
    known: HoldCard | None = None,
) -> UUID:
    """Move a booked visit to the slot that `start_move` keeps for it; returns the visit, which stays the same: its
    calendar entry and history go along, its guarantee is given anew, its old slot is free. The client is told without
    medical words. Repeating returns the visit again. `of` and `known` as for booking.

    HoldEndedError, SlotPastError, SlotTakenError, OverlappingVisitError, VisitStartedError, TransitionRefusedError,
    NotFoundError (also for a hold that moves nothing); NotCoveredError with every reason, as of the new date. The
    visit then stands where it stood.
    """
    slot_id, policy_id, moves_id = _kept(hold_id, known)
    if moves_id is None:
        raise NotFoundError
    old_slot_id = Appointment.objects.values_list("slot_id", flat=True).get(pk=moves_id)
    slot = lock_slots(old_slot_id, slot_id)[slot_id]
    policy = policy_of(policy_id, of)
    patient_key = lock_patient(policy)
    hold = locked(Hold.objects, pk=hold_id)
    visit = locked(Appointment.objects, pk=moves_id)
    if visit.hold_id == hold_id:
        return visit.pk
    _refuse_ended(hold, at)
    if visit.state != State.BOOKED:
        raise TransitionRefusedError(state=visit.state, event=MOVING)
    if visit.starts_at <= at:
        raise VisitStartedError
    if visit.slot_id != old_slot_id:
        # Moved on another device since it was read: what is locked is not what it stands in.
        raise HoldEndedError
    refuse_past(slot, at)
    refuse_busy(slot, patient_key, but=visit.pk)
    decision = _decide(slot, policy)
    visit.slot, visit.hold, visit.service_code = slot, hold, slot.service
    visit.price = clinics.price(slot.clinic_id, slot.service, slot.visit_on)
    visit.starts_at, visit.ends_at, visit.moves = slot.starts_at, slot.ends_at, visit.moves + 1
    visit.changed_at, visit.changed_by = at, str(by)
    with last_guard():
        update(
            visit, "slot", "hold", "service_code", "price", "starts_at", "ends_at", "moves", "changed_at", "changed_by"
        )
    _end(hold, by, at)
    guarantees.withdraw_guarantee(appointment_id=visit.pk, by=by, at=at)
    _give_guarantee(visit, slot, decision, by, at)
    record(
        by=by, at=at, action="appointment.moved", subject_type="appointment", subject_id=visit.pk,
        details={"from_slot": str(old_slot_id), "slot": str(slot.pk)},
    )  # fmt: skip
    notices.tell_moved(visit, slot, account_url=account_url, by=by, at=at)
    facts.publish(AppointmentMoved(visit.pk, old_slot_id, at))
    return visit.pk


def _kept(hold_id: UUID, known: HoldCard | None) -> tuple[UUID, UUID, UUID | None]:
    """The slot a hold keeps, for which policy, and the visit it moves: they never change. NotFoundError."""
    if known is not None and known.id == hold_id:
        return known.slot.id, known.policy_id, known.moves
    found = _asked(hold_id=hold_id)
    if not found:
        raise NotFoundError
    return found[0]


def _refuse_ended(hold: Hold, at: datetime) -> None:
    if hold.ended_at is not None or not rules.is_live_hold(held_at=hold.held_at, until_at=hold.until_at, at=at):
        raise HoldEndedError


def _decide(slot: Slot, policy: PolicyView) -> Decision:
    decision = coverage.eligibility(
        policy_id=policy.id,
        clinic_id=slot.clinic_id,
        service_code=slot.service,
        on=slot.visit_on,
        channel="clinic",
        known=[policy],
    )
    if not decision.covered:
        raise NotCoveredError(reasons=decision.reasons)
    return decision


def _end(hold: Hold, by: Actor, at: datetime) -> None:
    hold.ended_at, hold.ended_by = at, str(by)
    update(hold, "ended_at", "ended_by")


def _give_guarantee(
    visit: Appointment, slot: Slot, decision: Decision, by: Actor, at: datetime, *, is_new: bool = False
) -> None:
    guarantees.give_guarantee(
        policy_id=visit.policy_id,
        clinic_id=slot.clinic_id,
        service_code=visit.service_code,
        visit_on=slot.visit_on,
        appointment_id=visit.pk,
        decision=decision,
        is_new=is_new,
        by=by,
        at=at,
    )
