"""The directory of clinics («Список ЛПУ») as the chosen person's policy sees it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.appointments import queries as appointments
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import ClinicCard
from doctorlike.clinics.queries.reports import reports_of
from doctorlike.clinics.rules.listing import address_beside_metro
from doctorlike.coverage.queries import WHOLE_SCOPE
from doctorlike.kit import clock
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.portal import person
from doctorlike.sites.portal.clinics.asking import (
    address,
    ask,
    conditions,
    directory_form,
    group_regions,
    place_words,
    plain_answers,
)
from doctorlike.sites.portal.clinics.drawing import drawn
from doctorlike.sites.portal.clinics.forms import DirectoryForm
from doctorlike.sites.portal.clinics.pages import (
    directory_lines,
    doctor_lines,
    hours_today,
    my_prices,
    week,
)
from doctorlike.sites.portal.clinics.sealed import OPEN, PARAMETER, opened
from doctorlike.sites.portal.person import Viewer

PER_PAGE = 10
# On the map at once; more of them hide each other, and a nearer look shows them anyway.
MOST_POINTS = 1_000
_WRONG_ANSWERS = 422


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The same number of queries for ten clinics and ten thousand. Which of them serve, chosen regions tell: whoever
    only pays does not see them. A search is posted, and its answer stands at an address that tells nothing of it."""
    viewer = person.current(request)
    if viewer.policy is None or not viewer.policy.medical_open:
        return render(request, "portal/clinics/no_policy.html", {"viewer": viewer})
    if request.method != "POST":
        form = _recalled(request, viewer, viewer.policy)
        return _whole(request, viewer, viewer.policy, form)
    told = plain_answers(viewer.policy, request.POST)
    if told is None:
        return _whole(request, viewer, viewer.policy, directory_form(viewer.policy, request.POST))
    where = address(told, viewer.user.pk, with_map=_with_map(request))
    if not request.headers.get("HX-Request"):
        return redirect(where)
    # While somebody types, what is found alone changes on their page: drawn as at the address where it stands.
    request.GET = QueryDict(urlsplit(where).query)
    shown = _found(request, viewer, viewer.policy, told)
    response = render(request, "portal/clinics/found.html", shown)
    response["HX-Replace-Url"] = where
    return response


def _recalled(request: HttpRequest, viewer: Viewer, policy: PolicyView) -> DirectoryForm:
    """The form of the search that the address names. Wrong values of an address typed by hand are left out."""
    told: dict[str, Any] = opened(request.GET.get(PARAMETER, ""), viewer.user.pk)
    if not told:
        told = {name: request.GET[name] for name in OPEN if name in request.GET}
    form = directory_form(policy, told)
    return form if form.is_valid() else directory_form(policy, form.cleaned_data)


def _whole(request: HttpRequest, viewer: Viewer, policy: PolicyView, form: DirectoryForm) -> HttpResponse:
    wrong = not form.is_valid() and request.method == "POST"
    told = form.cleaned_data
    shown = _found(request, viewer, policy, told)
    group_regions(form, shown["found"].regions)
    shown |= {
        "search": form,
        "form": form if wrong else None,
        "more_wished": any(told.get(name) for name in ("service", "near", "on", "sort", "open", "online")) or wrong,
        "tiles": {"url": settings.TILES_URL, "credit": settings.TILES_CREDIT},
    }
    response = render(request, "portal/clinics/index.html", shown, status=_WRONG_ANSWERS if wrong else 200)
    if shown["with_map"] and settings.TILES_URL:
        _let_tiles_in(response)
    return response


def _found(request: HttpRequest, viewer: Viewer, policy: PolicyView, told: dict[str, Any]) -> dict[str, Any]:
    """What `found.html` shows of a search."""
    at, number, with_map, came_by = clock.now(), _page_number(request), _with_map(request), _came_by(request)
    answer = ask(policy, told, at=at, offset=(number - 1) * PER_PAGE, limit=PER_PAGE)
    found = answer.found
    # The entries are those of the page already; the paginator only knows how many there are in all.
    page: Page[Any] = Page(found.entries, number, Paginator(range(found.total), PER_PAGE))
    shown = {
        "viewer": viewer,
        "policy": policy,
        "wished": told,
        "found": found,
        "items": drawn(directory_lines(found.entries, answer.free, at), came_by),
        "page": page,
        "at": at,
        "from_place": place_words(told, answer.sought),
        "sought": answer.sought,
        "with_map": with_map,
    }
    if with_map:
        shown["points_url"] = address(told, viewer.user.pk).replace(
            reverse("clinics:index"), reverse("clinics:points"), 1
        )
    if not found.entries:
        shown["conditions"] = conditions(directory_form(policy), told, viewer.user.pk, with_map=with_map)
        shown["whole_url"] = address({**told, "region": WHOLE_SCOPE}, viewer.user.pk, with_map=with_map)
    return shown


