"""The product page with its calculator, the conditions and rules, and the first step of an order."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doctorlike.kit import clock
from doctorlike.kit.dates import full_years
from doctorlike.kit.errors import DomainError
from doctorlike.kit.money import Money
from doctorlike.products import queries as products
from doctorlike.products.errors import AgeNotSoldError
from doctorlike.products.queries import SoldVersion
from doctorlike.products.rules import lowest_premium
from doctorlike.shop import commands, words
from doctorlike.shop.rules import Choice, start_window
from doctorlike.sites.portal.shop import recent
from doctorlike.sites.portal.shop.forms import CalculatorForm
from doctorlike.sites.portal.shop.offers import Prices
from doctorlike.ui.views import error_page

# Whose lowest price the first screen names.
EXAMPLE_AGE = 30
# What an address may carry of a calculation: what is sold, never about whom.
SHARED = ("scope", "copay_percent")
TOLD = ("born_on", "sex")


@dataclass(frozen=True, slots=True)
class Share:
    """The worked example of one percent."""

    percent: int
    client: Money
    insurer: Money


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Everything about the product. The calculator is posted, what it was told about a person is kept sealed in the
    browser, and the prices stand at an address that tells nothing of them."""
    sold = products.terms_on_sale(clock.today())
    if request.method == "POST":
        return _calculate(request, sold)
    told = recent.recall(request, request.GET["for"], clock.real_now()) if "for" in request.GET else None
    if told is not None:
        form = _form(sold, {**told, **_shared(request.GET)})
        return _page(request, sold, form, _priced(sold, form))
    if wished := _shared(request.GET):
        # Somebody else's address, or one opened again later: the variant is there, the person is asked anew.
        form = CalculatorForm(terms=sold.terms, today=clock.today(), initial=wished)
        return _page(request, sold, form, None)
    return _page(request, sold, None, None)


def _calculate(request: HttpRequest, sold: SoldVersion) -> HttpResponse:
    form = _form(sold, request.POST)
    if _priced(sold, form) is None:
        return _page(request, sold, form, None)
    key = recent.new_key()
    address = urlencode({**_shared(request.POST), "for": key})
    response = redirect(f"{reverse('shop:index')}?{address}#prices")
    recent.keep(request, response, key=key, told={name: request.POST[name] for name in TOLD}, at=clock.real_now())
    return response


def _form(sold: SoldVersion, told: Mapping[str, Any]) -> CalculatorForm:
    return CalculatorForm(told, terms=sold.terms, today=clock.today())


def _shared(told: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(told[name]) for name in SHARED if name in told}


def _priced(sold: SoldVersion, form: CalculatorForm) -> Prices | None:
    """None when the answers are wrong or nobody of that age is insured; the form then says so."""
    if not form.is_valid():
        return None
    told = form.cleaned_data
    starts_on = start_window(sold.terms, clock.today())[0]
    age = full_years(told["born_on"], starts_on)
    prices = Prices(sold.terms, age, told["sex"], told["scope"], told["copay_percent"])
    try:
        prices.check()
    except AgeNotSoldError as refusal:
        form.add_error("born_on", str(refusal))
        return None
    return prices


def _page(request: HttpRequest, sold: SoldVersion, form: CalculatorForm | None, prices: Prices | None) -> HttpResponse:
    page = {
        "form": form,
        # The page without answers is the same for everybody until other terms are sold, so its parts are kept.
        "calculator": SimpleLazyObject(lambda: CalculatorForm(terms=sold.terms, today=clock.today())),
        "version_id": sold.version_id,
        "prices": prices,
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
        "lowest_premium": lowest_premium(terms, age=age),
        "example_age": age,
        "scopes": terms.scopes,
    }


@require_safe
def conditions(request: HttpRequest) -> HttpResponse:
    """The short conditions, as the document says them."""
    terms = products.terms_on_sale(clock.today()).terms
    return render(request, "portal/shop/conditions.html", {"sections": words.conditions(terms, settings.BRAND.insurer)})


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The public insurance rules of the version on sale; a version without them has its conditions."""
    sold = products.terms_on_sale(clock.today())
    if not sold.terms.rules_text:
        return redirect("shop:conditions")
    return render(request, "portal/shop/rules.html", {"sold": sold, "sections": sold.terms.rules_text})


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
