"""From a free slot to a visit.

Order of locks, the same everywhere: slot, patient (by name), holds, visit. Whoever keeps it cannot deadlock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from doctorlike.appointments import notices, rules
from doctorlike.appointments.errors import (
    HoldEndedError,
    NotCoveredError,
    OverlappingVisitError,
    SlotPastError,
    SlotTakenError,
)
from doctorlike.appointments.facts import AppointmentBooked
from doctorlike.appointments.models import Appointment, Hold, Slot
from doctorlike.audit.commands import record
from doctorlike.clinics import queries as clinics
from doctorlike.coverage import commands as guarantees
from doctorlike.coverage import queries as coverage
from doctorlike.kit import facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView


@transaction.atomic
def hold_slot(*, slot_id: UUID, policy_id: UUID, by: Actor, at: datetime) -> UUID:
    """Keep a free slot for a policy for five minutes of business time; returns the hold. A policy holds one slot: the
    one it held before is let go. Repeated for a slot it holds, the same hold comes back, with its old end.

    SlotPastError, SlotTakenError (booked or held by another), OverlappingVisitError (the insured has a visit then).
    """
    slot = locked(Slot.objects.all(), pk=slot_id)
    if slot.starts_at <= at:
        raise SlotPastError
    patient_key = _patient_key(policies.policy(policy_id))
    _lock_patient(patient_key)
    # In the order of keys, so that two holders who let go of each other's expired holds do not wait in a circle.
    open_holds = Hold.objects.filter(Q(slot=slot) | Q(policy_id=policy_id), ended_at__isnull=True)
    ending = []
    for hold in open_holds.select_for_update(of=("self",)).order_by("pk"):
        if hold.slot_id == slot.pk and rules.is_live_hold(held_at=hold.held_at, until_at=hold.until_at, at=at):
            if hold.policy_id != policy_id:
                raise SlotTakenError
            return hold.pk
        ending.append(hold.pk)
    _refuse_overlap(patient_key, slot)
    _refuse_taken(slot)
    Hold.objects.filter(pk__in=ending).update(ended_at=at, ended_by=str(by))
    with _last_guard():
        hold = Hold.objects.create(
            slot=slot, policy_id=policy_id, held_at=at, held_by=str(by), until_at=at + rules.HOLD_TIME
        )
    record(by=by, at=at, action="slot.held", subject_type="slot", subject_id=slot.pk, details={"hold": str(hold.pk)})
    return hold.pk


@transaction.atomic
def release_hold(*, hold_id: UUID, by: Actor, at: datetime) -> None:
    """Let a held slot go. An ended hold stays as it is, so repeating is safe."""
    hold = locked(Hold.objects.all(), pk=hold_id)
    if hold.ended_at is not None:
        return
    hold.ended_at, hold.ended_by = at, str(by)
    hold.save(update_fields=["ended_at", "ended_by"])
    record(by=by, at=at, action="slot.released", subject_type="slot", subject_id=hold.slot_id)


@transaction.atomic
def confirm_booking(*, hold_id: UUID, by: Actor, at: datetime, account_url: str = "") -> UUID:
    """Make the held slot a visit of the policy's insured; returns the visit. The guarantee reaches the clinic with it,
    the client is told without medical words (`account_url`: where the visit stands in the account). Repeating returns
    the same visit.

    HoldEndedError, SlotPastError, OverlappingVisitError; NotCoveredError with every reason, as of the visit's date.
    """
    asked = Hold.objects.filter(pk=hold_id).first()
    if asked is None:
        raise NotFoundError
    slot = locked(Slot.objects.select_related("doctor"), pk=asked.slot_id)
    policy = policies.policy(asked.policy_id)
    patient_key = _patient_key(policy)
    _lock_patient(patient_key)
    hold = locked(Hold.objects.all(), pk=hold_id)
    booked = Appointment.objects.filter(hold=hold).first()
    if booked is not None:
        return booked.pk
    if hold.ended_at is not None or not rules.is_live_hold(held_at=hold.held_at, until_at=hold.until_at, at=at):
        raise HoldEndedError
    if slot.starts_at <= at:
        raise SlotPastError
    _refuse_overlap(patient_key, slot)
    _refuse_taken(slot)
    service_code = slot.doctor.service_code
    decision = coverage.eligibility(
        policy_id=policy.id, clinic_id=slot.clinic_id, service_code=service_code, on=slot.visit_on, channel="clinic"
    )
    if not decision.covered:
        raise NotCoveredError(reasons=decision.reasons)
    with _last_guard():
        visit = Appointment.objects.create(
            slot=slot,
            hold=hold,
            policy_id=policy.id,
            patient_id=policy.insured.id,
            patient_key=patient_key,
            service_code=service_code,
            price=clinics.price(slot.clinic_id, service_code, slot.visit_on),
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            booked_at=at,
            booked_by=str(by),
            changed_at=at,
            changed_by=str(by),
        )
    hold.ended_at, hold.ended_by = at, str(by)
    hold.save(update_fields=["ended_at", "ended_by"])
    guarantees.give_guarantee(
        policy_id=policy.id,
        clinic_id=slot.clinic_id,
        service_code=service_code,
        visit_on=slot.visit_on,
        appointment_id=visit.pk,
        decision=decision,
        by=by,
        at=at,
    )
    record(
        by=by, at=at, action="appointment.booked", subject_type="appointment", subject_id=visit.pk,
        details={"slot": str(slot.pk), "policy": str(policy.id)},
    )  # fmt: skip
    notices.tell_booked(visit, slot, account_url=account_url, by=by, at=at)
    facts.publish(AppointmentBooked(visit.pk, at))
    return visit.pk


def _patient_key(policy: PolicyView) -> UUID:
    return rules.patient_key(policy.insured.full_name, policy.insured.born_on)


def _lock_patient(patient_key: UUID) -> None:
    """One booking of a person at a time, so that two devices see each other's choice."""
    advisory_lock(f"appointments.patient:{patient_key}")


def _refuse_taken(slot: Slot) -> None:
    if Appointment.objects.filter(slot=slot).exclude(state=rules.State.CANCELLED).exists():
        raise SlotTakenError


def _refuse_overlap(patient_key: UUID, slot: Slot) -> None:
    visits = Appointment.objects.filter(patient_key=patient_key, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)
    if visits.exclude(state=rules.State.CANCELLED).exists():
        raise OverlappingVisitError


@contextmanager
def _last_guard() -> Iterator[None]:
    """The constraints refuse what the locks should have: told to people in the same words."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refused:
        if "patient_in_one_place" in str(refused):
            raise OverlappingVisitError from refused
        if any(name in str(refused) for name in ("slot_booked_once", "slot_held_once")):
            raise SlotTakenError from refused
        raise
