"""«Список ЛПУ» of the client's own policy: on the screen and as files."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries.listing import list_count, list_lines
from doctorlike.clinics.rules.listing import ListAsked, ListFormat
from doctorlike.coverage import queries as coverage
from doctorlike.kit import clock
from doctorlike.policies.queries import PolicyView
from doctorlike.products.rules import region_in_scope
from doctorlike.regions import queries as regions
from doctorlike.sites.portal import person
from doctorlike.sites.portal.clinics.downloads import Stand, answered, offers

PER_PAGE = 50
# Nobody pages further: the files hold all, a region is shorter, and a page far down a list costs what all before it do.
MOST_ON_SCREEN = 5_000


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The clinics of the policy's regions, or of one region of its scope, chosen or not."""
    viewer = person.current(request)
    if viewer.policy is None or not viewer.policy.medical_open:
        return render(request, "portal/clinics/no_policy.html", {"viewer": viewer})
    policy = viewer.policy
    region = _region(request, policy)
    asked = _asked(policy, region, ListFormat.XLSX)
    number, count = _page_number(request), list_count(asked)
    paginator = Paginator(range(min(count, MOST_ON_SCREEN)), PER_PAGE)
    number = min(number, paginator.num_pages)
    lines = list(list_lines(asked, offset=(number - 1) * PER_PAGE, limit=PER_PAGE))
    page: Page[Any] = Page(lines, number, paginator)
    counts = clinics.clinic_counts_by_region(policy.scope, asked.on)
    files = offers(asked, count, {one: _file_url(one, region) for one in ListFormat}) if count else []
    shown = {
        "viewer": viewer,
        "policy": policy,
        "region": region,
        "regions": [
            (one.code, one.shown_name, counts[one.code])
            for one in regions.all_regions()
            if one.code in counts and region_in_scope(policy.scope, one.code)
        ],
        "on": asked.on,
        "count": count,
        "most": MOST_ON_SCREEN if count > MOST_ON_SCREEN else 0,
        "page": page,
        "files": files,
        "making": any(one.stand is Stand.MAKING for one in files),
        "here": request.get_full_path(),
    }
    return render(request, "portal/clinics/list.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, extension: str) -> HttpResponse:
    """The same list as a file."""
    viewer = person.current(request)
    if viewer.policy is None or not viewer.policy.medical_open:
        return redirect("clinics:list")
    region = _region(request, viewer.policy)
    back = reverse("clinics:list") + (f"?{urlencode({'region': region})}" if region else "")
    asked = _asked(viewer.policy, region, ListFormat(extension))
    return answered(request, asked, by=viewer.actor, back=back)


def _region(request: HttpRequest, policy: PolicyView) -> str:
    asked = request.GET.get("region", "")
    known = {one.code for one in regions.all_regions()}
    return asked if asked in known and region_in_scope(policy.scope, asked) else ""


def _asked(policy: PolicyView, region: str, format: ListFormat) -> ListAsked:
    """A policy whose scope fixes its regions has the list that is public."""
    today = clock.today()
    view = coverage.regions_of(policy, today)
    codes = (region,) if region else None if view.fixed else view.codes
    return ListAsked(policy.scope, max(today, policy.period.starts_on), codes, format)


def _file_url(format: ListFormat, region: str) -> str:
    return reverse(f"clinics:list_{format}") + (f"?{urlencode({'region': region})}" if region else "")


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
