"""The pages themselves; each site says where they stand and whose registers they show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.care import commands
from doctorlike.care import queries as care
from doctorlike.care.errors import UnknownClinicError
from doctorlike.care.queries import RegisterView
from doctorlike.care.rules import ALL_DECIDED, FIELDS, OUTCOMES, CameBy, Outcome
from doctorlike.clinics import queries as clinics
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.kit.sheets.columns import guess
from doctorlike.sites.columns import FieldColumnsForm, SheetForm
from doctorlike.sites.registers.forms import RegisterForm, RegisterOfClinicForm
from doctorlike.sites.visitor import signed_in

_ON_A_PAGE = 50
_CHIPS = {Outcome.ACCEPTED: "good", Outcome.REFUSED: "bad", Outcome.NOT_COVERED: "wait", Outcome.WITHDRAWN: "plain"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where registers are shown: at one clinic's reception, or at the desk, which sees all of them. `site` is the
    prefix of the pages' names and of the base page."""

    site: str
    came_by: CameBy
    clinic_id: UUID | None = None

    @property
    def base(self) -> str:
        return f"ui/{self.site}.html"

    @property
    def index(self) -> str:
        return reverse(f"{self.site}:registers")

    def page(self, name: str, register_id: UUID) -> str:
        return reverse(f"{self.site}:{name}", args=[register_id])

    def links(self, register_id: UUID) -> dict[str, str]:
        """Addresses of a register's pages, by what they are."""
        names = ("register", "register_columns", "register_progress", "register_answer")
        return {name.removeprefix("register_"): self.page(name, register_id) for name in names}


