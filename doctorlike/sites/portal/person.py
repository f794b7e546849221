"""Whose things the pages of the account show: the person chosen at the top, and that person's policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from doctorlike.accounts.models import User
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.visitor import signed_in

SESSION_KEY = "shown_policy"


@dataclass(frozen=True, slots=True)
class PersonTab:
    """One choice of the person switch."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in client. `policy` is None until a policy is linked; `people` has a tab for each insured person."""

    user: User
    actor: Actor
    policies: Sequence[PolicyView]
    policy: PolicyView | None
    people: Sequence[PersonTab]


def current(request: HttpRequest) -> Viewer:
    """Who looks and at whom: one query. Pages below the access table's sign-in row only."""
    user = signed_in(request)
    today = clock.today()
    linked = policies.policies_of(user.pk, on=today)
    of_people = policies.one_per_person(linked, today)
    chosen = request.session.get(SESSION_KEY)
    policy = next((one for one in linked if str(one.id) == chosen), None) or next(iter(of_people), None)
    tabs = [
        PersonTab(
            label=_label(one),
            url=reverse("home:show", args=[one.id]),
            current=policy is not None and one.person_key == policy.person_key,
        )
        for one in of_people
    ]
    return Viewer(user, Actor.user(user.pk), linked, policy, tabs if len(tabs) > 1 else [])


def show(request: HttpRequest, policy_id: UUID) -> None:
    """Remember whose things to show; NotFoundError for a policy that is not linked to this client."""
    user = signed_in(request)
    policies.policy_for(user.pk, policy_id, on=clock.today())
    request.session[SESSION_KEY] = str(policy_id)


def _label(policy: PolicyView) -> str:
    return gettext("Я") if policy.role == "self" else policy.insured.given_name
