"""What the link of an invitation leads to. A link in a stranger's hands tells nothing: of the child and the contract a
word is said only to who is signed in with the contact it was sent to and knows the birth certificate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from doctorlike.accounts.models import User
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import commands
from doctorlike.policies import queries as policies
from doctorlike.policies.errors import ChildNotMatchedError, InvitationChangedError
from doctorlike.policies.rules import InvitationStep
from doctorlike.sites.portal import person
from doctorlike.sites.portal.family.forms import ChildForm
from doctorlike.sites.visitor import signed_in


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """One page for each step; opening it changes nothing: programs that check mail open links too."""
    user = request.user if isinstance(request.user, User) else None
    try:
        opened = policies.invitation_opened(
            secret, user.pk if user else None, on=clock.today(), real_at=clock.real_now()
        )
    except NotFoundError:
        return render(request, "portal/family/invitation.html", {"step": "unknown"}, status=404)
    asked = opened.step is InvitationStep.PROVE and request.method == "POST"
    form = ChildForm(request.POST if asked else None)
    if user is not None and asked and form.is_valid():
        try:
            commands.prove_child(**_told(user.pk, secret), **form.cleaned_data)
        except ChildNotMatchedError as refusal:
            # Which of them is wrong is not told, so each is marked.
            form.add_error("born_on", str(refusal))
            form.add_error("series", _("Проверьте и серию"))
            form.add_error("number", _("Проверьте и номер"))
        except InvitationChangedError:
            return redirect("family:invitation", secret=secret)
        else:
            return redirect("family:invitation", secret=secret)
    page = {"step": opened.step.value, "opened": opened, "secret": secret, "form": form}
    return render(request, "portal/family/invitation.html", page)


@require_POST
def accept(request: HttpRequest, secret: str) -> HttpResponse:
    policy_id = _answered(request, secret, commands.accept_invitation)
    if policy_id is None:
        return redirect("family:invitation", secret=secret)
    person.show(request, policy_id)
    messages.success(request, _("Готово: полис ребёнка теперь в вашем кабинете."))
    return redirect("home:index")


@require_POST
def decline(request: HttpRequest, secret: str) -> HttpResponse:
    _answered(request, secret, commands.decline_invitation)
    return redirect("family:invitation", secret=secret)


def _answered(request: HttpRequest, secret: str, command: Callable[..., UUID | None]) -> UUID | None:
    """What came of the command; None also when the link leads elsewhere by now, which its page tells."""
    try:
        return command(**_told(signed_in(request).pk, secret))
    except InvitationChangedError:
        return None


def _told(user_id: UUID, secret: str) -> dict[str, Any]:
    return {
        "secret": secret,
        "user_id": user_id,
        "by": Actor.user(user_id),
        "at": clock.now(),
        "real_at": clock.real_now(),
    }
