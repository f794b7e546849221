"""«Семья»: who besides the policyholder sees a child's policy; inviting the other parent and ending that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.policies import commands
from doctorlike.policies import queries as policies
from doctorlike.policies.errors import OwnContactError
from doctorlike.policies.queries import InvitationView, PolicyView
from doctorlike.policies.rules import LinkRole, Standing
from doctorlike.sites.portal import person
from doctorlike.sites.portal.family.forms import InviteForm
from doctorlike.sites.portal.person import Viewer

_OVER = (Standing.ENDED, Standing.CANCELLED)


@dataclass(frozen=True, slots=True)
class Child:
    """A child's policy of the account. `invitation` is the latest one and for the policyholder only."""

    policy: PolicyView
    invitation: InvitationView | None
    is_old: bool
    can_invite: bool


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    viewer = person.current(request)
    today, real_now = clock.today(), clock.real_now()
    of_children = [one for one in viewer.policies if one.role in (LinkRole.GUARDIAN, LinkRole.PARENT)]
    held = [one.id for one in of_children if one.role == LinkRole.GUARDIAN]
    invitations = policies.invitations_of(held)
    children = [
        Child(
            one,
            invitation := invitations.get(one.id),
            is_old=invitation is not None and invitation.is_old(real_now),
            can_invite=policies.manages_child(one, today) and one.standing(today) not in _OVER,
        )
        for one in of_children
    ]
    return render(request, "portal/family/index.html", {"viewer": viewer, "children": children})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Name and contact of the other parent, with what they will see and what will stay the policyholder's."""
    viewer, policy = _managed(request, policy_id)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            commands.invite_parent(
                **_told(viewer, policy_id), name=form.cleaned_data["name"], contact=form.cleaned_data["contact"]
            )
        except OwnContactError as refusal:
            form.add_error("contact", str(refusal))
        except NotFoundError:
            raise
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Приглашение отправлено."))
            return redirect("family:index")
    return render(request, "portal/family/invite.html", {"viewer": viewer, "policy": policy, "form": form})


@require_POST
def send_again(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    return _done(request, policy_id, commands.send_invitation_again, _("Отправили новую ссылку, прежняя не действует."))


@require_POST
def revoke(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    return _done(request, policy_id, commands.revoke_invitation, _("Приглашение отозвано, ссылка не действует."))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    viewer, policy = _managed(request, policy_id)
    if request.method == "POST":
        return _done(request, policy_id, commands.end_parent_access, _("Доступ закрыт."))
    return render(request, "portal/family/end.html", {"viewer": viewer, "policy": policy})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    viewer = person.current(request)
    policy = policies.policy_for(viewer.user.pk, policy_id, on=clock.today())
    if not policy.by_invitation:
        raise NotFoundError
    if request.method == "POST":
        return _done(request, policy_id, commands.leave_child, _("Вы вышли, полис ребёнка вам больше не виден."))
    return render(request, "portal/family/leave.html", {"viewer": viewer, "policy": policy})


def _managed(request: HttpRequest, policy_id: UUID) -> tuple[Viewer, PolicyView]:
    viewer = person.current(request)
    policy = policies.policy_for(viewer.user.pk, policy_id, on=clock.today())
    if policy.role != LinkRole.GUARDIAN:
        raise NotFoundError
    return viewer, policy


def _told(viewer: Viewer, policy_id: UUID) -> dict[str, Any]:
    return {
        "user_id": viewer.user.pk,
        "policy_id": policy_id,
        "by": viewer.actor,
        "at": clock.now(),
        "real_at": clock.real_now(),
    }


def _done(request: HttpRequest, policy_id: UUID, command: Callable[..., None], said: str) -> HttpResponse:
    try:
        command(**_told(person.current(request), policy_id))
    except NotFoundError:
        raise
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("family:index")
