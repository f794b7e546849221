"""One tap from the account into the telemedicine application."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from doctorlike.sites.links import absolute
from doctorlike.sites.portal import person


@require_safe
def open_telemed(request: HttpRequest) -> HttpResponse:
    """Straight on to telemedicine, which asks the identity provider for who this is. A linked policy is all it needs;
    without one the page says so instead of sending the client to a closed door."""
    viewer = person.current(request)
    if viewer.policy is None:
        return render(request, "portal/telemed/no_policy.html", {"viewer": viewer})
    return redirect(absolute("telemed", "entry:index"))
