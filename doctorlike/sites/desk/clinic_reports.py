"""«Здесь ошибка»: what clients say is wrong about clinics, the longest waiting first."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.audit import commands as audit
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.commands.reports import settle_report
from doctorlike.clinics.queries.reports import (
    count_reports_waiting,
    report,
    reports_settled,
    reports_waiting,
)
from doctorlike.clinics.rules.reports import LONGEST_NOTE, LONGEST_REPORT
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.sites.visitor import signed_in
from doctorlike.ui.forms import Form

_WRONG_ANSWERS = 422


class SettleForm(Form):
    """What the client is told, and what the clinic's card says from now on."""

    answer = forms.CharField(
        label=gettext_lazy("Ответ клиенту"),
        help_text=gettext_lazy("Что проверили и что исправили. Клиент прочитает ответ в кабинете."),
        widget=forms.Textarea({"rows": 5}),
        max_length=LONGEST_REPORT,
        error_messages={"required": gettext_lazy("Напишите ответ: без него сообщение не закрыть")},
    )
    note = forms.CharField(
        label=gettext_lazy("Что нужно знать по полису"),
        help_text=gettext_lazy("Видно всем в карточке клиники: «Возьмите паспорт», «Вход со двора»."),
        widget=forms.Textarea({"rows": 3}),
        max_length=LONGEST_NOTE,
        required=False,
    )


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "desk/clinic_reports.html",
        {"rows": reports_waiting(), "settled": reports_settled(), "total": count_reports_waiting()},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The report beside what the card says now, and the answer."""
    shown = report(report_id)
    clinic = clinics.clinic(shown.clinic_id)
    form = SettleForm(request.POST) if request.method == "POST" else SettleForm(initial={"note": clinic.insurance_note})
    if request.method == "POST" and form.is_valid():
        settle_report(
            report_id=report_id,
            answer=form.cleaned_data["answer"],
            note=form.cleaned_data["note"],
            account_url=settings.SITE_URLS["portal"] + reverse("clinics:reports", urlconf=settings.URLCONFS["portal"]),
            by=Actor.staff(signed_in(request).pk),
            at=clock.now(),
        )
        messages.success(request, _("Ответ сохранён, клиент получит сообщение."))
        return redirect("desk:clinic_reports")
    # What a client writes of a clinic may tell what they are ill with: each reading is in the trail.
    audit.record(
        by=Actor.staff(signed_in(request).pk),
        at=clock.now(),
        action="clinic_report.read",
        subject_type="clinic_report",
        subject_id=report_id,
    )
    return render(
        request,
        "desk/clinic_report.html",
        {"report": shown, "clinic": clinic, "form": form},
        status=_WRONG_ANSWERS if form.is_bound else 200,
    )
