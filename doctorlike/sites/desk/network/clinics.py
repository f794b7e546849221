"""Clinics of the network: found, with their prices and their days in it, taken in and out."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.appointments import queries as appointments
from doctorlike.clinics import commands
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import ClinicCard
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError
from doctorlike.products.rules import SCOPES, region_in_scope
from doctorlike.sites.desk.network.forms import FindClinicForm, MembershipForm
from doctorlike.sites.desk.network.words import SCOPE_NAMES
from doctorlike.sites.visitor import signed_in

_FOUND = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    form = FindClinicForm(request.GET if "q" in request.GET else None)
    asked = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    found = clinics.clinics_like(asked, most=_FOUND) if asked.strip() else []
    return render(request, "desk/network/clinics.html", {"find": form, "asked": asked, "found": found, "most": _FOUND})


@require_safe
def clinic(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """A clinic with its days in the network and its whole price list, the past and what is to come."""
    card = clinics.clinic(clinic_id)
    today = clock.today()
    memberships = [(one, SCOPE_NAMES[one.scope]) for one in clinics.memberships_of(clinic_id)]
    prices = [
        ("" if code.startswith("~") else code, span)  # one of ours tells people nothing
        for (_clinic, code), spans in sorted(clinics.price_spans([clinic_id]).items())
        for span in spans
        if span.valid_to_on is None or span.valid_to_on > today
    ]
    page = {"clinic": card, "memberships": memberships, "prices": prices, "today": today}
    return render(request, "desk/network/clinic.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    card = clinics.clinic(clinic_id)
    possible = [scope for scope in SCOPES if region_in_scope(scope, card.region_code)]
    return _change(request, card, possible, commands.take_clinic_in, "desk/network/take_in.html", _("Клиника в сети."))


@require_http_methods(["GET", "HEAD", "POST"])
def take_out(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """What it means for clients is told before: how many have visits there."""
    card = clinics.clinic(clinic_id)
    today = clock.today()
    held = {one.scope for one in clinics.memberships_of(clinic_id) if one.to_on is None or one.to_on > today}
    return _change(
        request,
        card,
        [scope for scope in SCOPES if scope in held],
        commands.take_clinic_out,
        "desk/network/take_out.html",
        _("Уход клиники записан. Клиентам, у которых там записи, придёт сообщение."),
    )


def _change(
    request: HttpRequest,
    card: ClinicCard,
    scopes: list[str],
    command: Callable[..., int],
    template: str,
    done: str,
) -> HttpResponse:
    today = clock.today()
    form = MembershipForm(
        request.POST if request.method == "POST" else None,
        scopes=scopes,
        today=today,
        initial={"scopes": scopes, "on": today},
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = command(
                clinic_id=card.id,
                scopes=form.cleaned_data["scopes"],
                on=form.cleaned_data["on"],
                by=Actor.staff(signed_in(request).pk),
                at=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            if changed:
                messages.success(request, done)
            else:
                messages.warning(request, _("Так уже и было, ничего не изменилось."))
            return redirect("desk:network_clinic", card.id)
    visits = appointments.booked_visits_at(card.id, today)
    return render(request, template, {"clinic": card, "form": form, "scopes": scopes, "visits": visits})
