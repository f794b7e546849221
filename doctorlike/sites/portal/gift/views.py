"""«Это подарок»: who gets the policy, where it reaches them, and on which day. Behind the order's secret link."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError
from doctorlike.shop import commands, queries
from doctorlike.shop.errors import GiftDateError, OrderClosedError
from doctorlike.shop.queries import OrderView
from doctorlike.shop.rules.gifts import giftable
from doctorlike.sites.portal.gift.forms import GiftForm
from doctorlike.sites.portal.shop.finding import found_order


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@found_order
def choose(request: HttpRequest, token: str, order: OrderView) -> HttpResponse:
    starts_on, today = order.draft.starts_on, clock.today()
    if not order.may_change or order.draft.policyholder is None or starts_on is None:
        return redirect("shop:check", token=token)
    people = giftable(order.draft, today)
    chosen = queries.gift_of(order.id)
    form = GiftForm(
        request.POST if request.method == "POST" else None,
        people=people,
        starts_on=starts_on,
        today=today,
        chosen=chosen,
    )
    if request.method == "POST" and people and form.is_valid():
        try:
            commands.save_gift(order_id=order.id, **form.cleaned_data, by=Actor.visitor(str(order.id)), at=clock.now())
        except OrderClosedError:
            return redirect("shop:result", token=token)
        except DomainError as refusal:
            form.add_error("hand_over_on" if isinstance(refusal, GiftDateError) else "index", str(refusal))
        else:
            messages.success(request, _("Записали: полис будет вручён как подарок."))
            return redirect("shop:check", token=token)
    page = {"order": order, "token": token, "form": form, "people": people, "chosen": chosen}
    return render(request, "portal/gift/choose.html", page)


@require_POST
@found_order
def drop(request: HttpRequest, token: str, order: OrderView) -> HttpResponse:
    try:
        commands.drop_gift(order_id=order.id, by=Actor.visitor(str(order.id)), at=clock.now())
    except OrderClosedError as refusal:
        messages.warning(request, str(refusal))
        return redirect("shop:result", token=token)
    messages.success(request, _("Полис не подарок: документы придут вам."))
    return redirect("shop:check", token=token)
