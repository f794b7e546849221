"""The product page with its calculator, the conditions, and the first step of an order."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError
from doctorlike.kit.money import Money
from doctorlike.products import queries as products
from doctorlike.products.errors import AgeNotSoldError
from doctorlike.products.rules import (
    Programme,
    Terms,
    YearCost,
    lowest_premium,
    typical_years,
    year_costs,
    year_price,
)
from doctorlike.shop import commands, words
from doctorlike.shop.rules import Choice, premium_for, start_window
from doctorlike.sites.portal.shop.forms import CalculatorForm
from doctorlike.ui.views import error_page
from doctorlike.ui.words import amount, percent

# Whose lowest price the first screen names.
EXAMPLE_AGE = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """A column of the picture: what a typical year costs at one percent."""

    label: str
    value: Money
    text: str
    current: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """One programme side by side with the others."""

    programme: Programme
    premium: Money
    years: tuple[YearCost, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """The worked example of one percent."""

    percent: int
    client: Money
    insurer: Money


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Everything about the product, and prices once the calculator is filled."""
    today = clock.today()
    sold = products.terms_on_sale(today)
    form = CalculatorForm(request.GET, terms=sold.terms, today=today) if "born_on" in request.GET else None
    offers: list[Offer] = []
    if form is not None and form.is_valid():
        try:
            offers = _offers(sold.terms, form, today)
        except AgeNotSoldError as refusal:
            form.add_error("born_on", str(refusal))
    page = {
        "form": form,
        # The page without answers is the same for everybody until other terms are sold, so its parts are kept.
        "calculator": SimpleLazyObject(lambda: CalculatorForm(terms=sold.terms, today=today)),
        "version_id": sold.version_id,
        "offers": offers,
        "token": secrets.token_urlsafe(24),
        "terms": sold.terms,
        **_examples(sold.version_id),
    }
    return render(request, "portal/shop/index.html", page)


@lru_cache(maxsize=8)
def _examples(version_id: UUID) -> Mapping[str, Any]:
    """What the page works out of the terms alone."""
    terms = products.terms_of(version_id)
    age = min(max(EXAMPLE_AGE, terms.age_from), terms.age_to)
    shares = [(one, words.EXAMPLE_PRICE.share(one)) for one in terms.copay_percents]
    return {
        "shares": [Share(one, share, words.EXAMPLE_PRICE - share) for one, share in shares],
        "example_price": words.EXAMPLE_PRICE,
        "typical_price": year_price(typical_years(terms)[0]),
        "lowest_premium": lowest_premium(terms, age=age),
        "example_age": age,
    }


def _offers(terms: Terms, form: CalculatorForm, today: date) -> list[Offer]:
    told = form.cleaned_data
    who = {"born_on": told["born_on"], "sex": told["sex"], "starts_on": start_window(terms, today)[0]}
    offers = []
    for programme in terms.programmes:
        choice = Choice(programme.code, told["scope"], told["copay_percent"])
        years = year_costs(terms, typical_years(terms)[0], **who, scope=choice.scope, programme=programme.code)
        bars = tuple(_bar(year, choice.copay_percent) for year in years)
        offers.append(Offer(programme, premium_for(terms, choice, **who), years, bars))
    return offers


def _bar(year: YearCost, chosen: int) -> Bar:
    # Whole roubles: the exact sum stands in the table below, and a column is narrow.
    return Bar(percent(year.copay_percent), year.total, amount(year.total.kopecks // 100), year.copay_percent == chosen)


@require_safe
def conditions(request: HttpRequest) -> HttpResponse:
    """The short conditions, as the document says them."""
    terms = products.terms_on_sale(clock.today()).terms
    return render(request, "portal/shop/conditions.html", {"sections": words.conditions(terms, settings.BRAND.insurer)})


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin the order under the token the page made up; what is not sold leads back to the calculator."""
    token = request.POST.get("token", "")
    copay = request.POST.get("copay_percent", "")
    choice = Choice(
        programme=request.POST.get("programme", ""),
        scope=request.POST.get("scope", ""),
        copay_percent=int(copay) if copay.isdecimal() and len(copay) < 3 else -1,
    )
    try:
        commands.start_order(token=token, choice=choice, at=clock.now())
    except DomainError as refusal:
        return error_page(
            request,
            status=409,
            title=_("Такой полис оформить нельзя"),
            text=str(refusal),
            way_url=reverse("shop:index"),
            way_label=_("Открыть калькулятор"),
        )
    return redirect("shop:policyholder", token=token)
