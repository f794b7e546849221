"""The clinic's reception: who comes today, who came, is the policy good. A registrar sees their own clinic only."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doctorlike.appointments import commands, queries
from doctorlike.appointments.rules import State
from doctorlike.audit.commands import record
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import ClinicCard
from doctorlike.coverage import queries as coverage
from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.reception.counter import asked_day, at_own_clinic, registrar, today_at
from doctorlike.sites.reception.forms import EligibilityForm

CAME = (State.ARRIVED, State.FULFILLED)
# As docs/rules/adjudication.md names them; the clinic goes by its id, which no other clinic shares.
REGISTER_COLUMNS = (
    "Клиника",
    "Номер полиса",
    "Дата рождения",
    "Дата визита",
    "Код услуги",
    "Услуга",
    "Количество",
    "Цена",
    "Сумма",
)


@require_safe
@at_own_clinic
def index(request: HttpRequest, clinic: ClinicCard) -> HttpResponse:
    today = today_at(clinic)
    on = asked_day(request, "on", today)
    by, at = registrar(request), clock.now()
    visits = queries.todays_visits(clinic.id, on)
    record(
        by=by, at=at, action="visits.read", subject_type="clinic", subject_id=clinic.id,
        details={"on": on.isoformat(), "visits": len(visits)},
    )  # fmt: skip
    shown = {
        "clinic": clinic,
        "visits": visits,
        "on": on,
        "is_today": on == today,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "now": at,
        "day_has_come": on <= today,
    }
    return render(request, "reception/index.html", shown)


@require_safe
@at_own_clinic
def register_form(request: HttpRequest, clinic: ClinicCard) -> HttpResponse:
    """The day's arrived visits as a service register to complete and send: the columns the insurer reads."""
    on = asked_day(request, "on", today_at(clinic))
    came = [one for one in queries.todays_visits(clinic.id, on) if one.state in CAME]
    names = {one.service_code: one.service_name for one in clinics.prices_of(clinic.id, on)}
    answer = HttpResponse(content_type="text/csv; charset=utf-8", headers={"Cache-Control": "no-store"})
    answer["Content-Disposition"] = f'attachment; filename="register-{on.isoformat()}.csv"'
    # Spreadsheets take a file for UTF-8 only with the mark in front.
    answer.write("\ufeff")
    sheet = csv.writer(answer, delimiter=";")
    sheet.writerow(REGISTER_COLUMNS)
    for one in came:
        told = [one.policy_number, f"{one.patient_born_on:%d.%m.%Y}", f"{one.visit_on:%d.%m.%Y}", one.service_code]
        sheet.writerow([str(clinic.id), *told, names.get(one.service_code, ""), 1, one.price, one.price])
    record(
        by=registrar(request), at=clock.now(), action="register.form_made", subject_type="clinic",
        subject_id=clinic.id, details={"on": on.isoformat(), "visits": len(came)},
    )  # fmt: skip
    return answer


@require_POST
@at_own_clinic
def arrived(request: HttpRequest, clinic: ClinicCard, visit_id: UUID) -> HttpResponse:
    return _mark(request, clinic, visit_id, commands.mark_arrival)


@require_POST
@at_own_clinic
def no_show(request: HttpRequest, clinic: ClinicCard, visit_id: UUID) -> HttpResponse:
    return _mark(request, clinic, visit_id, commands.mark_no_show)


def _mark(request: HttpRequest, clinic: ClinicCard, visit_id: UUID, command: Callable[..., None]) -> HttpResponse:
    visit = queries.visit_at(clinic_id=clinic.id, appointment_id=visit_id)
    try:
        command(appointment_id=visit_id, by=registrar(request), at=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('reception:index')}?on={visit.visit_on.isoformat()}")


@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """Where the week was before the clinic's schedule had pages of its own."""
    asked = request.GET.urlencode()
    return redirect(reverse("reception:schedule") + (f"?{asked}" if asked else ""), permanent=True)


@require_http_methods(["GET", "HEAD", "POST"])
@at_own_clinic
def eligibility(request: HttpRequest, clinic: ClinicCard) -> HttpResponse:
    """The answer comes with the POST itself: number and birth date are not for addresses, and asking again is safe."""
    today = today_at(clinic)
    prices = clinics.prices_of(clinic.id, today)
    form = EligibilityForm(request.POST or None, prices=prices, today=today)
    shown: dict[str, object] = {"clinic": clinic, "form": form}
    if request.method == "POST" and form.is_valid():
        shown |= _answer(request, clinic, form.cleaned_data, clock.now())
    return render(request, "reception/eligibility.html", shown)


def _answer(request: HttpRequest, clinic: ClinicCard, asked: dict[str, Any], at: datetime) -> dict[str, object]:
    """Every look-up is in the trail, found or not."""
    policy = _policy(str(asked["number"]), asked["born_on"])
    decision = None
    if policy is not None:
        decision = coverage.eligibility(
            policy_id=policy.id,
            clinic_id=clinic.id,
            service_code=str(asked["service"]),
            on=asked["on"],
            channel="clinic",
        )
    record(
        by=registrar(request),
        at=at,
        action="eligibility.checked",
        subject_type="policy" if policy else "clinic",
        subject_id=policy.id if policy else clinic.id,
        details={"clinic": str(clinic.id), "found": policy is not None, "covered": bool(decision and decision.covered)},
    )
    return {"asked": True, "policy": policy, "decision": decision, "service": asked["service"], "on": asked["on"]}


def _policy(number: str, born_on: object) -> PolicyView | None:
    """None for an unknown number and for a wrong birth date alike: the answer does not tell which."""
    try:
        policy = policies.find_by_number(number)
    except NotFoundError:
        return None
    return policy if policy.insured.born_on == born_on else None
