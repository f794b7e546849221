"""The life of a visit after it was booked."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from doctorlike.appointments import notices, rules
from doctorlike.appointments.facts import AppointmentCancelled
from doctorlike.appointments.models import Appointment, Slot
from doctorlike.appointments.rules import Event
from doctorlike.audit.commands import record
from doctorlike.coverage import commands as guarantees
from doctorlike.kit import facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked


@transaction.atomic
def cancel_appointment(*, appointment_id: UUID, by: Actor, at: datetime, account_url: str = "") -> None:
    """Give the slot back; free of charge until the visit starts. The guarantee ends and the client is told. Repeating
    changes nothing. VisitStartedError, TransitionRefusedError (already arrived or rendered)."""
    visit = _apply(appointment_id, Event.CANCEL, by, at)
    if visit is None:
        return
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
