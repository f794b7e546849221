"""The patient's first page, and the way to a doctor on duty."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.accounts.rules import Permission
from doctorlike.coverage import queries as coverage
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.telemed.entry.forms import CONSENT_TEXT, UrgentForm
from doctorlike.sites.visitor import signed_in
from doctorlike.telemed import commands, queries
from doctorlike.telemed.errors import AlreadyAskedError, NotCoveredError


def open_policies(request: HttpRequest) -> list[PolicyView]:
    """For each person in the account the policy that matters now, where its medical content is open to the viewer."""
    today = clock.today()
    linked = [one for one in policies.policies_of(signed_in(request).pk, on=today) if one.medical_open]
    return policies.one_per_person(linked, today)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    if signed_in(request).may(Permission.CONSULT):
        return redirect("doctor:index")
    mine = open_policies(request)
    today = clock.today()
    decisions = [(one, coverage.eligibility_at_distance(one.id, today)) for one in mine]
    return render(
        request,
        "telemed/entry/index.html",
        {
            "policies": mine,
            "covered": [one for one, decision in decisions if decision.covered],
            "refused": [(one, decision) for one, decision in decisions if not decision.covered],
            "live": queries.live_of(signed_in(request).pk, on=today),
            "latest": queries.archive_of([one.id for one in mine])[:3],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def urgent(request: HttpRequest) -> HttpResponse:
    mine = open_policies(request)
    form = UrgentForm(request.POST or None, policies=mine)
    if request.method == "POST" and form.is_valid():
        try:
            consultation_id = commands.request_urgent(
                user_id=signed_in(request).pk,
                policy_id=UUID(form.cleaned_data["patient"]),
                complaint=form.cleaned_data["complaint"],
                consent_text=str(CONSENT_TEXT),
                ip_address=request.META.get("REMOTE_ADDR"),
                by=Actor.user(signed_in(request).pk),
                at=clock.now(),
            )
        except AlreadyAskedError as refusal:
            # A double click, a second device: there is one room, and it is shown.
            return redirect("room:index", refusal.facts["consultation_id"])
        except NotCoveredError as refusal:
            return render(
                request, "telemed/entry/urgent.html", {"form": form, "reasons": refusal.facts["reasons"]}, status=409
            )
        return redirect("room:index", consultation_id)
    return render(request, "telemed/entry/urgent.html", {"form": form})
