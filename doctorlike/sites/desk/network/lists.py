"""Lists of clinics and prices: sent, their columns named, looked through, applied, taken back."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doctorlike.clinics import commands
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.errors import MappingLacksError
from doctorlike.clinics.queries import RunView
from doctorlike.clinics.rules import RUN_STATES, Absent, ListKind, Outcome, RunState, guess
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.sites.desk.network.forms import ApplyForm, ColumnsForm, FindClinicForm, SheetForm, UploadForm
from doctorlike.sites.desk.network.words import OUTCOMES, SCOPE_NAMES, changes, column_title
from doctorlike.sites.visitor import signed_in

_ON_A_PAGE = 50
_TO_MEND = "mend"


def _by(request: HttpRequest) -> Actor:
    return Actor.staff(signed_in(request).pk)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    runs = [(one, RUN_STATES[one.state]) for one in clinics.runs()]
    return render(request, "desk/network/index.html", {"runs": runs, "find": FindClinicForm()})


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """A file comes in; with `?clinic=` it is that clinic's price list."""
    clinic = _clinic_asked(request)
    posted = request.method == "POST"
    form = UploadForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial={"kind": ListKind.PRICES if clinic else ListKind.CLINICS},
    )
    if posted and form.is_valid():
        kind = ListKind(form.cleaned_data["kind"])
        prices = kind is ListKind.PRICES
        file = form.cleaned_data["file"]
        try:
            received = commands.receive_list(
                kind=kind,
                content=file.read(),
                file_name=file.name,
                clinic_id=clinic.id if clinic and prices else None,
                prices_from_on=form.cleaned_data["prices_from_on"] if prices else None,
                by=_by(request),
                at=clock.now(),
            )
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            if received.repeated:
                messages.warning(request, _("Этот файл уже здесь, второй раз он не загружается."))
            elif received.recognised:
                commands.go_on_with_list(run_id=received.run_id, by=_by(request))
                messages.success(request, _("Узнали столбцы: источник «%s».") % received.source)
            return redirect("desk:network_list", received.run_id)
    return render(request, "desk/network/upload.html", {"form": form, "clinic": clinic})


