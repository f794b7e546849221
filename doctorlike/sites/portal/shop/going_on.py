"""Another variant, new terms, and coming back later."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError
from doctorlike.kit.money import Money
from doctorlike.products import queries as products
from doctorlike.products.errors import AgeNotSoldError
from doctorlike.products.rules import Scope, Terms
from doctorlike.shop import commands
from doctorlike.shop.queries import OrderView
from doctorlike.shop.rules import Choice, OrderState, priced
from doctorlike.sites.links import absolute
from doctorlike.sites.portal.shop.fields import EmailField
from doctorlike.sites.portal.shop.finding import found_order
from doctorlike.sites.portal.shop.forms import SCOPES
from doctorlike.ui.forms import CardLabel, ChoiceCards, Form
from doctorlike.ui.words import money, percent


class VariantForm(Form):
    """Programme, scope and percent of the whole order, each told with what the order would cost with it."""

    programme = forms.ChoiceField(label=_("Программа"), widget=ChoiceCards)
    scope = forms.ChoiceField(label=_("Где лечиться"), widget=ChoiceCards)
    copay_percent = forms.TypedChoiceField(
        label=_("Франшиза: ваша доля цены каждой услуги"), coerce=int, widget=ChoiceCards
    )

    def __init__(self, *args: Any, terms: Terms, order: OrderView, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = order.choice
        self._offer(
            "programme",
            [(one.code, one.name, Choice(one.code, now.scope, now.copay_percent)) for one in terms.programmes],
            terms,
            order,
        )
        self._offer(
            "scope",
            [(one, SCOPES[Scope(one)], Choice(now.programme, one, now.copay_percent)) for one in terms.scopes],
            terms,
            order,
        )
        self._offer(
            "copay_percent",
            [(one, percent(one), Choice(now.programme, now.scope, one)) for one in terms.copay_percents],
            terms,
            order,
        )

    def _offer(self, name: str, variants: list[tuple[Any, Any, Choice]], terms: Terms, order: OrderView) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(value, CardLabel(title, amount=_cost(terms, c, order))) for value, title, c in variants]

    def choice(self) -> Choice:
        told = self.cleaned_data
        return Choice(told["programme"], told["scope"], told["copay_percent"])


def _cost(terms: Terms, choice: Choice, order: OrderView) -> str:
    """Of everybody in the order; empty while nobody is named or when it is not sold to somebody."""
    try:
        lines = priced(terms, choice, order.draft)
    except DomainError:
        return ""
    return money(Money.total(one.premium for one in lines)) if lines else ""


class LaterForm(Form):
    email = EmailField(label=_("Куда прислать ссылку"), help_text=_("Адрес электронной почты"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@found_order
def variant(request: HttpRequest, token: str, order: OrderView) -> HttpResponse:
    if not order.may_change:
        return redirect("shop:result", token=token)
    terms, choice = products.terms_on_sale(clock.today()).terms, order.choice
    now = {"programme": choice.programme, "scope": choice.scope, "copay_percent": choice.copay_percent}
    form = VariantForm(request.POST or None, terms=terms, order=order, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            commands.choose_variant(order_id=order.id, choice=form.choice(), by=_by(order), at=clock.now())
        except AgeNotSoldError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("shop:check", token=token)
    return render(request, "portal/shop/variant.html", {"form": form, "order": order, "token": token})


@require_POST
@found_order
def accept_terms(request: HttpRequest, token: str, order: OrderView) -> HttpResponse:
    """Go on under the terms on sale now, which the summary has told with both prices."""
    commands.refresh_version(order_id=order.id, by=_by(order), at=clock.now())
    return redirect("shop:check", token=token)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@found_order
def later(request: HttpRequest, token: str, order: OrderView) -> HttpResponse:
    """The link to come back by, and until when; mailed on request."""
    if not order.may_change:
        return redirect("shop:result", token=token)
    link = absolute("portal", "shop:resume", token=token)
    form = LaterForm(request.POST or None, initial={"email": _known_email(order)})
    if request.method == "POST" and form.is_valid():
        try:
            commands.send_resume_link(
                order_id=order.id,
                email=form.cleaned_data["email"],
                link=link,
                by=_by(order),
                at=clock.now(),
                real_at=clock.real_now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Письмо со ссылкой отправлено. Эту страницу можно закрыть."))
            return redirect("shop:later", token=token)
    return render(request, "portal/shop/later.html", {"form": form, "order": order, "token": token, "link": link})


@never_cache
@require_safe
@found_order
def resume(request: HttpRequest, token: str, order: OrderView) -> HttpResponse:
    """To where the order was left."""
    draft, unfinished = order.draft, order.draft.unfinished
    if order.state is not OrderState.DRAFT:
        return redirect("shop:result", token=token)
    if draft.policyholder is None or commands.POLICYHOLDER_PAGE in unfinished:
        return redirect("shop:policyholder", token=token)
    for index in range(len(draft.others) + 1):
        if commands.insured_page(index) in unfinished or not (draft.insured or index):
            return redirect("shop:insured", token, index + 1)
    return redirect("shop:check", token=token)


def _known_email(order: OrderView) -> str:
    """Told on the policyholder's page, accepted or not yet."""
    if order.draft.policyholder:
        return order.draft.policyholder.email
    return order.draft.unfinished.get(commands.POLICYHOLDER_PAGE, {}).get("email", "")


def _by(order: OrderView) -> Actor:
    return Actor.visitor(str(order.id))
