"""Waiting for a time that is not free yet: standing in the list, one's place, and the answer to an offer."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import (
    AlreadyWaitingError,
    FreeNowError,
    HoldEndedError,
    NotCoveredError,
    SlotPastError,
    SlotTakenError,
)
from doctorlike.appointments.queries import OfferCard
from doctorlike.appointments.rules import OfferState, WaitingState, Wish
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.rules import SPECIALTIES
from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError
from doctorlike.sites.booking.offer import offer as terms_of_visit
from doctorlike.sites.links import absolute
from doctorlike.sites.portal.visits import patient as patients
from doctorlike.sites.portal.visits.patient import Patient
from doctorlike.sites.portal.waiting.forms import JoinForm
from doctorlike.sites.portal.waiting.places import Place, places_at, places_in_regions

_WRONG_ANSWERS = 422


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, clinic_id: UUID, specialty: str) -> HttpResponse:
    """For a doctor of the clinic, any of its doctors of the specialty, or any in the region."""
    patient = patients.required(request)
    clinic = clinics.clinic(clinic_id)
    today = clock.now().astimezone(ZoneInfo(clinic.zone)).date()
    places = places_at(patient.policy, clinic, specialty, doctor=request.GET.get("doctor", ""), on=clock.today())
    if not places or not clinic.online_booking:
        raise Http404
    form = JoinForm(
        request.POST or None, places=[(one.key, one.words) for one in places], today=today, initial=_day_meant(request)
    )
    return _joined(request, patient, places, form, specialty, {"clinic": clinic})


def _day_meant(request: HttpRequest) -> dict[str, str]:
    """The day of the time that was gone, as the address tells it; the form looks at it like at one typed by hand."""
    on = request.GET.get("on", "")
    return {"from_on": on, "last_on": on} if on else {}


@require_http_methods(["GET", "HEAD", "POST"])
def join_anywhere(request: HttpRequest, specialty: str) -> HttpResponse:
    """For any doctor of the specialty in one of the person's regions."""
    patient = patients.required(request)
    if specialty not in SPECIALTIES:
        raise Http404
    places = places_in_regions(patient.policy, specialty, on=clock.today())
    if not places:
        raise Http404
    form = JoinForm(request.POST or None, places=[(one.key, one.words) for one in places], today=clock.today())
    return _joined(request, patient, places, form, specialty, {})


def _joined(
    request: HttpRequest,
    patient: Patient,
    places: list[Place],
    form: JoinForm,
    specialty: str,
    shown: dict[str, Any],
) -> HttpResponse:
    shown |= {"viewer": patient.viewer, "policy": patient.policy, "specialty": queries.specialty_name(specialty)}
    if request.method == "POST" and form.is_valid():
        place = next(one for one in places if one.key == form.cleaned_data["where"])
        wish = Wish(specialty=specialty, **place.of_wish, **form.times)
        try:
            entry_id = commands.join_waiting_list(
                policy_id=patient.policy.id, wish=wish, by=patient.viewer.actor, at=clock.now()
            )
        except FreeNowError as refusal:
            shown["free"] = queries.slot(refusal.slot_id, clock.now())
        except AlreadyWaitingError as refusal:
            messages.error(request, str(refusal))
            return redirect("waiting:place", refusal.entry_id)
        except NotCoveredError as refusal:
            shown["reasons"] = refusal.reasons
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Вы в очереди. Когда время освободится, мы напишем вам."))
            return redirect("waiting:place", entry_id)
    shown |= {"form": form, "only": places[0] if len(places) == 1 else None}
    return render(request, "portal/waiting/join.html", shown, status=_WRONG_ANSWERS if form.errors else 200)


@require_http_methods(["GET", "HEAD"])
def place(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    viewer, open_policies = patients.open_policies(request)
    entry = queries.waiting_entry(policy_ids=list(open_policies), entry_id=entry_id)
    offers = [one for one in queries.open_offers([entry.policy_id], clock.now()) if one.entry_id == entry_id]
    shown = {
        "viewer": viewer,
        "entry": entry,
        "waits": entry.state is WaitingState.WAITING,
        "offers": offers,
        "policy": open_policies[entry.policy_id],
    }
    return render(request, "portal/waiting/place.html", shown)


@require_POST
def leave(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    viewer, open_policies = patients.open_policies(request)
    queries.waiting_entry(policy_ids=list(open_policies), entry_id=entry_id)  # another's place is not found
    commands.leave_waiting_list(entry_id=entry_id, by=viewer.actor, at=clock.now())
    messages.success(request, _("Вы ушли из очереди."))
    return redirect("visits:index")


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """The offered time with price and coverage; taken by POST."""
    viewer, open_policies = patients.open_policies(request)
    card = queries.offer_of(policy_ids=list(open_policies), offer_id=offer_id)
    policy, at = open_policies[card.policy_id], clock.now()
    if card.appointment_id is not None:
        return redirect("visits:booked", card.appointment_id)
    if request.method == "POST":
        account_url = absolute("portal", "visits:index")
        try:
            visit_id = commands.confirm_booking(
                hold_id=card.hold_id, by=viewer.actor, at=at, account_url=account_url, of=[policy]
            )
        except NotCoveredError:
            return redirect("waiting:offer", offer_id)
        except (HoldEndedError, SlotTakenError, SlotPastError):
            return _over(request, card)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("waiting:offer", offer_id)
        return redirect("visits:booked", visit_id)
    if not card.is_open(at):
        return _over(request, card)
    slot, clinic_id = card.slot, card.slot.doctor.clinic_id
    shown = {
        "viewer": viewer,
        "policy": policy,
        "hold": card,
        "waited": card,
        "slot": slot,
        "clinic": clinics.clinic(clinic_id),
        "specialty_code": slot.doctor.specialty_code,
        "offer": terms_of_visit(policy, clinic_id=clinic_id, service_code=slot.service_code, on=slot.visit_on),
        "seconds_left": int((card.until_at - at).total_seconds()),
    }
    return render(request, "portal/visits/confirm.html", shown)


def _over(request: HttpRequest, card: OfferCard) -> HttpResponse:
    if card.state is OfferState.REFUSED:
        messages.info(request, _("Вы отказались от этого времени. Ваше место в очереди осталось."))
    else:
        messages.info(
            request, _("Это предложение уже закончилось. Ваше место в очереди осталось: мы напишем о следующем.")
        )
    return redirect("waiting:place", card.entry_id)


@require_POST
def refuse(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    viewer, open_policies = patients.open_policies(request)
    card = queries.offer_of(policy_ids=list(open_policies), offer_id=offer_id)
    commands.refuse_offer(offer_id=offer_id, by=viewer.actor, at=clock.now())
    messages.success(request, _("Время отдано следующему. Ваше место в очереди осталось."))
    return redirect("waiting:place", card.entry_id)
