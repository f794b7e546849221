"""The contact centre books for a client, by the same rules as the client would."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import HoldEndedError, NotCoveredError, SlotPastError, SlotTakenError
from doctorlike.appointments.queries import HoldCard
from doctorlike.clinics import queries as clinics
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.queries import WHOLE_SCOPE, Wish
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.booking.moving import moving_page
from doctorlike.sites.booking.offer import offer
from doctorlike.sites.booking.pages import specialties_with_time
from doctorlike.sites.booking.times import posted_slot, slots_page
from doctorlike.sites.desk.booking.ways import back_to_times, to_what_was_done
from doctorlike.sites.links import absolute
from doctorlike.sites.visitor import signed_in

_CLINICS_SHOWN = 15
_LONGEST_SEARCH = 100
OFFER = "desk/booking/offer.html"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_clinic(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Clinics of the policy with their next free time. What is typed stands in no address."""
    policy = policies.policy(policy_id)
    typed = " ".join(request.POST.get("q", "").split())[:_LONGEST_SEARCH]
    wish = Wish(text=typed, region=WHOLE_SCOPE if typed else "")
    found = coverage.clinics_for(policy, wish, on=clock.today(), limit=_CLINICS_SHOWN)
    online = [one.clinic.id for one in found.entries if one.clinic.online_booking]
    free = queries.soonest_free(at=clock.now(), clinic_ids=online) if online else {}
    lines = [(one, free.get(one.clinic.id)) for one in found.entries]
    return render(request, "desk/booking/clinics.html", {"policy": policy, "q": typed, "lines": lines})


@never_cache
@require_safe
def choose_specialty(request: HttpRequest, policy_id: UUID, clinic_id: UUID) -> HttpResponse:
    policy, clinic = policies.policy(policy_id), clinics.clinic(clinic_id)
    lines = specialties_with_time(queries.doctors_of(clinic_id), queries.next_free_of_doctors(clinic_id, clock.now()))
    shown = {"policy": policy, "clinic": clinic, "specialties": lines if clinic.online_booking else []}
    return render(request, "desk/booking/specialties.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_time(request: HttpRequest, policy_id: UUID, clinic_id: UUID, specialty: str) -> HttpResponse:
    policy = policies.policy(policy_id)
    if request.method == "POST":
        return _held(request, policy)
    shown = slots_page(request, policy, clinic_id, specialty)
    return render(request, "desk/booking/times.html", {**shown, "offer_template": OFFER, "choose_url": request.path})


def _held(request: HttpRequest, policy: PolicyView) -> HttpResponse:
    slot_id, at, by = posted_slot(request), clock.now(), operator(request)
    try:
        hold_id = commands.hold_slot(slot_id=slot_id, policy_id=policy.id, by=by, at=at, of=[policy])
    except (SlotTakenError, SlotPastError):
        return back_to_times(policy.id, queries.slot(slot_id, at), taken=slot_id)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return back_to_times(policy.id, queries.slot(slot_id, at))
    return to_confirmation(request, policy, hold_id)


def to_confirmation(request: HttpRequest, policy: PolicyView, hold_id: UUID) -> HttpResponse:
    """The client may be choosing this very time themselves: then the hold is theirs, not for the operator to see."""
    try:
        held_for(request, policy.id, hold_id)
    except NotFoundError:
        messages.warning(request, _("Клиент прямо сейчас сам выбирает это время. Спросите его, продолжит ли он."))
        return redirect("desk:book", policy.id)
    return redirect("desk:book_confirm", policy.id, hold_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, policy_id: UUID, hold_id: UUID) -> HttpResponse:
    """What the client has to hear before saying yes; of a time that this operator holds."""
    policy = policies.policy(policy_id)
    held = held_for(request, policy_id, hold_id)
    if request.method == "POST":
        return _confirmed(request, policy, held)
    if held.appointment_id is not None:
        return redirect("desk:client", policy_id)
    if not held.is_live:
        return back_to_times(policy_id, held.slot, moves=held.moves, ended=held.slot.id)
    slot = held.slot
    doctor = slot.doctor
    shown: dict[str, Any] = {
        "policy": policy,
        "hold": held,
        "slot": slot,
        "clinic": clinics.clinic(doctor.clinic_id),
        "offer": offer(policy, clinic_id=doctor.clinic_id, service_code=slot.service_code, on=slot.visit_on),
    }
    if held.moves is not None:
        shown |= moving_page(queries.visit_of(policy_ids=[policy_id], appointment_id=held.moves))
    return render(request, "desk/booking/confirm.html", shown)


def _confirmed(request: HttpRequest, policy: PolicyView, held: HoldCard) -> HttpResponse:
    by, at = operator(request), clock.now()
    call_id = queries.call_taken_for(policy_id=policy.id, by=str(by))
    deed = commands.book_for_client if held.moves is None else commands.move_appointment
    try:
        deed(hold_id=held.id, by=by, at=at, account_url=absolute("portal", "visits:index"))
    except NotCoveredError:
        return redirect("desk:book_confirm", policy.id, held.id)
    except (HoldEndedError, SlotTakenError, SlotPastError):
        return back_to_times(policy.id, held.slot, moves=held.moves, ended=held.slot.id)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("desk:client", policy.id)
    told = _("Записали. Клиент получит сообщение.") if held.moves is None else _("Перенесли. Клиент получит сообщение.")
    messages.success(request, told)
    return to_what_was_done(policy.id, call_id)


@require_POST
def release(request: HttpRequest, policy_id: UUID, hold_id: UUID) -> HttpResponse:
    held = held_for(request, policy_id, hold_id)
    commands.release_hold(hold_id=hold_id, by=operator(request), at=clock.now())
    return back_to_times(policy_id, held.slot, moves=held.moves)


def operator(request: HttpRequest) -> Actor:
    return Actor.staff(signed_in(request).pk)


def held_for(request: HttpRequest, policy_id: UUID, hold_id: UUID) -> HoldCard:
    """A hold of the policy that this operator made; NotFoundError for any other: it tells which doctor was chosen."""
    by = str(operator(request))
    return queries.hold(policy_ids=[policy_id], hold_id=hold_id, at=clock.now(), held_by=by)
