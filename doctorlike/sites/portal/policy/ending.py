"""Ending a contract: what is lost and what comes back is told first, a code confirms it. Its policyholder only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from doctorlike.accounts import queries as accounts
from doctorlike.accounts.errors import CodeError
from doctorlike.accounts.queries import UserCard
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.policies import commands
from doctorlike.policies import queries as policies
from doctorlike.policies.errors import CancelledAlreadyError, PolicyOverError, RefundChangedError
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.ending import Ending, ending_of
from doctorlike.sites.portal.policy.forms import CancellationCodeForm, ChannelForm
from doctorlike.sites.visitor import signed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """What ending the contract today means; from here the confirming code is sent."""
    user, policy, ending = _asked(request, policy_id)
    if ending is None:
        return redirect("policy:show", policy_id)
    form = ChannelForm(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            commands.send_cancellation_code(
                user_id=user.id,
                policy_id=policy_id,
                channel=form.cleaned_data["channel"],
                by=Actor.user(user.id),
                at=clock.now(),
                real_at=clock.real_now(),
            )
        except CodeError as refusal:
            form.add_error("channel", str(refusal))
        else:
            return redirect("policy:cancel_code", policy_id)
    page: dict[str, Any] = {
        "policy": policy,
        "ending": ending,
        "form": form,
        "sees_visits": policy.medical_open,
        # Whoever pays for another adult sees the contract and its money, not what is done under it.
        "sees_charges": bool(policy.role),
    }
    return render(request, "portal/policy/cancel.html", page)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_code(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    user, policy, ending = _asked(request, policy_id)
    if ending is None:
        return redirect("policy:show", policy_id)
    form = CancellationCodeForm(
        request.POST if request.method == "POST" else None, initial={"refund": ending.outcome.refund.amount}
    )
    if request.method == "POST" and form.is_valid():
        try:
            commands.cancel_own_policy(
                user_id=user.id,
                policy_id=policy_id,
                code=form.cleaned_data["code"],
                insured_event=ending.outcome.insured_event,
                seen_refund=Money(form.cleaned_data["refund"]),
                by=Actor.user(user.id),
                at=clock.now(),
                real_at=clock.real_now(),
            )
        except CodeError as refusal:
            form.add_error("code", str(refusal))
        except (RefundChangedError, PolicyOverError) as refusal:
            messages.warning(request, str(refusal))
            return redirect("policy:cancel", policy_id)
        except CancelledAlreadyError as refusal:
            messages.warning(request, str(refusal))
            return redirect("policy:show", policy_id)
        else:
            messages.success(request, _("Договор расторгнут. Уведомление придёт на почту и появится в документах."))
            return redirect("policy:show", policy_id)
    page: dict[str, Any] = {"policy": policy, "ending": ending, "form": form}
    return render(request, "portal/policy/cancel_code.html", page)


def _asked(request: HttpRequest, policy_id: UUID) -> tuple[UserCard, PolicyView, Ending | None]:
    user = accounts.user_card(signed_in(request).pk)
    now = clock.now()
    policy = policies.contract_for(user.id, policy_id, on=clock.insurer_date(now), of_policyholder=True).view
    return user, policy, ending_of(policy, now=now)
