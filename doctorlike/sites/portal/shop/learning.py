"""What people want to know before they buy: is it covered, and where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import ClinicFilters
from doctorlike.clinics.rules.listing import ListAsked, ListFormat, address_beside_metro
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.products import queries as products
from doctorlike.products.rules import LONGEST_QUESTION, answer
from doctorlike.regions import queries as regions
from doctorlike.sites.portal.clinics.downloads import Stand, answered, offers
from doctorlike.sites.portal.shop import recent
from doctorlike.ui.forms import Form, SearchInput

PER_PAGE = 20


class QuestionForm(Form):
    """Asked with a POST: what somebody is ill with belongs in no address."""

    question = forms.CharField(
        label=_("Что вас интересует?"),
        help_text=_("Простыми словами: «зуб», «УЗИ», «массаж», «роды»"),
        max_length=LONGEST_QUESTION,
        widget=SearchInput,
        error_messages={"required": _("Напишите, о какой помощи вы спрашиваете, например «зуб».")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def covered(request: HttpRequest) -> HttpResponse:
    """Covered or not: a question in plain words, and the answer in each programme."""
    sold = products.terms_on_sale(clock.today())
    if request.method == "POST":
        asked = QuestionForm(request.POST)
        if asked.is_valid():
            return _remember(request, asked.cleaned_data["question"])
        return _answers(request, asked, sold, "")
    told = recent.recall(request, request.GET["for"], clock.real_now()) if "for" in request.GET else None
    question = str(told.get("question", "")) if told else ""
    return _answers(request, QuestionForm(initial={"question": question}), sold, question)


def _remember(request: HttpRequest, question: str) -> HttpResponse:
    key = recent.new_key()
    response = redirect(f"{reverse('shop:covered')}?for={key}#answers")
    recent.keep(request, response, key=key, told={"question": question}, at=clock.real_now())
    return response


def _answers(request: HttpRequest, form: QuestionForm, sold: products.SoldVersion, question: str) -> HttpResponse:
    found = products.topics_about(sold.version_id, question) if question else None
    page = {
        "form": form,
        "sold": sold,
        "terms": sold.terms,
        "question": question,
        "found": found,
        "answers": [answer(sold.terms, topic) for topic in found.topics] if found else [],
        "everything": [] if found and found.topics else [answer(sold.terms, topic) for topic in sold.terms.topics],
    }
    return render(request, "portal/shop/covered.html", page)


@require_safe
def network(request: HttpRequest) -> HttpResponse:
    """The clinics of each scope on sale, a page at a time, by region."""
    terms, today = products.terms_on_sale(clock.today()).terms, clock.today()
    scope = _scope(request, terms.scopes)
    counts = clinics.clinic_counts_by_region(scope, today)
    known = [(one.code, one.shown_name, counts[one.code]) for one in regions.all_regions() if one.code in counts]
    region = request.GET.get("region", "")
    number = _page_number(request.GET.get("page", ""))
    region = region if region in counts else ""
    count = counts[region] if region else sum(counts.values())
    filters = ClinicFilters(scope, today, regions=(region,) if region else None)
    found = clinics.search(filters, offset=(number - 1) * PER_PAGE, limit=PER_PAGE)
    # The page is read already; the paginator only knows how many there are in all.
    page: Page[Any] = Page(list(found.clinics), number, Paginator(range(count), PER_PAGE))
    asked = _list_asked(scope, region, today, ListFormat.XLSX)
    urls = {one: _list_url(one, scope, region) for one in ListFormat}
    files = offers(asked, count, urls) if count else []
    shown = {
        "terms": terms,
        "scope": scope,
        "region": region,
        "regions": known,
        "count": count,
        "lines": [(one, address_beside_metro(one.address, one.metro)) for one in found.clinics],
        "page": page,
        "files": files,
        "making": any(one.stand is Stand.MAKING for one in files),
        "here": request.get_full_path(),
    }
    return render(request, "portal/shop/network.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def network_file(request: HttpRequest, extension: str) -> HttpResponse:
    """The list of a scope, or of one region of it, for anybody. However many ask, it is made once a day."""
    scope = _scope(request, products.terms_on_sale(clock.today()).terms.scopes)
    region = request.GET.get("region", "")
    region = region if region in {one.code for one in regions.all_regions()} else ""
    back = f"{reverse('shop:network')}?{urlencode({'scope': scope, 'region': region})}"
    asked = _list_asked(scope, region, clock.today(), ListFormat(extension))
    return answered(request, asked, by=Actor.visitor("shop"), back=back)


def _scope(request: HttpRequest, on_sale: Sequence[str]) -> str:
    asked = request.GET.get("scope", "")
    return asked if asked in on_sale else on_sale[0]


def _list_asked(scope: str, region: str, on: date, format: ListFormat) -> ListAsked:
    return ListAsked(scope, on, (region,) if region else None, format)


def _list_url(format: ListFormat, scope: str, region: str) -> str:
    return f"{reverse(f'shop:network_{format}')}?{urlencode({'scope': scope, 'region': region})}"


def _page_number(asked: str) -> int:
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
