"""A change of the timetable: filled in, looked through with what it does to published time, applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import PlanChangedError
from doctorlike.appointments.queries import Preview
from doctorlike.appointments.rules import Change
from doctorlike.audit.commands import record
from doctorlike.clinics.queries import ClinicCard
from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.sites.links import absolute
from doctorlike.sites.reception.counter import registrar
from doctorlike.sites.reception.schedule.words import refusal_in_words
from doctorlike.ui.forms import Form

# What the buttons of the form and of the preview send; the rest of a preview's POST is the form as it was filled in.
_STEPS = ("csrfmiddlewaretoken", "do", "seen")
_DAYS_SHOWN = 60


def change_timetable(
    request: HttpRequest,
    clinic: ClinicCard,
    *,
    form: Form,
    change: Callable[[], Change],
    template: str,
    shown: Mapping[str, Any],
    done_url: str,
) -> HttpResponse:
    """The page of a form that changes hours. A valid one is shown with its consequences; without any it is applied at
    once. `change` is asked once the form is valid."""
    page = {"clinic": clinic, "form": form, **shown}
    if request.method != "POST" or request.POST.get("do") == "edit" or not form.is_valid():
        return render(request, template, page)
    by, at, wanted = registrar(request), clock.now(), change()
    try:
        seen = request.POST.get("seen", "")
        if request.POST.get("do") != "apply":
            ahead = queries.preview(clinic_id=clinic.id, change=wanted, at=at)
            if ahead.days or ahead.hit or ahead.restored:
                return _looked_through(request, clinic, ahead, page)
            seen = ahead.seen
        try:
            done = commands.apply_change(
                clinic_id=clinic.id,
                change=wanted,
                seen=seen,
                account_url=absolute("portal", "visits:index"),
                by=by,
                at=at,
            )
        except PlanChangedError as stale:
            messages.warning(request, str(stale))
            return _looked_through(request, clinic, queries.preview(clinic_id=clinic.id, change=wanted, at=at), page)
    except NotFoundError:
        raise
    except DomainError as refusal:
        form.add_error(None, refusal_in_words(refusal))
        return render(request, template, page)
    _say(request, done)
    return redirect("reception:displaced" if done.hit else done_url)


def _looked_through(request: HttpRequest, clinic: ClinicCard, ahead: Preview, page: dict[str, Any]) -> HttpResponse:
    """Reading who is hit is noted, as on every page that names patients."""
    named = [*ahead.hit, *ahead.restored]
    if named:
        record(
            by=registrar(request), at=clock.now(), action="visits.read", subject_type="clinic", subject_id=clinic.id,
            details={"visits": len(named)},
        )  # fmt: skip
    filled = [(name, value) for name, values in request.POST.lists() if name not in _STEPS for value in values]
    return render(
        request,
        "reception/schedule/preview.html",
        {
            **page,
            "ahead": ahead,
            "days": ahead.days[:_DAYS_SHOWN],
            "more_days": max(len(ahead.days) - _DAYS_SHOWN, 0),
            "filled": filled,
        },
    )


def _say(request: HttpRequest, done: commands.Applied) -> None:
    if done.hit:
        text = ngettext(
            "Расписание изменено. %(visits)s запись нужно перенести: пациенту мы написали.",
            "Расписание изменено. Записей, которые нужно перенести: %(visits)s. Пациентам мы написали.",
            done.hit,
        ) % {"visits": done.hit}
        messages.warning(request, text)
    else:
        messages.success(request, _("Расписание изменено."))
