"""The directory of clinics («Список ЛПУ») as the chosen person's policy sees it."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from doctorlike.appointments import queries as appointments
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import ClinicCard
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.queries import Wish
from doctorlike.kit import clock
from doctorlike.policies.queries import PolicyView
from doctorlike.products.rules import region_in_scope
from doctorlike.regions import queries as regions
from doctorlike.sites.portal import person
from doctorlike.sites.portal.clinics.forms import DirectoryForm
from doctorlike.sites.portal.clinics.pages import directory_lines, hours_today, my_prices, week

PER_PAGE = 20


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The same number of queries for ten clinics and ten thousand. Which of them serve, chosen regions tell: whoever
    only pays does not see them."""
    viewer = person.current(request)
    if viewer.policy is None or not viewer.policy.medical_open:
        return render(request, "portal/clinics/no_policy.html", {"viewer": viewer})
    policy, at = viewer.policy, clock.now()
    of_scope = _regions_of_scope(policy)
    form = DirectoryForm(request.GET, regions=of_scope)
    form.is_valid()
    wished = form.cleaned_data
    number = _page_number(request)
    wish = Wish(
        text=wished.get("q", ""),
        region=wished.get("region", ""),
        specialty=wished.get("specialty", ""),
        online_booking=bool(wished.get("online")),
        open_at=at if wished.get("open") else None,
    )
    found = coverage.clinics_for(policy, wish, on=clock.today(), offset=(number - 1) * PER_PAGE, limit=PER_PAGE)
    next_slots = appointments.next_free_slots([entry.clinic.id for entry in found.entries], at)
    # The entries are those of the page already; the paginator only knows how many there are in all.
    page: Page[Any] = Page(found.entries, number, Paginator(range(found.total), PER_PAGE))
    shown = {
        "viewer": viewer,
        "policy": policy,
        # Wrong values of an address typed by hand are left out, not scolded.
        "search": form if form.is_valid() else DirectoryForm(initial=wished, regions=of_scope),
        "wished": wished,
        "found": found,
        "lines": directory_lines(found.entries, next_slots, at),
        "page": page,
        "at": at,
    }
    return render(request, "portal/clinics/index.html", shown)


@require_safe
def card(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """One clinic with the client's own prices, covered or not and why, as of today by the clinic's calendar."""
    viewer = person.current(request)
    clinic, at = clinics.clinic(clinic_id), clock.now()
    today = at.astimezone(ZoneInfo(clinic.zone)).date()
    policy = viewer.policy if viewer.policy is not None and viewer.policy.medical_open else None
    prices = clinics.prices_of(clinic_id, today)
    shown = {
        "viewer": viewer,
        "clinic": clinic,
        "policy": policy,
        "route_url": _route_url(clinic),
        "hours": hours_today(clinic, at),
        "week": week(clinic, at),
        "prices": prices,
        "mine": my_prices(policy, clinic, prices, today) if policy is not None else None,
        "next_slot": appointments.next_free_slots([clinic_id], at).get(clinic_id),
        "at": at,
    }
    return render(request, "portal/clinics/card.html", shown)


def _route_url(clinic: ClinicCard) -> str:
    if clinic.latitude is None or not settings.BRAND.route_url:
        return ""
    return settings.BRAND.route_url.format(latitude=clinic.latitude, longitude=clinic.longitude)


def _regions_of_scope(policy: PolicyView) -> list[tuple[str, str]]:
    return [(one.code, one.shown_name) for one in regions.all_regions() if region_in_scope(policy.scope, one.code)]


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
