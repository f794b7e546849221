"""The clinic's week, its doctors and their hours. Each registrar sees and changes their own clinic only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import DoctorKnownError
from doctorlike.appointments.queries import DoctorView
from doctorlike.appointments.rules import (
    ChangedHours,
    DoctorFacts,
    Hours,
    Leaving,
    NewHours,
    OtherClinicDays,
    OtherDays,
    Work,
)
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import ClinicCard, PriceCard
from doctorlike.kit import clock
from doctorlike.sites.reception.counter import asked_day, at_own_clinic, registrar, today_at
from doctorlike.sites.reception.schedule.changing import change_timetable
from doctorlike.sites.reception.schedule.forms import (
    ChangeHoursForm,
    ClinicDaysForm,
    DoctorDaysForm,
    DoctorForm,
    HoursForm,
    LeavingForm,
    TermsForm,
)
from doctorlike.sites.reception.schedule.words import weekly_lines

WEEK_DAYS = 7
HOLIDAYS_AHEAD_DAYS = 120
USUAL_WORK = Work(30)


@require_safe
@at_own_clinic
def week(request: HttpRequest, clinic: ClinicCard) -> HttpResponse:
    today = today_at(clinic)
    asked = asked_day(request, "from", today)
    monday = asked - timedelta(days=asked.weekday())
    view = queries.week(clinic.id, monday, WEEK_DAYS)
    shown = {
        "clinic": clinic,
        "week": view,
        "today": today,
        "now": clock.now(),
        "before": monday - timedelta(days=WEEK_DAYS),
        "after": monday + timedelta(days=WEEK_DAYS),
        "displaced": queries.displaced_count(clinic.id, clock.now()),
    }
    return render(request, "reception/schedule/week.html", shown)


@require_safe
@at_own_clinic
def doctor(request: HttpRequest, clinic: ClinicCard, doctor_id: UUID) -> HttpResponse:
    today = today_at(clinic)
    found = queries.doctor_at(clinic.id, doctor_id, today)
    services = clinics.prices_of(clinic.id, today)
    shown = {
        "clinic": clinic,
        "doctor": found,
        "service": next(
            (one.service_name for one in services if one.service_code == found.card.service_code),
            found.card.service_code,
        ),
        "lines": weekly_lines(found.hours, services),
        "week": queries.week(clinic.id, today, 2 * WEEK_DAYS, doctor_id=doctor_id),
        "now": clock.now(),
        "today": today,
    }
    return render(request, "reception/schedule/doctor.html", shown)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_own_clinic
def new_doctor(request: HttpRequest, clinic: ClinicCard) -> HttpResponse:
    form = DoctorForm(request.POST or None, services=_services(clinic))
    if request.method == "POST" and form.is_valid():
        try:
            doctor_id = commands.add_doctor(clinic_id=clinic.id, **form.facts(), by=registrar(request), at=clock.now())
        except DoctorKnownError as refusal:
            form.add_error("full_name", str(refusal))
        else:
            messages.success(request, _("Врач добавлен. Теперь укажите часы приёма."))
            return redirect("reception:new_hours", doctor_id)
    shown = {"clinic": clinic, "form": form, "title": _("Новый врач")}
    return render(request, "reception/schedule/form.html", {**shown, "back": reverse("reception:schedule")})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_own_clinic
def edit_doctor(request: HttpRequest, clinic: ClinicCard, doctor_id: UUID) -> HttpResponse:
    found = queries.doctor_at(clinic.id, doctor_id, today_at(clinic))
    card = found.card
    initial = {
        "full_name": card.full_name,
        "specialty": card.specialty_code,
        "service": card.service_code,
        "room": card.room,
    }
    form = DoctorForm(request.POST or None, initial=initial, services=_services(clinic))
    return _change(
        request, clinic, found, form=form, change=lambda: DoctorFacts(doctor_id, **form.facts()),
        title=_("Данные врача"),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_own_clinic
def new_hours(request: HttpRequest, clinic: ClinicCard, doctor_id: UUID) -> HttpResponse:
    today = today_at(clinic)
    found = queries.doctor_at(clinic.id, doctor_id, today)
    initial = {**_usual(found), "valid_from_on": today + timedelta(days=1)}
    form = HoursForm(request.POST or None, initial=initial, services=_services(clinic), today=today)
    return _change(
        request, clinic, found, form=form, change=lambda: NewHours(doctor_id, form.patterns()), title=_("Часы приёма")
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_own_clinic
def hours(request: HttpRequest, clinic: ClinicCard, hours_id: UUID) -> HttpResponse:
    today = today_at(clinic)
    found, pattern = queries.hours_at(clinic.id, hours_id, today)
    initial = {
        **_work(found.schedule.filled(pattern.work)),
        **_clock(pattern.hours),
        "what": "change",
        "from_on": max(today + timedelta(days=1), pattern.valid_from_on),
    }
    form = ChangeHoursForm(
        request.POST or None, initial=initial, services=_services(clinic), today=today, pattern=pattern
    )
    (line,) = weekly_lines([one for one in found.hours if one.id == hours_id], [])
    return _change(
        request, clinic, found, form=form,
        change=lambda: ChangedHours(found.card.id, hours_id, form.cleaned_data["from_on"], form.patterns()),
        title=f"{line.weekday}, {line.hours}",
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_own_clinic
def doctor_days(request: HttpRequest, clinic: ClinicCard, doctor_id: UUID) -> HttpResponse:
    today = today_at(clinic)
    found = queries.doctor_at(clinic.id, doctor_id, today)
    initial = {**_usual(found), "what": "off"}
    form = DoctorDaysForm(request.POST or None, initial=initial, services=_services(clinic), today=today)
    return _change(
        request, clinic, found, form=form, change=lambda: OtherDays(doctor_id, *form.days, form.hours()),
        title=_("Другие дни"),
        hint=_("Отпуск, дежурство, день с другими часами. Прошлое не меняется."),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_own_clinic
def leaving(request: HttpRequest, clinic: ClinicCard, doctor_id: UUID) -> HttpResponse:
    today = today_at(clinic)
    found = queries.doctor_at(clinic.id, doctor_id, today)
    form = LeavingForm(request.POST or None, initial={"on": found.leaves_on or today + timedelta(days=1)}, today=today)
    return _change(
        request, clinic, found, form=form,
        change=lambda: Leaving(doctor_id, form.leaves_on()),
        title=_("Врач уходит из клиники"), template="reception/schedule/leaving.html",
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_own_clinic
def clinic_days(request: HttpRequest, clinic: ClinicCard) -> HttpResponse:
    today = today_at(clinic)
    form = ClinicDaysForm(request.POST or None, initial={"what": "closed"}, today=today)
    shown = {
        "lines": queries.other_days_of_clinic(clinic.id, today),
        "holidays": queries.next_days_off(today, HOLIDAYS_AHEAD_DAYS),
    }

    def change() -> OtherClinicDays:
        return OtherClinicDays(*form.days, form.hours(), as_usual=form.cleaned_data["what"] == "usual")

    return change_timetable(
        request, clinic, form=form, change=change, template="reception/schedule/clinic_days.html", shown=shown,
        done_url=reverse("reception:clinic_days"),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@at_own_clinic
def terms(request: HttpRequest, clinic: ClinicCard) -> HttpResponse:
    known = queries.terms_of(clinic.id)
    initial = {
        "horizon_days": known.horizon_days,
        "free_until_hours": known.free_until_hours,
        "late_words": known.late_words,
    }
    form = TermsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        commands.set_booking_terms(
            clinic_id=clinic.id,
            horizon_days=form.cleaned_data["horizon_days"],
            free_until_hours=form.cleaned_data["free_until_hours"],
            late_words=form.cleaned_data["late_words"].strip(),
            by=registrar(request),
            at=clock.now(),
        )
        messages.success(request, _("Условия записи сохранены."))
        return redirect("reception:schedule")
    shown = {
        "clinic": clinic,
        "form": form,
        "title": _("Условия записи"),
        "hint": _("Если открыть запись дальше, новые дни появятся сами. Если ближе, открытые дни останутся."),
        "back": reverse("reception:schedule"),
    }
    return render(request, "reception/schedule/form.html", shown)


def _change(
    request: HttpRequest, clinic: ClinicCard, found: DoctorView, *, title: str, hint: str = "",
    template: str = "reception/schedule/form.html", **how: Any,
) -> HttpResponse:  # fmt: skip
    """A page about one doctor, with the way back to them."""
    back = reverse("reception:doctor", args=[found.card.id])
    shown = {"doctor": found, "title": title, "hint": hint, "back": back, "leads_to_preview": True}
    return change_timetable(request, clinic, template=template, shown=shown, done_url=back, **how)


def _services(clinic: ClinicCard) -> list[PriceCard]:
    return clinics.prices_of(clinic.id, today_at(clinic))


def _usual(found: DoctorView) -> dict[str, Any]:
    """What the doctor's first hours are, to start from."""
    pattern = next(iter(found.schedule.patterns), None)
    work = _work(found.schedule.filled(pattern.work if pattern else USUAL_WORK))
    return {**work, **(_clock(pattern.hours) if pattern else {})}


def _work(work: Work) -> dict[str, Any]:
    return {
        "service": work.service_code,
        "slot_minutes": work.slot_minutes,
        "buffer_minutes": work.buffer_minutes,
        "capacity": work.capacity,
        "room": work.room,
    }


def _clock(hours: Hours) -> dict[str, Any]:
    return {"from_local": hours.from_local, "to_local": hours.to_local}
