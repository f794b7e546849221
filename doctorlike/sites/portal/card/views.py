"""The digital card of the chosen person's policy, shown at a clinic (docs/adr/0006-digital-card.md)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from doctorlike.accounts import queries as accounts
from doctorlike.coverage import commands
from doctorlike.coverage.commands import OpenCard
from doctorlike.coverage.queries import cards
from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.portal import person
from doctorlike.sites.portal.card import face
from doctorlike.sites.portal.person import PersonTab, Viewer


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Of the person whose things the account shows. It never redirects: a device takes a redirect of this page for the
    end of its sign-in (`worker.js`)."""
    viewer = person.current(request)
    if viewer.policy is None:
        return render(request, "portal/card/no_policy.html", {"viewer": viewer})
    if not viewer.policy.medical_open:
        return render(request, "portal/card/closed.html", {"viewer": viewer})
    return _page(request, viewer, viewer.policy)


@never_cache
@require_safe
def show(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    viewer = person.current(request)
    policy = next((one for one in viewer.policies if one.id == policy_id and one.medical_open), None)
    if policy is None:
        raise NotFoundError
    return _page(request, viewer, policy)


@never_cache
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """What this device keeps to show its cards without a network. A card that is not in the answer is to be
    forgotten."""
    viewer = person.current(request)
    return JsonResponse(face.kept(_opened(request, viewer), viewer.user.subject, clock.now()))


def _page(request: HttpRequest, viewer: Viewer, policy: PolicyView) -> HttpResponse:
    """Shows the code of this moment too, so that a browser without scripts has one."""
    at, real_at = clock.now(), clock.real_now()
    opened = _opened(request, viewer) if cards.may_show(policy, at) else []
    card = next((one for one in opened if one.policy.id == policy.id), None)
    told = {
        "viewer": viewer,
        "people": _people(viewer, policy),
        "policy": policy,
        "face": face.face(policy, at),
        "is_over": not cards.may_show(policy, at),
        "code": face.code(card, real_at) if card else None,
    }
    return render(request, "portal/card/index.html", told)


def _opened(request: HttpRequest, viewer: Viewer) -> list[OpenCard]:
    """This device's cards; none for a sign-in that has just been ended from elsewhere."""
    sign_in_id = accounts.sign_in_of(request.session.session_key or "")
    if sign_in_id is None:
        return []
    return commands.open_cards(user_id=viewer.user.pk, sign_in_id=sign_in_id, by=viewer.actor, at=clock.now())


def _people(viewer: Viewer, shown: PolicyView) -> list[PersonTab]:
    of_people = [one for one in policies.one_per_person(viewer.policies, clock.today()) if one.medical_open]
    if len(of_people) < 2:
        return []
    now = clock.now()
    return [
        PersonTab(
            label=face.face(one, now).person,
            url=reverse("card:show", args=[one.id]),
            current=one.person_key == shown.person_key,
        )
        for one in of_people
    ]
