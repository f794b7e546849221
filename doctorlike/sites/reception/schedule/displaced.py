"""Visits whose time a change of the timetable took away: listed with other times, and moved after a call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import NotCoveredError
from doctorlike.appointments.queries import SlotCard, VisitCard
from doctorlike.audit.commands import record
from doctorlike.clinics.queries import ClinicCard
from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError
from doctorlike.sites.links import absolute
from doctorlike.sites.reception.counter import at_own_clinic, registrar

SHOWN_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Displaced:
    visit: VisitCard
    same_doctor: Sequence[SlotCard]
    colleagues: Sequence[SlotCard]


@never_cache
@require_safe
@at_own_clinic
def index(request: HttpRequest, clinic: ClinicCard) -> HttpResponse:
    at = clock.now()
    visits = queries.displaced_visits(clinic.id, at)
    record(
        by=registrar(request), at=at, action="visits.read", subject_type="clinic", subject_id=clinic.id,
        details={"visits": len(visits)},
    )  # fmt: skip
    now = visits[:SHOWN_AT_ONCE]
    offered = queries.replacements([one.id for one in now], at)
    lines = [
        Displaced(
            one,
            [slot for slot in offered[one.id] if slot.doctor.id == one.doctor.id],
            [slot for slot in offered[one.id] if slot.doctor.id != one.doctor.id],
        )
        for one in now
    ]
    shown = {"clinic": clinic, "lines": lines, "more": len(visits) - len(now)}
    return render(request, "reception/schedule/displaced.html", shown)


@require_POST
@at_own_clinic
def move(request: HttpRequest, clinic: ClinicCard, visit_id: UUID) -> HttpResponse:
    """On the client's behalf, after a call; the client is told of the new time."""
    visit = queries.visit_at(clinic_id=clinic.id, appointment_id=visit_id)
    try:
        slot = queries.slot(UUID(request.POST.get("slot", "")), clock.now())
    except ValueError:
        messages.error(request, _("Выберите новое время."))
        return redirect("reception:displaced")
    if slot.doctor.clinic_id != clinic.id:
        raise Http404
    if not visit.is_displaced:
        messages.error(request, _("Эту запись переносить уже не нужно: её перенесли, отменили или время вернулось."))
        return redirect("reception:displaced")
    by, at = registrar(request), clock.now()
    try:
        hold_id = commands.start_move(appointment_id=visit.id, slot_id=slot.id, by=by, at=at)
        commands.move_appointment(hold_id=hold_id, by=by, at=at, account_url=absolute("portal", "visits:index"))
    except NotCoveredError:
        messages.error(request, _("На этот день полис визит не покрывает. Выберите другое время."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Запись перенесена, пациенту мы написали."))
    return redirect("reception:displaced")
