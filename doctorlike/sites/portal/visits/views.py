"""Visits of the chosen person: booking, the list, one visit. What was decided stays in the commands; here refusals turn
into the page from which the client can go on."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import HoldEndedError, NotCoveredError, SlotPastError, SlotTakenError
from doctorlike.appointments.queries import SlotCard
from doctorlike.clinics import queries as clinics
from doctorlike.coverage.queries import letters
from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError
from doctorlike.sites.links import absolute
from doctorlike.sites.portal.person import Viewer
from doctorlike.sites.portal.visits import patient as patients
from doctorlike.sites.portal.visits.calendar_file import calendar_file
from doctorlike.sites.portal.visits.offer import offer
from doctorlike.sites.portal.visits.pages import day_strip, doctors_with_time, specialties_with_time

# Past a whole waiting period: a policy that starts tomorrow can be booked with at once.
DAYS_SHOWN = 21


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    patient = patients.shown(request)
    if patient is None:
        return render(request, "portal/visits/no_policy.html")
    at = clock.now()
    visits = queries.appointments_of(patient.policy_ids)
    coming = [one for one in reversed(visits) if one.is_upcoming(at)]
    past = [one for one in visits if not one.is_upcoming(at)]
    return render(request, "portal/visits/index.html", {"patient": patient, "coming": coming, "past": past})


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
    clinic = clinics.clinic(clinic_id)
    at = clock.now()
    doctors = [one for one in queries.doctors_of(clinic_id) if one.specialty_code == specialty]
    if not doctors or not clinic.online_booking:
        raise Http404
    doctor = next((one for one in doctors if str(one.id) == request.GET.get("doctor")), None)
    chosen: dict[str, Any] = {
        "clinic_id": clinic_id,
        "specialty": specialty,
        "doctor_id": doctor.id if doctor else None,
        "at": at,
    }
    today = at.astimezone(ZoneInfo(clinic.zone)).date()
    free = queries.free_by_day(from_on=today, days=DAYS_SHOWN, **chosen)
    on = _day(request, free) or next((day for day, count in free.items() if count), today)
    terms = offer(patient.policy, clinic_id=clinic_id, service_code=doctors[0].service_code, on=on)
    shown = {
        "patient": patient,
        "clinic": clinic,
        "specialty": doctors[0].specialty_name,
        "doctors": doctors,
        "doctor": doctor,
        "days": day_strip(free, on),
        "on": on,
        "has_free": any(free.values()),
        "groups": doctors_with_time(queries.slots_of_day(on=on, **chosen)),
        "offer": terms,
        "gone": _gone(request, clinic_id),
        "now": at,
    }
    return render(request, "portal/visits/slots.html", shown)


def _day(request: HttpRequest, shown: dict[date, int]) -> date | None:
    """The asked day when the strip shows it."""
    return next((day for day in shown if day.isoformat() == request.GET.get("on")), None)


def _gone(request: HttpRequest, clinic_id: UUID) -> dict[str, object] | None:
    """The slot the client came back without, with what is free nearest to it."""
    for why in ("taken", "ended"):
        try:
            slot_id = UUID(request.GET.get(why, ""))
        except ValueError:
            continue
        slot = queries.slot(slot_id, clock.now())
        if slot.doctor.clinic_id != clinic_id:
            raise Http404
        return {"why": why, "slot": slot, "nearest": queries.nearest_free(slot_id=slot_id, at=clock.now())}
    return None


@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    patient = patients.required(request)
    try:
        slot = queries.slot(UUID(request.POST.get("slot", "")), clock.now())
    except ValueError:
        raise Http404 from None
    try:
        hold_id = commands.hold_slot(
            slot_id=slot.id, policy_id=patient.policy.id, by=patient.viewer.actor, at=clock.now()
        )
    except (SlotTakenError, SlotPastError):
        return _back_to_slots(slot, taken=slot.id)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return _back_to_slots(slot)
    return redirect("visits:confirm", hold_id)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    viewer, open_policies = patients.open_policies(request)
    held = queries.hold(policy_ids=list(open_policies), hold_id=hold_id, at=clock.now())
    if request.method == "POST":
        return _confirmed(request, viewer, held)
    if held.appointment_id is not None:
        return redirect("visits:booked", held.appointment_id)
    if not held.is_live:
        return _back_to_slots(held.slot, ended=held.slot.id)
    slot = held.slot
    policy = open_policies[held.policy_id]
    doctor = slot.doctor
    shown = {
        "viewer": viewer,
        "policy": policy,
        "hold": held,
        "slot": slot,
        "clinic": clinics.clinic(doctor.clinic_id),
        "offer": offer(policy, clinic_id=doctor.clinic_id, service_code=doctor.service_code, on=slot.visit_on),
    }
    return render(request, "portal/visits/confirm.html", shown)


def _confirmed(request: HttpRequest, viewer: Viewer, held: queries.HoldCard) -> HttpResponse:
    try:
        visit_id = commands.confirm_booking(
            hold_id=held.id, by=viewer.actor, at=clock.now(), account_url=absolute("portal", "visits:index")
        )
    except NotCoveredError:
        return redirect("visits:confirm", held.id)
    except (HoldEndedError, SlotTakenError, SlotPastError):
        return _back_to_slots(held.slot, ended=held.slot.id)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return _back_to_slots(held.slot)
    return redirect("visits:booked", visit_id)


@require_POST
def release(request: HttpRequest, hold_id: UUID) -> HttpResponse:
    viewer, open_policies = patients.open_policies(request)
    held = queries.hold(policy_ids=list(open_policies), hold_id=hold_id, at=clock.now())
    commands.release_hold(hold_id=hold_id, by=viewer.actor, at=clock.now())
    return _back_to_slots(held.slot)


def _back_to_slots(slot: SlotCard, **why: UUID) -> HttpResponse:
    """The same specialty and day again, so that nothing chosen is lost."""
    page = reverse("visits:slots", args=[slot.doctor.clinic_id, slot.doctor.specialty_code])
    return redirect(f"{page}?{urlencode({'on': slot.visit_on.isoformat(), **why})}")


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
        "can_cancel": card.can_cancel(clock.now()),
        "share": card.price.share(policy.copay_percent) if card.price is not None else None,
        "percent": policy.copay_percent,
        "theirs": policy.by_invitation,
        "letter": letters.letter_of_visit(visit_id),
        "clinic_leaves_on": queries.departure_of(card),
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
    file = calendar_file(
        queries.visit_of(policy_ids=list(open_policies), appointment_id=visit_id),
        summary=_("Визит в клинику"),
        product=settings.BRAND.product,
        url=absolute("portal", "visits:visit", visit_id=visit_id),
    )
    headers = {"Content-Disposition": 'attachment; filename="visit.ics"', "Cache-Control": "private, no-store"}
    return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=headers)
