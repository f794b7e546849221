"""The client's cards: which are bound, for which policies, and letting go of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.copay import queries as copay
from doctorlike.kit import clock
from doctorlike.payments import commands as payments
from doctorlike.payments import queries as paid
from doctorlike.payments.queries import CardView
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.portal import person
from doctorlike.sites.portal.person import Viewer


@dataclass(frozen=True, slots=True)
class BoundCard:
    """A card with the client's policies that rest on it."""

    card: CardView
    policies: Sequence[PolicyView]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    viewer = person.current(request)
    used = _used_by(viewer)
    cards = [BoundCard(card, used.get(card.id, ())) for card in paid.cards_of(viewer.user.pk)]
    today = clock.today()
    open_policies = [one for one in viewer.policies if one.copay_percent and today < one.period.ends_on]
    return render(request, "portal/cards/index.html", {"viewer": viewer, "cards": cards, "policies": open_policies})


@require_http_methods(["GET", "HEAD", "POST"])
def unbind(request: HttpRequest, card_id: UUID) -> HttpResponse:
    """What follows is told before; then at once, without conditions (Federal law 376-FZ)."""
    viewer = person.current(request)
    card = paid.card_for(viewer.user.pk, card_id)
    if request.method == "POST":
        payments.unbind_card(card_id=card.id, by=viewer.actor, at=clock.now())
        messages.success(request, _("Карта {card} отвязана.").format(card=card.title))
        return redirect("cards:index")
    if not card.usable:
        return redirect("cards:index")
    policies = _used_by(viewer).get(card.id, ())
    return render(request, "portal/cards/unbind.html", {"viewer": viewer, "card": card, "policies": policies})


def _used_by(viewer: Viewer) -> dict[UUID, list[PolicyView]]:
    used: dict[UUID, list[PolicyView]] = {}
    enrolments = copay.enrolments([policy.id for policy in viewer.policies])
    for policy in viewer.policies:
        card = enrolments[policy.id].card
        if card is not None:
            used.setdefault(card.id, []).append(policy)
    return used
