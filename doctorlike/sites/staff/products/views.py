"""Versions of products for whoever keeps catalogues: a draft is changed piece by piece, its effect on prices looked at,
and what was looked at is published."""

from __future__ import annotations

import csv
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError
from doctorlike.kit.sheets import LARGEST_FILE_BYTES, read_sheet
from doctorlike.products import commands as products
from doctorlike.products import queries
from doctorlike.products.queries import DraftView
from doctorlike.products.rules import COLUMNS, Effect, PriceChange, effect, read_tariff, tariff_rows
from doctorlike.sites.staff.products.editors import (
    BenefitsEditor,
    ContractEditor,
    Editor,
    ProgrammesEditor,
    TariffEditor,
    YearsEditor,
)
from doctorlike.sites.staff.products.texts import TextsEditor
from doctorlike.sites.staff.products.words import SCOPE_NAMES, SEX_NAMES
from doctorlike.sites.visitor import signed_in
from doctorlike.ui.forms import Form

PARTS: dict[str, type[Editor]] = {
    "contract": ContractEditor,
    "programmes": ProgrammesEditor,
    "tariff": TariffEditor,
    "years": YearsEditor,
    "texts": TextsEditor,
}
# A template would call the classes themselves.
_TITLES = [(part, editor.title) for part, editor in PARTS.items()]
_REFUSED = 422


class TableForm(Form):
    """A tariff from a spreadsheet."""

    file = forms.FileField(
        label=gettext_lazy("Файл тарифа"),
        help_text=gettext_lazy("CSV или XLSX со столбцами из выгрузки"),
        widget=forms.FileInput({"accept": ".csv,.xlsx,.xls,.ods"}),
    )


class PublishForm(Form):
    """The second look: what is published is what this page showed."""

    number = forms.CharField(label=gettext_lazy("Номер версии, которую публикуете"), max_length=6)
    looked = forms.BooleanField(label=gettext_lazy("Цены и условия проверены, изменить их потом нельзя"))
    seen = forms.CharField(widget=forms.HiddenInput)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "staff/products/index.html", {"versions": queries.versions(), "today": clock.today()})


@require_POST
def start(request: HttpRequest, product_code: str) -> HttpResponse:
    """A draft of the next version, or the one that is there."""
    version_id = products.start_draft(product_code=product_code, by=_by(request), at=clock.now())
    return redirect("versions:draft", version_id)


