"""Pages where people are named: the policyholder, then everybody else who is insured."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.products.errors import AgeNotSoldError
from doctorlike.shop import commands, queries
from doctorlike.shop.errors import PolicyholderTooYoungError, StartDateError
from doctorlike.shop.queries import OrderView
from doctorlike.sites.portal.shop.forms import InsuredForm, PolicyholderForm, initial_of
from doctorlike.ui.forms import Form

_FIELDS: dict[type[DomainError], str] = {
    AgeNotSoldError: "born_on",
    PolicyholderTooYoungError: "born_on",
    StartDateError: "starts_on",
}


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def policyholder(request: HttpRequest, token: str) -> HttpResponse:
    order = queries.order_by_token(token)
    if not order.may_change:
        return redirect("shop:result", token=token)
    form = PolicyholderForm(
        request.POST or None, terms=order.terms, today=clock.today(), initial=_policyholder_initial(order)
    )
    if request.method == "POST" and form.is_valid():
        try:
            commands.save_policyholder(
                order_id=order.id,
                policyholder=form.policyholder(),
                starts_on=form.cleaned_data["starts_on"],
                by=Actor.visitor(str(order.id)),
                at=clock.now(),
            )
        except DomainError as refusal:
            _put(form, refusal)
        else:
            needs_insured = not form.cleaned_data["is_insured"] and not order.draft.others
            return redirect("shop:insured", token, 1) if needs_insured else redirect("shop:check", token)
    return render(request, "portal/shop/policyholder.html", {"form": form, "order": order, "token": token})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def insured(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Another insured: the `number`-th on the list, or a new one after the last."""
    order = queries.order_by_token(token)
    if not order.may_change:
        return redirect("shop:result", token=token)
    if order.draft.policyholder is None:
        return redirect("shop:policyholder", token=token)
    if not 1 <= number <= len(order.draft.others) + 1:
        raise Http404
    form = InsuredForm(
        request.POST or None,
        today=clock.today(),
        policyholder=order.draft.policyholder,
        initial=_insured_initial(order, number - 1),
    )
    if request.method == "POST" and form.is_valid():
        try:
            commands.save_insured(
                order_id=order.id,
                index=number - 1,
                person=form.answers(),
                by=Actor.visitor(str(order.id)),
                at=clock.now(),
            )
        except NotFoundError:
            raise
        except DomainError as refusal:
            _put(form, refusal)
        else:
            return redirect("shop:check", token=token)
    return render(
        request,
        "portal/shop/insured.html",
        {"form": form, "order": order, "token": token, "is_new": number > len(order.draft.others)},
    )


@require_POST
def remove_insured(request: HttpRequest, token: str, number: int) -> HttpResponse:
    order = queries.order_by_token(token)
    if not order.may_change:
        return redirect("shop:result", token=token)
    commands.remove_insured(order_id=order.id, index=number - 1, by=Actor.visitor(str(order.id)), at=clock.now())
    return redirect("shop:check", token=token)


def _put(form: Form, refusal: DomainError) -> None:
    form.add_error(_FIELDS.get(type(refusal)), str(refusal))


def _policyholder_initial(order: OrderView) -> dict[str, Any]:
    holder = order.draft.policyholder
    if holder is None:
        return {}
    return {
        **initial_of(holder.person),
        "phone": holder.phone,
        "email": holder.email,
        "is_insured": holder.is_insured,
        "starts_on": order.draft.starts_on,
    }


def _insured_initial(order: OrderView, index: int) -> dict[str, Any]:
    if index >= len(order.draft.others) or order.draft.policyholder is None:
        return {}
    person, holder = order.draft.others[index], order.draft.policyholder.person
    same = (person.registration, person.residence) == (holder.registration, holder.residence)
    return {**initial_of(person), "as_policyholder": same}
