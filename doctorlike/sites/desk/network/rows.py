"""A row of a list, put right by hand."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from doctorlike.clinics import commands
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.errors import RowNotMendedError
from doctorlike.clinics.rules import Remark, RunState
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.sites.desk.network.forms import RowForm
from doctorlike.sites.visitor import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, run_id: UUID, number: int) -> HttpResponse:
    """What the row said, at each cell what is wrong with it, and another try."""
    run, told = clinics.run(run_id), clinics.list_row(run_id, number)
    if run.state not in (RunState.READ, RunState.APPLIED):
        return redirect("desk:network_list", run_id)
    cells = {**dict.fromkeys(run.columns, ""), **told.told}
    posted = request.method == "POST"
    form = RowForm(request.POST if posted else None, kind=run.kind, told=cells)
    if posted and form.is_valid():
        try:
            commands.mend_row(
                run_id=run_id,
                row_number=number,
                cells=form.cleaned_data,
                by=Actor.staff(signed_in(request).pk),
                at=clock.now(),
            )
        except RowNotMendedError as refusal:
            _tell(form, refusal.facts["remarks"])
        except NotFoundError:
            raise
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Строка %s принята.") % number)
            return redirect("desk:network_list", run_id)
    page = {"run": run, "row": told, "form": form, "remarks": [] if posted else _at_fields(form, told.remarks)}
    return render(request, "desk/network/row.html", page)


def _tell(form: RowForm, remarks: tuple[Remark, ...]) -> None:
    for remark in remarks:
        field = form.fields.get(remark.column)
        form.add_error(remark.column if field else None, f"{field.label}: {remark.text}" if field else remark.text)


def _at_fields(form: RowForm, remarks: tuple[Remark, ...]) -> list[tuple[object, str]]:
    """Before another try: the remarks with the labels of their fields."""
    labels = {name: field.label for name, field in form.fields.items()}
    return [(labels.get(one.column, _("Строка целиком")), one.text) for one in remarks]