def _came_by(request: HttpRequest) -> str:
    """The query of a page of the list, for the way back to it: nothing that was not ours."""
    kept = {name: request.GET[name] for name in (PARAMETER, "map", "page") if name in request.GET}
    return f"?{urlencode(kept)}" if kept else ""


def _with_map(request: HttpRequest) -> bool:
    return bool((request.POST if request.method == "POST" else request.GET).get("map"))


def _let_tiles_in(response: HttpResponse) -> None:
    """Pictures of the one origin that the setting names, on this page alone."""
    parts = urlsplit(settings.TILES_URL)
    response._csp_update = {"img-src": [f"{parts.scheme}://{parts.netloc}"]}  # type: ignore[attr-defined]  # of django-csp


@require_safe
def points(request: HttpRequest) -> HttpResponse:
    """Where the clinics of the same search stand, for the map; the first of them in the order of the list."""
    viewer = person.current(request)
    if viewer.policy is None or not viewer.policy.medical_open:
        return JsonResponse({"points": [], "all": True})
    form = _recalled(request, viewer, viewer.policy)
    form.is_valid()
    answer = ask(viewer.policy, form.cleaned_data, at=clock.now(), offset=0, limit=MOST_POINTS)
    placed = [entry.clinic for entry in answer.found.entries if entry.clinic.latitude is not None]
    told = form.cleaned_data
    place = answer.sought.place if answer.sought else None
    here = (told.get("lat"), told.get("lon")) if told.get("lat") is not None else None
    if place is not None:
        here = (place.latitude, place.longitude)
    return JsonResponse(
        {
            "points": [_point(one) for one in placed],
            "all": len(answer.found.entries) < MOST_POINTS,
            "here": here,
        }
    )


def _point(clinic: ClinicCard) -> dict[str, Any]:
    return {
        "id": str(clinic.id),
        "name": clinic.name,
        "address": clinic.address,
        "metro": list(clinic.metro),
        "city": clinic.city,
        "at": [clinic.latitude, clinic.longitude],
        "url": reverse("clinics:card", args=[clinic.id]),
    }


@require_safe
def card(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """One clinic with the client's own prices, covered or not and why, as of today by the clinic's calendar."""
    viewer = person.current(request)
    clinic, at = clinics.clinic(clinic_id), clock.now()
    today = at.astimezone(ZoneInfo(clinic.zone)).date()
    policy = viewer.policy if viewer.policy is not None and viewer.policy.medical_open else None
    prices = clinics.prices_of(clinic_id, today)
    free = appointments.next_free_of_doctors(clinic_id, at)
    shown = {
        "viewer": viewer,
        "clinic": clinic,
        "back": reverse("clinics:index") + _came_by(request),
        "address": address_beside_metro(clinic.address, clinic.metro),
        "reports": reports_of(viewer.user.pk, clinic_id=clinic_id)[:3],
        "policy": policy,
        "route_url": _route_url(clinic),
        "hours": hours_today(clinic, at),
        "week": week(clinic, at),
        "prices": prices,
        "mine": my_prices(policy, clinic, prices, today) if policy is not None else None,
        "doctors": doctor_lines(appointments.doctors_of(clinic_id), free),
        "next_slot": min(free.values(), key=lambda slot: slot.starts_at, default=None),
        "at": at,
    }
    return render(request, "portal/clinics/card.html", shown)


def _route_url(clinic: ClinicCard) -> str:
    if clinic.latitude is None or not settings.BRAND.route_url:
        return ""
    return settings.BRAND.route_url.format(latitude=clinic.latitude, longitude=clinic.longitude)


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