def _clinic_asked(request: HttpRequest) -> clinics.ClinicCard | None:
    try:
        return clinics.clinic(UUID(request.GET["clinic"])) if request.GET.get("clinic") else None
    except ValueError:
        raise NotFoundError from None


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Which column is what: guessed by name, decided by a person."""
    run = clinics.run(run_id)
    if run.state not in (RunState.RECEIVED, RunState.READ, RunState.FAILED):
        return redirect("desk:network_list", run_id)
    sheets = sorted({run.sheet, *run.other_sheets} - {""})
    if request.POST.get("do") == "sheet":
        return _sheet_chosen(request, run, sheets)
    posted = request.method == "POST"
    form = ColumnsForm(request.POST if posted else None, kind=run.kind, headings=run.headings, initial=_guessed(run))
    if posted and form.is_valid():
        try:
            commands.name_columns(
                run_id=run_id,
                columns=form.named(),
                source=form.cleaned_data["source"],
                scopes=form.cleaned_data.get("scopes", ()),
                by=_by(request),
                at=clock.now(),
            )
        except MappingLacksError as lacking:
            form.add_error("column_clinic" if run.kind is ListKind.PRICES else None, str(lacking))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            commands.go_on_with_list(run_id=run_id, by=_by(request))
            return redirect("desk:network_list", run_id)
    sheet_form = SheetForm(sheets=sheets, initial={"sheet": run.sheet}) if len(sheets) > 1 else None
    page = {"run": run, "form": form, "sheet_form": sheet_form, "columns": clinics.columns_of(run_id)}
    return render(request, "desk/network/columns.html", page)


def _sheet_chosen(request: HttpRequest, run: RunView, sheets: list[str]) -> HttpResponse:
    form = SheetForm(request.POST, sheets=sheets)
    if form.is_valid():
        try:
            commands.choose_sheet(run_id=run.id, sheet=form.cleaned_data["sheet"], by=_by(request), at=clock.now())
        except DomainError as refusal:
            messages.warning(request, str(refusal))
    return redirect("desk:network_columns", run.id)


def _guessed(run: RunView) -> dict[str, object]:
    named = run.columns or guess(run.kind, run.headings)
    told: dict[str, object] = {f"column_{field}": column for field, column in named.items()}
    return {**told, "source": run.source, "scopes": run.scopes}


@never_cache
@require_safe
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """A list with its rows, what each of them changes, and what waits to be put right."""
    shown = clinics.run(run_id)
    if shown.state is RunState.RECEIVED and not shown.columns:
        return redirect("desk:network_columns", run_id)
    asked = request.GET.get("rows", "")
    outcome = Outcome(asked) if asked in set(Outcome) else None
    rows = clinics.list_rows(run_id, outcome, to_mend=asked == _TO_MEND)
    page: Page[Any] = Paginator(cast(Any, rows), _ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "desk/network/list.html",
        {
            "run": shown,
            "state": RUN_STATES[shown.state],
            "scopes": [SCOPE_NAMES[scope] for scope in shown.scopes],
            "tabs": [(one, OUTCOMES[one][0], shown.counts[one]) for one in Outcome if shown.counts[one]],
            "asked": asked,
            "page": page,
            "lines": [_line(shown, row) for row in page.object_list],
            "may_mend": shown.state in (RunState.READ, RunState.APPLIED),
            "may_rename": shown.state in (RunState.READ, RunState.FAILED),
        },
    )


def _line(run: RunView, row: clinics.RowView) -> dict[str, object]:
    name, chip = OUTCOMES[row.outcome]
    return {
        "row": row,
        "title": row.meant.get("name") or row.told.get("service") or row.told.get("clinic") or "—",
        "note": row.told.get("address", "") if run.kind is ListKind.CLINICS else row.told.get("price", ""),
        "outcome": name,
        "chip": chip,
        "changes": changes(row),
        "remarks": [(column_title(run.kind, remark.column), remark.text) for remark in row.remarks],
    }


@never_cache
@require_safe
def progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """How far the job is; asked again and again by the page, which is told to load anew when it is over."""
    shown = clinics.run(run_id)
    answer = render(request, "desk/network/progress.html", {"run": shown, "state": RUN_STATES[shown.state]})
    if not shown.under_way:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def again(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """A job that gave up is asked for once more."""
    commands.go_on_with_list(run_id=clinics.run(run_id).id, by=_by(request))
    return redirect("desk:network_list", run_id)


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The second look before a list goes into the network."""
    shown = clinics.run(run_id)
    if shown.state is not RunState.READ:
        return redirect("desk:network_list", run_id)
    today = clock.today()
    posted = request.method == "POST"
    form = ApplyForm(request.POST if posted else None, today=today, initial={"absent_on": today})
    if posted and form.is_valid():
        try:
            commands.ask_to_apply(
                run_id=run_id,
                absent=Absent(form.cleaned_data["absent"]),
                absent_on=form.cleaned_data["absent_on"],
                by=_by(request),
                at=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("desk:network_list", run_id)
    page = {"run": shown, "form": form}
    if shown.kind is ListKind.CLINICS:
        page["of_source"] = clinics.absent_clinics(run_id, Absent.OF_SOURCE, today)
        page["of_regions"] = clinics.absent_clinics(run_id, Absent.OF_REGIONS, today)
    return render(request, "desk/network/apply.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, run_id: UUID) -> HttpResponse:
    shown = clinics.run(run_id)
    if shown.state not in (RunState.RECEIVED, RunState.READ, RunState.APPLIED):
        return redirect("desk:network_list", run_id)
    if request.method == "POST":
        try:
            commands.ask_to_take_back(run_id=run_id, by=_by(request), at=clock.now())
        except DomainError as refusal:
            messages.warning(request, str(refusal))
        return redirect("desk:network_list", run_id)
    return render(request, "desk/network/take_back.html", {"run": shown})
