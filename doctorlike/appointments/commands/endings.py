"""Visits of contracts that ended early."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F

from doctorlike.appointments.commands.visits import cancel_appointment
from doctorlike.appointments.errors import TransitionRefusedError, VisitStartedError
from doctorlike.appointments.models import Appointment
from doctorlike.appointments.rules import State
from doctorlike.kit.actors import Actor
from doctorlike.policies.facts import PolicyCancelled

CONTRACT_ENDED = Actor.system("contract ended")
_AT_ONCE = 500


def cancel_visits_of_ended_policy(fact: PolicyCancelled) -> None:
    """Booked visits from the first day no longer covered on are cancelled and the patient is told; earlier ones stay.
    Repeating changes nothing."""
    _cancel(
        Appointment.objects.filter(
            policy=fact.policy_id, state=State.BOOKED, slot__visit_on__gte=fact.cancelled_on
        ).values_list("pk", flat=True),
        at=fact.at,
    )


def cancel_visits_of_ended_policies(*, at: datetime) -> int:
    """The same for visits that were being booked while their contract ended; returns how many were cancelled."""
    return _cancel(
        Appointment.objects.filter(
            state=State.BOOKED, starts_at__gt=at, policy__cancelled_on__lte=F("slot__visit_on")
        ).values_list("pk", flat=True)[:_AT_ONCE],
        at=at,
    )


def _cancel(ids: Iterable[UUID], *, at: datetime) -> int:
    cancelled = 0
    # Always in one order: two contracts that end at once never wait for each other's slots.
    for appointment_id in sorted(ids):
        try:
            cancel_appointment(appointment_id=appointment_id, by=CONTRACT_ENDED, at=at)
        except (VisitStartedError, TransitionRefusedError):
            continue  # the patient came, or the visit began: it is the clinic's to tell
        cancelled += 1
    return cancelled