@require_safe
def draft(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """A version: its parts, what forbids to publish it, what it would change in prices."""
    shown = queries.version(version_id)
    page = {"draft": shown, "parts": _TITLES, **_compared(shown)}
    return render(request, "staff/products/draft.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, version_id: UUID, part: str) -> HttpResponse:
    if part not in PARTS:
        raise Http404
    shown = queries.draft(version_id)
    return _edit(request, shown, part, PARTS[part](shown, request.POST or None))


@require_http_methods(["GET", "HEAD", "POST"])
def programme(request: HttpRequest, version_id: UUID, programme: str) -> HttpResponse:
    """The benefits and exclusions of one programme."""
    shown = queries.draft(version_id)
    if programme not in {one["code"] for one in shown.written["programmes"]}:
        raise Http404
    editor = BenefitsEditor(shown, request.POST or None, programme=programme)
    return _edit(request, shown, f"programmes.{programme}", editor)


def _edit(request: HttpRequest, shown: DraftView, part: str, editor: Editor) -> HttpResponse:
    wrong = ""
    if request.method == "POST" and editor.is_valid():
        try:
            products.save_draft(
                version_id=shown.line.id,
                seen=request.POST.get("seen", ""),
                part=part,
                written=editor.written(),
                sold_from_on=editor.sold_from_on,
                by=_by(request),
                at=clock.now(),
            )
        except DomainError as refusal:
            wrong = str(refusal)
        else:
            messages.success(request, _("Черновик сохранён."))
            return redirect(request.path if "more" in request.POST else "versions:draft", *_back(request, shown))
    page = {"draft": shown, "editor": editor, "wrong": wrong, "seen": _seen(request, shown), **editor.forms}
    failed = request.method == "POST" and (wrong or not editor.is_valid())
    return render(request, editor.template, page, status=_REFUSED if failed else 200)


def _back(request: HttpRequest, shown: DraftView) -> tuple[Any, ...]:
    return () if "more" in request.POST else (shown.line.id,)


def _seen(request: HttpRequest, shown: DraftView) -> str:
    # A refused page keeps what it was opened with, so that saving it again cannot undo another's change unseen.
    return request.POST.get("seen", shown.seen)


@require_safe
def tariff_file(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The tariff as a table for a spreadsheet; a published version's too."""
    shown = queries.version(version_id)
    name = f"tariff-{shown.line.product_code}-{shown.line.number}.csv"
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")  # a spreadsheet takes a file without it for one in another encoding
    table = csv.DictWriter(response, COLUMNS, delimiter=";")
    table.writeheader()
    table.writerows(tariff_rows(shown.written))
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def import_tariff(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """A tariff back from a spreadsheet, in place of the draft's."""
    shown = queries.draft(version_id)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            sheet = read_sheet(form.cleaned_data["file"].read(LARGEST_FILE_BYTES + 1))
            rows = [(row.number, row.cells) for row in sheet.rows]
            tariff = read_tariff(rows, shown.written["tariff"])
            products.save_draft(
                version_id=version_id,
                seen=request.POST.get("seen", ""),
                part="tariff.table",
                written={**shown.written, "tariff": tariff},
                by=_by(request),
                at=clock.now(),
            )
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("Тариф загружен. Посмотрите, что он меняет."))
            return redirect("versions:draft", version_id)
    page = {"draft": shown, "form": form, "seen": _seen(request, shown)}
    return render(request, "staff/products/import.html", page, status=_REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The second look before a version is published for good."""
    shown = queries.draft(version_id)
    form = PublishForm(request.POST or None, initial={"seen": shown.seen})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["number"].strip() != str(shown.line.number):
            form.add_error("number", _("Это черновик версии %s. Введите её номер.") % shown.line.number)
        else:
            try:
                products.publish_draft(
                    version_id=version_id, seen=form.cleaned_data["seen"], by=_by(request), at=clock.now()
                )
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Версия опубликована."))
                return redirect("versions:index")
    page = {"draft": shown, "form": form, **_compared(shown)}
    return render(request, "staff/products/publish.html", page, status=_REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Throw the draft away, once confirmed."""
    shown = queries.draft(version_id)
    if request.method == "POST":
        products.discard_draft(version_id=version_id, seen=shown.seen, by=_by(request), at=clock.now())
        messages.success(request, _("Черновик удалён."))
        return redirect("versions:index")
    return render(request, "staff/products/discard.html", {"draft": shown})


def _by(request: HttpRequest) -> Actor:
    return Actor.staff(signed_in(request).pk)


def _compared(shown: DraftView) -> dict[str, Any]:
    """What the draft would change against the version sold last; `effect` is None while the draft cannot be priced, and
    for a version published already."""
    before = queries.terms_before(shown.line.product_code)
    if shown.terms is None or before is None or shown.line.published_at is not None:
        return {"effect": None, "before": None, "rises": [], "falls": []}
    line, terms = before
    found: Effect = effect(terms, shown.terms)
    names = {one.code: one.name for one in (*terms.programmes, *shown.terms.programmes)}
    return {
        "effect": found,
        "before": line,
        "rises": [_words(one, names) for one in found.rises],
        "falls": [_words(one, names) for one in found.falls],
    }


def _words(change: PriceChange, names: dict[str, str]) -> dict[str, Any]:
    return {
        "change": change,
        "sex": SEX_NAMES[change.sex],
        "scope": SCOPE_NAMES[change.scope],
        "programme": names.get(change.programme, change.programme),
    }
