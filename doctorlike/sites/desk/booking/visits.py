"""Visits moved and cancelled for a client. A visit tells which doctor is seen: only after a reason was recorded."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import SlotPastError, SlotTakenError
from doctorlike.appointments.queries import VisitCard
from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError
from doctorlike.policies import queries as policies
from doctorlike.sites.booking.moving import moving_page
from doctorlike.sites.booking.times import posted_slot, slots_page
from doctorlike.sites.desk.booking.views import OFFER, operator, to_confirmation
from doctorlike.sites.desk.booking.ways import back_to_times
from doctorlike.sites.desk.reading import is_open, note_reading
from doctorlike.sites.links import absolute


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, policy_id: UUID, visit_id: UUID) -> HttpResponse:
    """Another time for a visit: it keeps its own until the new one is confirmed."""
    visit = queries.visit_of(policy_ids=[policy_id], appointment_id=visit_id)
    if not is_open(request, policy_id):
        return _closed(request, policy_id)
    if not visit.can_cancel(clock.now()):
        return redirect("desk:client", policy_id)
    if request.method == "POST":
        return _move_started(request, visit)
    note_reading(request, policy_id, "medical.read", {})
    shown = slots_page(request, policies.policy(policy_id), visit.clinic_id, visit.doctor.specialty_code)
    more = {**moving_page(visit), "offer_template": OFFER, "choose_url": request.path}
    return render(request, "desk/booking/times.html", {**shown, **more})


def _move_started(request: HttpRequest, visit: VisitCard) -> HttpResponse:
    slot_id, at, policy = posted_slot(request), clock.now(), policies.policy(visit.policy_id)
    try:
        hold_id = commands.start_move(
            appointment_id=visit.id, slot_id=slot_id, by=operator(request), at=at, of=[policy]
        )
    except (SlotTakenError, SlotPastError):
        return back_to_times(policy.id, queries.slot(slot_id, at), moves=visit.id, taken=slot_id)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:client", policy.id)
    return to_confirmation(request, policy, hold_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, policy_id: UUID, visit_id: UUID) -> HttpResponse:
    visit = queries.visit_of(policy_ids=[policy_id], appointment_id=visit_id)
    if not is_open(request, policy_id):
        return _closed(request, policy_id)
    if request.method == "POST":
        return _cancelled(request, visit)
    if not visit.can_cancel(clock.now()):
        return redirect("desk:client", policy_id)
    note_reading(request, policy_id, "medical.read", {})
    shown = {"policy": policies.policy(policy_id), "visit": visit, **moving_page(visit)}
    return render(request, "desk/booking/cancel.html", shown)


def _cancelled(request: HttpRequest, visit: VisitCard) -> HttpResponse:
    try:
        commands.cancel_appointment(
            appointment_id=visit.id,
            by=operator(request),
            at=clock.now(),
            account_url=absolute("portal", "visits:index"),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Запись отменена. Клиент получит сообщение."))
    return redirect("desk:client", visit.policy_id)


def _closed(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    messages.warning(request, _("Записи клиента откроются, когда вы укажете причину."))
    return redirect("desk:client", policy_id)
