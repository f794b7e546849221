"""Visits of the chosen person: booking, the list, one visit. What was decided stays in the commands; here refusals turn
into the page from which the client can go on."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import (
    HoldEndedError,
    NotCoveredError,
    SlotPastError,
    SlotTakenError,
    TransitionRefusedError,
    VisitStartedError,
)
from doctorlike.appointments.queries import NotedCard, VisitCard
from doctorlike.clinics import queries as clinics
from doctorlike.coverage.queries import letters
from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.booking.moving import moving_page
from doctorlike.sites.booking.offer import offer
from doctorlike.sites.booking.pages import specialties_with_time
from doctorlike.sites.booking.times import posted_slot, slots_page
from doctorlike.sites.links import absolute
from doctorlike.sites.portal.person import Viewer
from doctorlike.sites.portal.visits import patient as patients
from doctorlike.sites.portal.visits.calendar_file import calendar_answer, calendar_file, entry_of_visit
from doctorlike.sites.portal.visits.taking import offered_instead
from doctorlike.sites.portal.visits.times import back_to_slots


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    patient = patients.shown(request)
    if patient is None:
        return render(request, "portal/visits/no_policy.html")
    at = clock.now()
    booked, noted = queries.appointments_of(patient.policy_ids), queries.noted_visits_of(patient.policy_ids)
    visits: list[VisitCard | NotedCard] = [*booked, *noted]
    visits.sort(key=lambda one: one.starts_at, reverse=True)
    coming = [one for one in reversed(visits) if one.is_upcoming(at)]
    past = [one for one in visits if not one.is_upcoming(at)]
    shown = {
        "patient": patient,
        "coming": coming,
        "past": past,
        "waiting": queries.waiting_of(patient.policy_ids),
        "offers": queries.open_offers(patient.policy_ids, at),
    }
    return render(request, "portal/visits/index.html", shown)


@require_safe
def book(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    patient = patients.required(request)
    clinic = clinics.clinic(clinic_id)
    at = clock.now()
    specialties = specialties_with_time(queries.doctors_of(clinic_id), queries.next_free_of_doctors(clinic_id, at))
    if clinic.online_booking and len(specialties) == 1:
        return redirect("visits:slots", clinic_id, specialties[0].code)
    shown = {"patient": patient, "clinic": clinic, "specialties": specialties if clinic.online_booking else []}
    return render(request, "portal/visits/book.html", shown)


@require_safe
def slots(request: HttpRequest, clinic_id: UUID, specialty: str) -> HttpResponse:
    patient = patients.required(request)
    shown = slots_page(request, patient.policy, clinic_id, specialty)
    return render(request, "portal/visits/slots.html", {**shown, "viewer": patient.viewer})


@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    patient = patients.required(request)
    slot_id = posted_slot(request)
    try:
        hold_id = commands.hold_slot(
            slot_id=slot_id,
            policy_id=patient.policy.id,
            by=patient.viewer.actor,
            at=clock.now(),
            of=[patient.policy],
        )
    except (SlotTakenError, SlotPastError):
        return back_to_slots(queries.slot(slot_id, clock.now()), taken=slot_id)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return back_to_slots(queries.slot(slot_id, clock.now()))
    return redirect("visits:confirm", hold_id)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    viewer, open_policies = patients.open_policies(request)
    held = queries.hold(policy_ids=list(open_policies), hold_id=hold_id, at=clock.now())
    if request.method == "POST":
        return _confirmed(request, viewer, held, open_policies[held.policy_id])
    if held.appointment_id is not None:
        return redirect("visits:booked", held.appointment_id)
    if not held.is_live:
        return back_to_slots(held.slot, moves=held.moves, ended=held.slot.id)
    slot = held.slot
    policy = open_policies[held.policy_id]
    doctor = slot.doctor
    shown = {
        "viewer": viewer,
        "policy": policy,
        "hold": held,
        "slot": slot,
        "clinic": clinics.clinic(doctor.clinic_id),
        "specialty_code": doctor.specialty_code,
        "offer": offer(policy, clinic_id=doctor.clinic_id, service_code=slot.service_code, on=slot.visit_on),
    }
    if held.moves is not None:
        shown |= moving_page(queries.visit_of(policy_ids=[policy.id], appointment_id=held.moves))
    return render(request, "portal/visits/confirm.html", shown)


def _confirmed(request: HttpRequest, viewer: Viewer, held: queries.HoldCard, policy: PolicyView) -> HttpResponse:
    deed = commands.confirm_booking if held.moves is None else commands.move_appointment
    account_url = absolute("portal", "visits:index")
    try:
        visit_id = deed(
            hold_id=held.id, by=viewer.actor, at=clock.now(), account_url=account_url, of=[policy], known=held
        )
    except NotCoveredError:
        return redirect("visits:confirm", held.id)
    except (HoldEndedError, SlotTakenError, SlotPastError):
        return back_to_slots(held.slot, moves=held.moves, ended=held.slot.id)
    except (VisitStartedError, TransitionRefusedError) as refusal:
        messages.error(request, str(refusal))
        return redirect("visits:visit", held.moves) if held.moves else back_to_slots(held.slot)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return back_to_slots(held.slot, moves=held.moves)
    return redirect("visits:booked", visit_id)


@require_POST
def release(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    viewer, open_policies = patients.open_policies(request)
    held = queries.hold(policy_ids=list(open_policies), hold_id=hold_id, at=clock.now())
    commands.release_hold(hold_id=hold_id, by=viewer.actor, at=clock.now())
    return back_to_slots(held.slot, moves=held.moves)


@require_safe
def visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    return render(request, "portal/visits/visit.html", _one_visit(request, visit_id))


@require_safe
def booked(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    return render(request, "portal/visits/booked.html", _one_visit(request, visit_id))


def _one_visit(request: HttpRequest, visit_id: UUID) -> dict[str, object]:
    viewer, open_policies = patients.open_policies(request)
    card = queries.visit_of(policy_ids=list(open_policies), appointment_id=visit_id)
    policy = open_policies[card.policy_id]
    return {
        "viewer": viewer,
        "visit": card,
        "clinic": clinics.clinic(card.clinic_id),
        **moving_page(card),
        "can_cancel": card.can_cancel(clock.now()),
        "share": card.price.share(policy.copay_percent) if card.price is not None else None,
        "percent": policy.copay_percent,
        "theirs": policy.by_invitation,
        "letter": letters.letter_of_visit(visit_id),
        "clinic_leaves_on": queries.departure_of(card),
        "instead": offered_instead([card], clock.now()),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    if request.method == "POST":
        return _cancelled(request, visit_id)
    shown = _one_visit(request, visit_id)
    if not shown["can_cancel"]:
        return redirect("visits:visit", visit_id)
    return render(request, "portal/visits/cancel.html", shown)


def _cancelled(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    viewer, open_policies = patients.open_policies(request)
    queries.visit_of(policy_ids=list(open_policies), appointment_id=visit_id)  # another's visit is not found
    try:
        commands.cancel_appointment(
            appointment_id=visit_id, by=viewer.actor, at=clock.now(), account_url=absolute("portal", "visits:index")
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Запись отменена, время снова свободно."))
    return redirect("visits:visit", visit_id)


@require_safe
def calendar(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    _viewer, open_policies = patients.open_policies(request)
    card = queries.visit_of(policy_ids=list(open_policies), appointment_id=visit_id)
    entry = entry_of_visit(card, url=absolute("portal", "visits:visit", visit_id=visit_id))
    return calendar_answer(calendar_file(entry, product=settings.BRAND.product))
