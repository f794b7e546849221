"""What booking and moving share: whose time it is, and that nobody else has it.

Order of locks, the same everywhere: slots (by key), patient (by name), holds (by key), visit. Whoever keeps it cannot
deadlock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import DateTimeField, Q, UUIDField

from doctorlike.appointments import rules
from doctorlike.appointments.errors import OverlappingVisitError, SlotPastError, SlotTakenError
from doctorlike.appointments.models import Appointment, Hold, Slot
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock, locked_by
from doctorlike.kit.reads import Among, Read, Told
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView

_slot = Read(
    lambda: Slot.objects.filter(pk=Told("pk", UUIDField())).select_related("doctor").select_for_update(of=("self",)),
    prepared=True,
)
_slots = Read(
    lambda: (
        Slot.objects.filter(Among("pk", "ids")).select_related("doctor").select_for_update(of=("self",)).order_by("pk")
    ),
    prepared=True,
)
_own_visits = Appointment.objects.exclude(state=rules.State.CANCELLED).filter(
    Q(slot=Told("slot_id", UUIDField()))
    | Q(
        patient_key=Told("patient_key", UUIDField()),
        starts_at__lt=Told("ends_at", DateTimeField()),
        ends_at__gt=Told("starts_at", DateTimeField()),
    )
)
_busy = Read(lambda: _own_visits.values_list("pk", "slot_id"), prepared=True)
_open_holds = Read(
    lambda: (
        Hold.objects.filter(ended_at__isnull=True)
        .filter(
            Q(slot=Told("slot_id", UUIDField()))
            | Q(policy=Told("policy_id", UUIDField())) & ~Q(purpose=rules.Purpose.OFFER)
        )
        .select_for_update(of=("self",))
        .order_by("pk")
    ),
    prepared=True,
)


def policy_of(policy_id: UUID, of: Iterable[PolicyView]) -> PolicyView:
    """From what the caller has just read, or else read now. NotFoundError."""
    known = next((one for one in of if one.id == policy_id), None)
    if known is not None:
        return known
    found = policies.policies_by_id([policy_id])
    if not found:
        raise NotFoundError
    return found[policy_id]


def lock_slot(slot_id: UUID) -> Slot:
    """With its doctor. NotFoundError."""
    return locked_by(_slot, pk=slot_id)


def lock_slots(*slot_ids: UUID) -> dict[UUID, Slot]:
    """With their doctors, in the order that everybody keeps. NotFoundError when one is missing."""
    found = {slot.pk: slot for slot in _slots(ids=sorted(set(slot_ids)))}
    if found.keys() != set(slot_ids):
        raise NotFoundError
    return found


def lock_patient(policy: PolicyView) -> UUID:
    """One booking of a person at a time, so that two devices see each other's choice; the person's key."""
    patient_key = rules.patient_key(policy.insured.full_name, policy.insured.born_on)
    advisory_lock(f"appointments.patient:{patient_key}")
    return patient_key


def refuse_past(slot: Slot, at: datetime) -> None:
    """SlotPastError once it has begun; SlotTakenError when a change of the schedule took it away."""
    if slot.starts_at <= at:
        raise SlotPastError
    if slot.withdrawn_at is not None:
        raise SlotTakenError


def refuse_busy(slot: Slot, patient_key: UUID, *, but: UUID | None = None) -> None:
    """SlotTakenError, OverlappingVisitError; the visit `but`, which is being moved, is in nobody's way. One query."""
    visits = _busy(slot_id=slot.pk, patient_key=patient_key, starts_at=slot.starts_at, ends_at=slot.ends_at)
    in_the_way = {slot_id for visit_id, slot_id in visits if visit_id != but}
    if slot.pk in in_the_way:
        raise SlotTakenError
    if in_the_way:
        raise OverlappingVisitError


def let_go_for(slot: Slot, policy_id: UUID, *, at: datetime) -> tuple[Hold | None, list[UUID]]:
    """A live hold of the slot that is the policy's own already, and open holds that end when it takes the slot: its own
    of other times, and whoever's time for this one is over. SlotTakenError while another keeps the slot."""
    ending = []
    # In the order of keys, so that two holders who let go of each other's expired holds do not wait in a circle.
    for hold in _open_holds(slot_id=slot.pk, policy_id=policy_id):
        if hold.slot_id == slot.pk:
            kept_until_at = hold.until_at if hold.policy_id == policy_id else hold.kept_until_at or hold.until_at
            if rules.is_live_hold(held_at=hold.held_at, until_at=kept_until_at, at=at):
                if hold.policy_id != policy_id:
                    raise SlotTakenError
                return hold, []
        ending.append(hold.pk)
    return None, ending


@contextmanager
def last_guard() -> Iterator[None]:
    """The constraints refuse what the locks should have: told to people in the same words. The transaction is over."""
    try:
        yield
    except IntegrityError as refused:
        if "patient_in_one_place" in str(refused):
            raise OverlappingVisitError from refused
        if any(name in str(refused) for name in ("slot_booked_once", "slot_held_once")):
            raise SlotTakenError from refused
        raise
