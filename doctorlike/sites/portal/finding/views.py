"""From a specialty or a doctor to a day and time, over all clinics of the person's regions at once.

What people type and where they are goes by POST and stands sealed in the address, as in the directory."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from doctorlike.appointments import queries
from doctorlike.appointments.queries import SpecialtyFree
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.rules import SPECIALTIES, specialties_meant
from doctorlike.clinics.rules.places import SoughtPlace
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.queries import RegionsView
from doctorlike.kit import clock
from doctorlike.sites.portal.clinics.sealed import PARAMETER, opened, sealed
from doctorlike.sites.portal.finding.forms import PARTS, TimesForm, WhoForm
from doctorlike.sites.portal.finding.pages import asked_of, box_around, clinic_lines, fitting_specialties
from doctorlike.sites.portal.visits import patient as patients
from doctorlike.sites.portal.visits.patient import Patient

PER_PAGE = 10
_WRONG_ANSWERS = 422
# A text that may be a name.
_SHORTEST_NAME = 3


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Specialties with their next free time, whoever is free first; of a search those meant, and doctors of that
    name."""
    patient = patients.shown(request)
    if patient is None:
        return render(request, "portal/visits/no_policy.html")
    if patient.is_closed:
        raise Http404
    template = "portal/finding/index.html"
    if request.method == "POST":
        where = _address(patient, reverse("find:index"), {"q": request.POST.get("q", "")})
        if not request.headers.get("HX-Request"):
            return redirect(where)
        # While somebody types, what is found alone changes on their page.
        request.GET = QueryDict(urlsplit(where).query)
        template = "portal/finding/found.html"
    form = WhoForm(_recalled(request, patient))
    text = form.cleaned_data.get("q", "") if form.is_valid() else ""
    at, today = clock.now(), clock.today()
    regions = coverage.regions_of(patient.policy, today)
    free = queries.specialties_free(asked_of(patient.policy, regions), at=at)
    fitting = fitting_specialties(patient.policy, free, today)
    meant = specialties_meant(text) if text else []
    # Who is asked for by name is shown, also a doctor of adults for a child.
    chosen = [one for one in fitting if one.code in meant] or [one for one in free if one.code in meant]
    doctors = queries.doctors_named(text, regions=regions.codes) if len(text) >= _SHORTEST_NAME and not meant else []
    shown = _shown(patient, regions) | {
        "search": form,
        "text": text,
        "lines": [_line(one) for one in (chosen if meant else fitting)],
        "nothing_meant": bool(text) and not meant and not doctors,
        "doctors": doctors,
    }
    response = render(request, template, shown)
    if request.method == "POST":
        response["HX-Replace-Url"] = where
    return response


def _line(one: SpecialtyFree) -> dict[str, Any]:
    return {"code": one.code, "name": queries.specialty_name(one.code), "starts_at": one.starts_at, "zone": one.zone}


@require_http_methods(["GET", "HEAD", "POST"])
def times(request: HttpRequest, specialty: str) -> HttpResponse:
    """Clinics with the next free times of one specialty, whoever is free first."""
    patient = patients.required(request)
    if specialty not in SPECIALTIES:
        raise Http404
    form = TimesForm(request.POST if request.method == "POST" else _recalled(request, patient))
    wrong = not form.is_valid()
    if request.method == "POST" and not wrong:
        return redirect(_address(patient, reverse("find:times", args=[specialty]), form.cleaned_data))
    told, at, today = form.cleaned_data, clock.now(), clock.today()
    regions = coverage.regions_of(patient.policy, today)
    near, sought = _near(told, regions)
    from_local, until_local = PARTS.get(told.get("part") or "", (None, None))
    more: dict[str, Any] = {"on": told.get("on"), "until_local": until_local}
    if from_local is not None:
        more["from_local"] = from_local
    if near is not None:
        more["box"] = box_around(near)
    asked = asked_of(patient.policy, regions, specialty, **more)
    number = _page_number(request)
    found = queries.times_of(asked, at=at, offset=(number - 1) * PER_PAGE, limit=PER_PAGE)
    lines = clinic_lines(patient.policy, found.clinics, near)
    page: Page[Any] = Page(lines, number, Paginator(range(found.total), PER_PAGE))
    shown = _shown(patient, regions) | {
        "specialty": queries.specialty_name(specialty),
        "specialty_code": specialty,
        "search": form,
        "form": form if wrong else None,
        "wished": any(told.get(name) for name in ("on", "part", "near", "lat")),
        "lines": lines,
        "total": found.total,
        "page": page,
        "sought": sought,
        "at": at,
    }
    status = _WRONG_ANSWERS if wrong and request.method == "POST" else 200
    return render(request, "portal/finding/times.html", shown, status=status)


def _near(told: dict[str, Any], regions: RegionsView) -> tuple[tuple[float, float] | None, SoughtPlace | None]:
    if told.get("lat") is not None:
        return (told["lat"], told["lon"]), None
    if not told.get("near"):
        return None, None
    sought = clinics.find_place(told["near"], near_to=regions.codes)
    place = sought.place
    return ((place.latitude, place.longitude) if place else None), sought


def _shown(patient: Patient, regions: RegionsView) -> dict[str, Any]:
    return {
        "viewer": patient.viewer,
        "policy": patient.policy,
        "regions": regions,
        "pending": [one for one in regions.chosen if not one.serving],
        "today": clock.today(),
    }


def _recalled(request: HttpRequest, patient: Patient) -> dict[str, str]:
    return opened(request.GET.get(PARAMETER, ""), patient.viewer.user.pk)


def _address(patient: Patient, page: str, told: dict[str, Any]) -> str:
    seal = sealed(told, patient.viewer.user.pk)
    return f"{page}?{urlencode({PARAMETER: seal})}" if seal else page


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
