"""The account's first page: am I covered today, what do I do next, what will I pay and when."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from doctorlike.kit import clock
from doctorlike.sites.portal import person
from doctorlike.sites.portal.home.picture import home_picture


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    viewer = person.current(request)
    if viewer.policy is None:
        return render(request, "portal/home/empty.html", {"viewer": viewer})
    picture = home_picture(viewer.policy, now=clock.now())
    return render(request, "portal/home/index.html", {"viewer": viewer, "policy": viewer.policy, "home": picture})


@require_safe
def show(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Choose whose things the account shows. A link, so that the person switch works without scripts; it changes
    nothing but this session's view."""
    person.show(request, policy_id)
    return redirect("home:index")
