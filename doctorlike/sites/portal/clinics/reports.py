"""«Здесь ошибка»: what a client says is wrong about a clinic, and what the desk answered."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.clinics import queries as clinics
from doctorlike.clinics.commands.reports import report_mistake
from doctorlike.clinics.errors import TooManyReportsError
from doctorlike.clinics.queries.reports import reports_of
from doctorlike.clinics.rules.reports import LONGEST_REPORT, REPORT_KIND_NAMES, ReportKind
from doctorlike.kit import clock
from doctorlike.sites.portal import person
from doctorlike.ui.forms import ChoiceCards, Form

_WRONG_ANSWERS = 422


class ReportForm(Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Что неверно"),
        choices=[(kind.value, name) for kind, name in REPORT_KIND_NAMES.items()],
        widget=ChoiceCards,
        error_messages={"required": gettext_lazy("Выберите, что неверно")},
    )
    text = forms.CharField(
        label=gettext_lazy("Как на самом деле"),
        help_text=gettext_lazy("Например: «трубку берут по другому номеру: …». О здоровье писать не нужно."),
        widget=forms.Textarea({"rows": 5}),
        max_length=LONGEST_REPORT,
        error_messages={"required": gettext_lazy("Напишите, как на самом деле: хотя бы несколько слов")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    viewer = person.current(request)
    clinic = clinics.clinic(clinic_id)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            report_mistake(
                clinic_id=clinic_id,
                kind=ReportKind(form.cleaned_data["kind"]),
                text=form.cleaned_data["text"],
                user_id=viewer.user.pk,
                by=viewer.actor,
                at=clock.now(),
            )
        except TooManyReportsError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Спасибо, проверим. Ответ придёт вам и будет здесь."))
            return redirect("clinics:reports")
    return render(
        request,
        "portal/clinics/report.html",
        {"viewer": viewer, "clinic": clinic, "form": form},
        status=_WRONG_ANSWERS if form.is_bound else 200,
    )


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Everything this client reported, with the answers."""
    viewer = person.current(request)
    return render(request, "portal/clinics/reports.html", {"reports": reports_of(viewer.user.pk)})
