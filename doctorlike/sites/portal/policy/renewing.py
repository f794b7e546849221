"""The next year: its price, why it is so, and one tap into an order that is filled already. The policyholder only."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from doctorlike.copay import queries as copay
from doctorlike.coverage import queries as coverage
from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import queries as policies
from doctorlike.shop import commands
from doctorlike.shop import queries as shop
from doctorlike.sites.visitor import signed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    today = clock.insurer_date(now)
    if request.method == "POST":
        return redirect("shop:check", token=commands.start_renewal(user_id=user.pk, policy_id=policy_id, at=now))
    policy = policies.contract_for(user.pk, policy_id, on=today, of_policyholder=True).view
    renewal = shop.renewal_of(policy, on=today)
    if renewal is None:
        raise NotFoundError
    return render(
        request,
        "portal/policy/renew.html",
        {
            "policy": policy,
            "renewal": renewal,
            "enrolment": copay.enrolment(policy_id),
            "regions": coverage.regions_of(policy, today),
        },
    )
