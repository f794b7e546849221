"""The insured's own account: the policyholder reads what changes and invites, the insured follows the link
(docs/rules/coming-of-age.md)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doctorlike.accounts.models import User
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import commands
from doctorlike.policies import queries as policies
from doctorlike.policies.errors import (
    InvitationRestsError,
    NotInsuredsContactError,
    OwnAccountChangedError,
    OwnAccountOpenError,
    OwnAccountRefusedError,
    TooEarlyToInviteError,
)
from doctorlike.policies.rules import Standing
from doctorlike.sites.portal import person
from doctorlike.sites.portal.coming_of_age.forms import OwnContactForm
from doctorlike.sites.visitor import signed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """What closes and what stays, from which day, and the invitation. For whoever concluded the contract for somebody
    else."""
    user, today = signed_in(request), clock.today()
    policy = policies.contract_for(user.pk, policy_id, on=today, of_policyholder=True).view
    if policies.is_own(policy):
        raise NotFoundError
    form = OwnContactForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            commands.invite_insured(
                policy_id=policy_id,
                user_id=user.pk,
                contact=form.cleaned_data["contact"],
                by=Actor.user(user.pk),
                at=clock.now(),
                real_at=clock.real_now(),
            )
        except (
            NotInsuredsContactError,
            InvitationRestsError,
            OwnAccountOpenError,
            TooEarlyToInviteError,
        ) as refusal:
            form.add_error("contact", str(refusal))
        else:
            messages.success(request, _("Приглашение отправлено."))
            return redirect("coming_of_age:index", policy_id)
    invitation = policies.own_account_invitation(policy_id)
    of_age_on, may_from = policies.of_age_on(policy), policies.may_invite_from(policy)
    has_account = bool(policies.own_accounts([policy_id]))
    page = {
        "policy": policy,
        "form": form,
        "of_age_on": of_age_on,
        "is_child": today < of_age_on,
        "may_from": may_from,
        "has_account": has_account,
        "may_invite": not has_account and today >= may_from and policy.standing(today) is not Standing.CANCELLED,
        "invitation": invitation,
        "is_old": invitation is not None and invitation.is_old(today),
    }
    return render(request, "portal/coming_of_age/index.html", page, status=422 if form.errors else 200)


@never_cache
@require_safe
def open_link(request: HttpRequest, secret: str) -> HttpResponse:
    """One page for each step; opening it changes nothing: programs that check mail open links too."""
    user = request.user if isinstance(request.user, User) else None
    try:
        opened = policies.own_account_opened(secret, user.pk if user else None, on=clock.today())
    except NotFoundError:
        return render(request, "portal/coming_of_age/open.html", {"step": "unknown"}, status=404)
    page = {"step": opened.step.value, "opened": opened, "secret": secret, "user_is_in": user is not None}
    return render(request, "portal/coming_of_age/open.html", page)


@require_POST
def accept(request: HttpRequest, secret: str) -> HttpResponse:
    user = signed_in(request)
    try:
        policy_id = commands.accept_own_account(
            secret=secret, user_id=user.pk, by=Actor.user(user.pk), at=clock.now(), real_at=clock.real_now()
        )
    except (OwnAccountRefusedError, OwnAccountChangedError) as refusal:
        messages.error(request, str(refusal))
        return redirect("coming_of_age:open", secret=secret)
    person.show(request, policy_id)
    messages.success(request, _("Полис в вашем кабинете. Личное в нём видите только вы."))
    return redirect("home:index")
