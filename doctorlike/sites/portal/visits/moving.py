"""Another time for a visit: its own is kept until the new one is confirmed (docs/adr/0008-booking.md)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import SlotPastError, SlotTakenError, TransitionRefusedError, VisitStartedError
from doctorlike.appointments.queries import VisitCard
from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.booking.moving import moving_page
from doctorlike.sites.booking.times import posted_slot, slots_page
from doctorlike.sites.portal.person import Viewer
from doctorlike.sites.portal.visits import patient as patients
from doctorlike.sites.portal.visits.times import back_to_slots


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    """Another time for a visit: days and times of its specialty at its clinic; a chosen one is kept, then confirmed."""
    viewer, open_policies = patients.open_policies(request)
    card = queries.visit_of(policy_ids=list(open_policies), appointment_id=visit_id)
    if request.method == "POST":
        return _move_started(request, viewer, card, open_policies[card.policy_id])
    if not card.can_cancel(clock.now()):
        return redirect("visits:visit", visit_id)
    shown = slots_page(request, open_policies[card.policy_id], card.clinic_id, card.doctor.specialty_code)
    return render(request, "portal/visits/slots.html", {**shown, **moving_page(card), "viewer": viewer})


def _move_started(request: HttpRequest, viewer: Viewer, visit: VisitCard, policy: PolicyView) -> HttpResponse:
    slot_id, at = posted_slot(request), clock.now()
    try:
        hold_id = commands.start_move(appointment_id=visit.id, slot_id=slot_id, by=viewer.actor, at=at, of=[policy])
    except (SlotTakenError, SlotPastError):
        return back_to_slots(queries.slot(slot_id, at), moves=visit.id, taken=slot_id)
    except (VisitStartedError, TransitionRefusedError) as refusal:
        messages.error(request, str(refusal))
        return redirect("visits:visit", visit.id)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return back_to_slots(queries.slot(slot_id, at), moves=visit.id)
    return redirect("visits:confirm", hold_id)
