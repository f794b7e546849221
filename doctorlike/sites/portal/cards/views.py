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

from doctorlike.copay import commands as copay_commands
from doctorlike.copay import queries as copay
from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.payments import commands as payments
from doctorlike.payments import queries as paid
from doctorlike.payments.queries import CardView
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.portal import person
from doctorlike.sites.portal.cards.forms import ChooseCardForm
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
    managed = [one for one in viewer.policies if not one.by_invitation]
    open_policies = [one for one in managed if one.copay_percent and today <= one.last_day]
    enrolled = copay.enrolments([policy.id for policy in open_policies])
    choosable = {one.id for one in open_policies if cards and enrolled[one.id].user_id == viewer.user.pk}
    context = {"viewer": viewer, "cards": cards, "policies": open_policies, "choosable": choosable}
    return render(request, "portal/cards/index.html", context)


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
    # A programme that has ended cannot be suspended by it.
    resting = [one for one in _used_by(viewer).get(card.id, ()) if not copay.programme_over(one, on=clock.today())]
    return render(request, "portal/cards/unbind.html", {"viewer": viewer, "card": card, "policies": resting})


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Which of the client's cards the policy's share is debited from."""
    viewer = person.current(request)
    policy = policies.managed_policy_for(viewer.user.pk, policy_id, on=clock.today())
    enrolment = copay.enrolment(policy_id)
    if enrolment.user_id != viewer.user.pk or not policy.copay_percent:
        raise NotFoundError
    cards = paid.cards_of(viewer.user.pk)
    in_use = {"card": enrolment.card.id} if enrolment.card else None
    form = ChooseCardForm(request.POST if request.method == "POST" else None, cards=cards, initial=in_use)
    if request.method == "POST" and form.is_valid():
        copay_commands.choose_card(
            policy_id=policy_id,
            user_id=viewer.user.pk,
            card_id=form.cleaned_data["card"],
            by=viewer.actor,
            at=clock.now(),
        )
        messages.success(request, _("Доля по полису {number} спишется с выбранной карты.").format(number=policy.number))
        return redirect("cards:index")
    context = {"viewer": viewer, "policy": policy, "form": form, "cards": cards}
    return render(request, "portal/cards/choose.html", context, status=422 if form.errors else 200)


def _used_by(viewer: Viewer) -> dict[UUID, list[PolicyView]]:
    used: dict[UUID, list[PolicyView]] = {}
    enrolments = copay.enrolments([policy.id for policy in viewer.policies])
    for policy in viewer.policies:
        card = enrolments[policy.id].card
        if card is not None:
            used.setdefault(card.id, []).append(policy)
    return used
