"""«Перезвоните мне»: the contact centre calls and books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import CallIsOverError, CallWaitsError
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import ClinicCard
from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.policies.rules import Standing
from doctorlike.sites.portal import person
from doctorlike.sites.portal.calls.forms import CallForm
from doctorlike.sites.portal.visits import patient as patients

_WRONG_ANSWERS = 422
_OVER = (Standing.ENDED, Standing.CANCELLED)
_CLOSED_SHOWN = 3


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Calls that are promised, and the form for whoever has none yet. `clinic` in the query, or in the form, is the one
    that the client came from."""
    viewer = person.current(request)
    clinic = _clinic(request)
    asked = queries.calls_of([one.id for one in viewer.policies if one.medical_open])
    waiting = [one for one in asked if one.is_open]
    people = _people(viewer.policies, [one.policy_id for one in waiting])
    form = _form(request, people, viewer) if people else None
    if request.method == "POST" and form is not None and form.is_valid():
        told = form.cleaned_data
        try:
            commands.ask_call_back(
                policy_id=UUID(told["policy"]) if "policy" in told else people[0].id,
                clinic_id=clinic.id if clinic else None,
                phone=told["phone"],
                wish=told["wish"],
                by=viewer.actor,
                at=clock.now(),
            )
        except CallWaitsError as refusal:
            messages.warning(request, str(refusal))
        return redirect("calls:index")
    shown = {
        "viewer": viewer,
        "me": str(viewer.actor),
        "clinic": clinic,
        "form": form,
        "only": people[0] if len(people) == 1 else None,
        "waiting": waiting,
        "over": [one for one in asked if not one.is_open][:_CLOSED_SHOWN],
        "promised_at": queries.promised_first(clock.now()),
        "now": clock.now(),
        "zone": clock.insurer_zone().key,
    }
    wrong = form is not None and form.is_bound
    return render(request, "portal/calls/index.html", shown, status=_WRONG_ANSWERS if wrong else 200)


@require_POST
def cancel(request: HttpRequest, call_id: UUID) -> HttpResponse:
    viewer, open_policies = patients.open_policies(request)
    queries.call_of(policy_ids=list(open_policies), call_id=call_id)  # another's call is not found
    try:
        commands.cancel_call_back(call_id=call_id, by=viewer.actor, at=clock.now())
    except CallIsOverError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Звонок отменён."))
    return redirect("calls:index")


def _form(request: HttpRequest, people: Sequence[PolicyView], viewer: person.Viewer) -> CallForm:
    told: dict[str, Any] = {"people": people, "phone": viewer.user.phone}
    told["chosen"] = str(next((one for one in people if one == viewer.policy), people[0]).id)
    return CallForm(request.POST if request.method == "POST" else None, **told)


def _people(linked: Sequence[PolicyView], waiting: Sequence[UUID]) -> list[PolicyView]:
    """Whom a call may be about: each person whose visits the viewer may see, with a policy that is not over and no call
    promised yet."""
    today = clock.today()
    busy = {one.person_key for one in linked if one.id in waiting}
    return [
        one
        for one in policies.one_per_person([one for one in linked if one.medical_open], today)
        if one.standing(today) not in _OVER and one.person_key not in busy
    ]


def _clinic(request: HttpRequest) -> ClinicCard | None:
    """The clinic that was named; an unknown one is none."""
    try:
        return clinics.clinic(UUID((request.POST if request.method == "POST" else request.GET).get("clinic", "")))
    except (ValueError, NotFoundError):
        return None