def index(request: HttpRequest, place: Place) -> HttpResponse:
    """Registers with what became of them, and the form for another; with `?corrects=` for a correction of one."""
    corrected = _corrected(request, place)
    kind = RegisterForm if place.clinic_id is not None or corrected is not None else RegisterOfClinicForm
    posted = request.method == "POST"
    form = kind(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        try:
            received = _receive(request, place, form, corrected)
        except NotFoundError:
            raise
        except UnknownClinicError as refusal:
            form.add_error("clinic", str(refusal))
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            if received.repeated:
                messages.warning(request, _("Этот файл уже загружен раньше, ничего не изменилось."))
            name = "register" if received.ready else "register_columns"
            return redirect(place.page(name, received.register_id))
    shown = [(one, place.page("register", one.id)) for one in care.registers(clinic_id=place.clinic_id)]
    page = {"place": place, "form": form, "registers": shown, "corrected": corrected}
    return render(request, "registers/index.html", page)


def _corrected(request: HttpRequest, place: Place) -> RegisterView | None:
    asked = request.GET.get("corrects")
    if not asked:
        return None
    try:
        return care.register(UUID(asked), clinic_id=place.clinic_id)
    except ValueError:
        raise NotFoundError from None


def _receive(
    request: HttpRequest, place: Place, form: RegisterForm, corrected: RegisterView | None
) -> commands.ReceivedRegister:
    clinic_id = place.clinic_id if corrected is None else corrected.clinic_id
    named = form.cleaned_data.get("clinic", "").strip()
    if named:
        clinic_id = clinics.find_by_key([named]).get(named)
        if clinic_id is None:
            raise UnknownClinicError(clinic=named)
    file = form.cleaned_data["file"]
    received = commands.receive_register(
        content=file.read(),
        file_name=file.name,
        clinic_id=clinic_id,
        corrects_id=corrected.id if corrected else None,
        came_by=place.came_by,
        by=_by(request),
        at=clock.now(),
    )
    if place.clinic_id is not None:
        # The very same file of another clinic is nothing to be told of.
        care.register(received.register_id, clinic_id=place.clinic_id)
    commands.go_on_with_registers()
    return received


def register(request: HttpRequest, place: Place, register_id: UUID) -> HttpResponse:
    """A register line by line, with what became of each and why."""
    shown = care.register(register_id, clinic_id=place.clinic_id)
    if shown.waits_for_columns:
        return redirect(place.page("register_columns", register_id))
    asked = request.GET.get("lines", "")
    outcome = Outcome(asked) if asked in set(Outcome) else None
    lines = care.register_lines(register_id, outcome)
    page: Page[Any] = Paginator(cast(Any, lines), _ON_A_PAGE).get_page(request.GET.get("page"))
    tabs = [(one.value, OUTCOMES[one], shown.counts[one]) for one in Outcome if shown.counts[one]]
    return render(
        request,
        "registers/register.html",
        {
            "place": place,
            "links": place.links(register_id),
            "register": shown,
            "asked": asked,
            "tabs": tabs if shown.state in ALL_DECIDED else [],
            "page": page,
            "lines": [(line, _CHIPS[line.outcome]) for line in page.object_list],
        },
    )


def columns(request: HttpRequest, place: Place, register_id: UUID) -> HttpResponse:
    """Which column is what: guessed by name, decided by a person, kept for the clinic's next files."""
    shown = care.register(register_id, clinic_id=place.clinic_id)
    if not shown.waits_for_columns:
        return redirect(place.page("register", register_id))
    sheets = sorted({shown.sheet, *shown.other_sheets} - {""})
    if request.POST.get("do") == "sheet":
        return _sheet_chosen(request, place, shown, sheets)
    posted = request.method == "POST"
    initial = {f"column_{field}": column for field, column in guess(FIELDS, shown.headings).items()}
    form = FieldColumnsForm(request.POST if posted else None, of=FIELDS, headings=shown.headings, initial=initial)
    if posted and form.is_valid():
        try:
            commands.name_register_columns(
                register_id=register_id, columns=form.named(), by=_by(request), at=clock.now()
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            commands.go_on_with_registers()
            return redirect(place.page("register", register_id))
    page = {
        "place": place,
        "register": shown,
        "form": form,
        "sheet_form": SheetForm(sheets=sheets, initial={"sheet": shown.sheet}) if len(sheets) > 1 else None,
        "columns": care.register_columns(register_id, clinic_id=place.clinic_id),
    }
    return render(request, "registers/columns.html", page)


def _sheet_chosen(request: HttpRequest, place: Place, shown: RegisterView, sheets: list[str]) -> HttpResponse:
    form = SheetForm(request.POST, sheets=sheets)
    if form.is_valid():
        try:
            commands.choose_register_sheet(
                register_id=shown.id, sheet=form.cleaned_data["sheet"], by=_by(request), at=clock.now()
            )
        except DomainError as refusal:
            messages.warning(request, str(refusal))
    return redirect(place.page("register_columns", shown.id))


def progress(request: HttpRequest, place: Place, register_id: UUID) -> HttpResponse:
    """How far the workers are; asked again and again by the page, which is told to load anew when it is over."""
    shown = care.register(register_id, clinic_id=place.clinic_id)
    page = {"place": place, "register": shown, "links": place.links(register_id)}
    answer = render(request, "registers/progress.html", page)
    if not shown.under_way:
        answer["HX-Refresh"] = "true"
    return answer


def answer(request: HttpRequest, place: Place, register_id: UUID) -> HttpResponse:
    """The file that goes back, in the form in which the register came. It names clients and what was done: each taking
    of it is in the trail."""
    name, content = care.register_answer_file(register_id, clinic_id=place.clinic_id)
    audit.record(
        by=_by(request), at=clock.now(), action="register.answer_taken", subject_type="register", subject_id=register_id
    )
    kind = "text/csv; charset=utf-8" if name.endswith(".csv") else "application/octet-stream"
    sent = HttpResponse(content, content_type=kind, headers={"Cache-Control": "no-store"})
    sent["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return sent


def _by(request: HttpRequest) -> Actor:
    return Actor.staff(signed_in(request).pk)
