"""The life of a visit after it was booked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from doctorlike.appointments import notices, rules
from doctorlike.appointments.facts import AppointmentCancelled
from doctorlike.appointments.models import Appointment, Slot
from doctorlike.appointments.queries.terms import terms_of
from doctorlike.appointments.rules import Event, State
from doctorlike.audit.commands import record, record_all
from doctorlike.coverage import commands as guarantees
from doctorlike.kit import facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked
from doctorlike.kit.reads import Among, Read


@transaction.atomic
def cancel_appointment(*, appointment_id: UUID, by: Actor, at: datetime, account_url: str = "") -> None:
    """Give the slot back; possible until the visit starts, noted as late past the clinic's limit, unless the clinic
    took the time away itself. The guarantee ends
    and the client is told. Repeating changes nothing. VisitStartedError, TransitionRefusedError (already arrived or
    rendered)."""
    visit = _apply(appointment_id, Event.CANCEL, by, at)
    if visit is None:
        return
    is_clinics_doing = visit.slot.withdrawn_at is not None
    if not is_clinics_doing and terms_of(visit.slot.clinic_id).is_late(visit.starts_at, at):
        visit.cancelled_late = True
        visit.save(update_fields=["cancelled_late"])
    guarantees.withdraw_guarantee(appointment_id=visit.pk, by=by, at=at)
    notices.tell_cancelled(visit, visit.slot, account_url=account_url, by=by, at=at)
    facts.publish(AppointmentCancelled(visit.pk, at))


@transaction.atomic
def mark_arrival(*, appointment_id: UUID, by: Actor, at: datetime) -> None:
    """The patient came. Repeating changes nothing; it puts a no-show right. NotTheVisitsDayError."""
    _apply(appointment_id, Event.ARRIVE, by, at)


@transaction.atomic
def mark_no_show(*, appointment_id: UUID, by: Actor, at: datetime) -> None:
    """The patient did not come. Repeating changes nothing; it puts an arrival right. VisitNotStartedError."""
    _apply(appointment_id, Event.MISS, by, at)


@transaction.atomic
def mark_fulfilled(*, appointment_id: UUID, by: Actor, at: datetime) -> None:
    """A service register shows that the visit took place. Repeating changes nothing. TransitionRefusedError for a
    cancelled one."""
    _apply(appointment_id, Event.FULFIL, by, at)


@dataclass(frozen=True, slots=True)
class RenderedVisit:
    """Where and when a register says that a policy was served."""

    policy_id: UUID
    clinic_id: UUID
    visit_on: date


@transaction.atomic
def mark_rendered(*, visits: Collection[RenderedVisit], by: Actor, at: datetime) -> int:
    """Service registers show that these visits took place: `mark_fulfilled` of every appointment there was for them,
    thousands at once; returns how many were not known to be. A cancelled one stays so. Repeating changes nothing. Three
    statements, or one."""
    asked = {(one.policy_id, one.clinic_id, one.visit_on) for one in visits}
    fulfilled = _to_fulfil(policy_ids={policy_id for policy_id, _clinic, _day in asked})
    candidates = {
        pk: slot_id for pk, slot_id, policy_id, clinic_id, day in fulfilled if (policy_id, clinic_id, day) in asked
    }
    if not candidates:
        return 0
    # The order in which every change of a visit locks: slots first.
    list(Slot.objects.select_for_update().filter(pk__in=set(candidates.values())).order_by("pk").values_list("pk"))
    rows = Appointment.objects.select_for_update().filter(pk__in=candidates, state__in=_FULFILLABLE)
    before = dict(rows.order_by("pk").values_list("pk", "state"))
    Appointment.objects.filter(pk__in=before).update(state=State.FULFILLED, changed_at=at, changed_by=str(by))
    record_all(
        by=by,
        at=at,
        action=f"appointment.{State.FULFILLED}",
        subject_type="appointment",
        entries=((pk, {"before": state}) for pk, state in before.items()),
    )
    return len(before)


_FULFILLABLE = [
    state for (state, event), after in rules.TRANSITIONS.items() if event is Event.FULFIL and after is not state
]
_to_fulfil = Read(
    lambda: (
        Appointment.objects.filter(Among("policy_id", "policy_ids"), state__in=_FULFILLABLE)
        .order_by()
        .values_list("pk", "slot_id", "policy_id", "slot__clinic_id", "slot__visit_on")
    )
)


def _apply(appointment_id: UUID, event: Event, by: Actor, at: datetime) -> Appointment | None:
    """The visit as the event changed it, or None when it had happened before."""
    slot_id = Appointment.objects.filter(pk=appointment_id).values_list("slot_id", flat=True).first()
    if slot_id is None:
        raise NotFoundError
    slot = locked(Slot.objects.all(), pk=slot_id)
    visit = locked(Appointment.objects.all(), pk=appointment_id)
    before = visit.state
    after = rules.next_state(
        rules.State(before),
        event,
        starts_at=visit.starts_at,
        visit_on=slot.visit_on,
        zone=ZoneInfo(slot.zone),
        at=at,
    )
    if after == before:
        return None
    visit.slot = slot
    visit.state, visit.changed_at, visit.changed_by = after, at, str(by)
    visit.save(update_fields=["state", "changed_at", "changed_by"])
    record(
        by=by,
        at=at,
        action=f"appointment.{after}",
        subject_type="appointment",
        subject_id=visit.pk,
        details={"before": before},
    )
    return visit
