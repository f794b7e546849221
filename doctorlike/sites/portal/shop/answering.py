"""Pages where people are named: the policyholder, then everybody else who is insured."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.products.errors import AgeNotSoldError
from doctorlike.shop import commands, queries
from doctorlike.shop.errors import OrderChangedError, PolicyholderTooYoungError, SameDocumentError, StartDateError
from doctorlike.shop.queries import OrderView
from doctorlike.shop.rules import AddressBook
from doctorlike.sites.portal.shop.finding import found_order
from doctorlike.sites.portal.shop.people import InsuredForm, PersonForm, PolicyholderForm, initial_of, typed_of
from doctorlike.ui.forms import Form

_FIELDS: dict[type[DomainError], str] = {
    AgeNotSoldError: "born_on",
    PolicyholderTooYoungError: "born_on",
    StartDateError: "starts_on",
    SameDocumentError: "number",
}
# The button that leaves the page with whatever stands on it.
LATER = "later"


# The lists of places and states are long, and what somebody types is never reflected on these pages without their
# own CSRF token, so compressing them tells nothing.
@gzip_page
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@found_order
def policyholder(request: HttpRequest, token: str, order: OrderView) -> HttpResponse:
    if not order.may_change:
        return redirect("shop:result", token=token)
    book = queries.places()
    if request.method != "POST" and _is_untouched(order):
        return _blank_policyholder(request, token, order, book)
    form = PolicyholderForm(request.POST or None, terms=order.terms, today=clock.today(), book=book)
    _recall(form, order, commands.POLICYHOLDER_PAGE, _policyholder_initial(order))
    if request.method == "POST":
        if LATER in request.POST:
            return _leave(request, token, order, commands.POLICYHOLDER_PAGE, form)
        if form.is_valid():
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
        _keep(request, order, commands.POLICYHOLDER_PAGE, form)
    page = {"form": form, "order": order, "token": token, "places": _drawn(book.suggestions)}
    return render(request, "portal/shop/policyholder.html", page)


def _is_untouched(order: OrderView) -> bool:
    return order.draft.policyholder is None and commands.POLICYHOLDER_PAGE not in order.draft.unfinished


def _blank_policyholder(request: HttpRequest, token: str, order: OrderView, book: AddressBook) -> HttpResponse:
    """Everybody's first look at the form is the same until the day, the terms or the places change, so it is kept."""
    today = clock.today()
    page = {
        "order": order,
        "token": token,
        "blank": SimpleLazyObject(lambda: PolicyholderForm(terms=order.terms, today=today, book=book)),
        "blank_by": (order.version_id, today, book.suggestions),
        "places": _drawn(book.suggestions),
    }
    return render(request, "portal/shop/policyholder.html", page)


@gzip_page
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@found_order
def insured(request: HttpRequest, token: str, order: OrderView, number: int) -> HttpResponse:
    """Another insured: the `number`-th on the list, or a new one after the last."""
    if not order.may_change:
        return redirect("shop:result", token=token)
    if order.draft.policyholder is None:
        return redirect("shop:policyholder", token=token)
    if not 1 <= number <= len(order.draft.others) + 1:
        raise Http404
    book, is_new = queries.places(), number > len(order.draft.others)
    form = InsuredForm(request.POST or None, today=clock.today(), book=book, policyholder=order.draft.policyholder)
    _recall(form, order, commands.insured_page(number - 1), _insured_initial(order, number - 1))
    form.initial.update(edition=order.edition, is_new=is_new)
    if request.method == "POST":
        if LATER in request.POST:
            return _leave(request, token, order, commands.insured_page(number - 1), form)
        if form.is_valid():
            try:
                commands.save_insured(
                    order_id=order.id,
                    index=number - 1,
                    person=form.answers(),
                    seen_edition=form.cleaned_data["edition"],
                    is_new=form.cleaned_data["is_new"],
                    by=Actor.visitor(str(order.id)),
                    at=clock.now(),
                )
            except NotFoundError:
                raise
            except OrderChangedError as refusal:
                messages.warning(request, str(refusal))
                return redirect("shop:check", token=token)
            except DomainError as refusal:
                _put(form, refusal)
            else:
                return redirect("shop:check", token=token)
        _keep(request, order, commands.insured_page(number - 1), form)
    page = {"form": form, "order": order, "token": token, "is_new": is_new, "places": _drawn(book.suggestions)}
    return render(request, "portal/shop/insured.html", page)


@require_POST
@found_order
def remove_insured(request: HttpRequest, token: str, order: OrderView, number: int) -> HttpResponse:
    if not order.may_change:
        return redirect("shop:result", token=token)
    seen = request.POST.get("edition", "")
    commands.remove_insured(
        order_id=order.id,
        index=number - 1,
        seen_edition=int(seen) if seen.isdecimal() and len(seen) < 9 else None,
        by=Actor.visitor(str(order.id)),
        at=clock.now(),
    )
    return redirect("shop:check", token=token)


@lru_cache(maxsize=4)
def _drawn(places: tuple[str, ...]) -> SafeString:
    """The same for every visitor until a region or a clinic is added."""
    return format_html_join("", '<option value="{}"></option>', ((one,) for one in places))


def _put(form: Form, refusal: DomainError) -> None:
    form.add_error(_FIELDS.get(type(refusal)), str(refusal))


def _recall(form: PersonForm, order: OrderView, page: str, saved: dict[str, Any]) -> None:
    """What the form shows before it is sent: the accepted answers, or what was typed since and not accepted."""
    typed = order.draft.unfinished.get(page)
    form.initial = typed_of(form, typed) if typed else saved


def _keep(request: HttpRequest, order: OrderView, page: str, form: PersonForm) -> None:
    typed = {name: request.POST[name] for name in form.fields if name in request.POST and not form[name].is_hidden}
    commands.keep_unfinished(order_id=order.id, page=page, typed=typed, by=Actor.visitor(str(order.id)), at=clock.now())


def _leave(request: HttpRequest, token: str, order: OrderView, page: str, form: PersonForm) -> HttpResponse:
    _keep(request, order, page, form)
    return redirect("shop:later", token=token)


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
