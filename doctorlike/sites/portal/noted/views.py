"""«Отметить визит»: arranged with the clinic by phone, noted by the client for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doctorlike.appointments import commands, queries
from doctorlike.appointments.errors import NotedInThePastError, NotedTooFarError, NotedVisitIsOverError
from doctorlike.appointments.queries import NotedCard, VisitCard
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import ClinicCard
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.queries import WHOLE_SCOPE, Wish
from doctorlike.kit import clock
from doctorlike.policies.queries import PolicyView
from doctorlike.sites.booking.cover import reasons_against
from doctorlike.sites.links import absolute
from doctorlike.sites.portal.noted.forms import NoteForm
from doctorlike.sites.portal.person import Viewer
from doctorlike.sites.portal.visits import patient as patients
from doctorlike.sites.portal.visits.calendar_file import calendar_answer, calendar_file, entry_of_note

_WRONG_ANSWERS = 422
_CLINICS_SHOWN = 10
_LONGEST_SEARCH = 100
_REFUSALS = (NotedInThePastError, NotedTooFarError)


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """In which clinic the visit is: where this person has been, or by name and address. What is typed stands in no
    address."""
    patient = patients.required(request)
    typed = " ".join(request.POST.get("q", "").split())[:_LONGEST_SEARCH]
    if typed:
        wish = Wish(text=typed, region=WHOLE_SCOPE)
        page = coverage.clinics_for(patient.policy, wish, on=clock.today(), limit=_CLINICS_SHOWN)
        found = [entry.clinic for entry in page.entries]
    else:
        found = _where_they_were(patient.policy_ids)
    return render(request, "portal/noted/choose.html", {"patient": patient, "q": typed, "found": found})


def _where_they_were(policy_ids: Sequence[UUID]) -> list[ClinicCard]:
    """The clinics of their latest visits and notes, the last first."""
    were: list[VisitCard | NotedCard] = [*queries.appointments_of(policy_ids), *queries.noted_visits_of(policy_ids)]
    were.sort(key=lambda one: one.starts_at, reverse=True)
    latest = list(dict.fromkeys(one.clinic_id for one in were))[:_CLINICS_SHOWN]
    cards = clinics.clinics(latest) if latest else {}
    return [cards[clinic_id] for clinic_id in latest if clinic_id in cards]


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, clinic_id: UUID) -> HttpResponse:
    """For the person chosen at the top."""
    patient = patients.required(request)
    clinic = clinics.clinic(clinic_id)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            noted_id = commands.note_visit(
                policy_id=patient.policy.id, clinic_id=clinic_id, **form.told, by=patient.viewer.actor, at=clock.now()
            )
        except _REFUSALS as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Визит отмечен."))
            return redirect("noted:show", noted_id)
    shown = {"patient": patient, "clinic": clinic, "form": form, "now": clock.now()}
    return render(request, "portal/noted/add.html", shown, status=_WRONG_ANSWERS if form.is_bound else 200)


@require_safe
def show(request: HttpRequest, noted_id: UUID) -> HttpResponse:
    """The note, and whether the policy covers a visit there on that day, with every reason why not."""
    viewer, note, policy = _one(request, noted_id)
    shown = {
        "viewer": viewer,
        "note": note,
        "policy": policy,
        "clinic": clinics.clinic(note.clinic_id),
        "can_change": note.can_change(clock.now()),
        "reasons": reasons_against(policy, clinic_id=note.clinic_id, on=note.visit_on),
    }
    return render(request, "portal/noted/show.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, noted_id: UUID) -> HttpResponse:
    viewer, note, _policy = _one(request, noted_id)
    if not note.can_change(clock.now()):
        return redirect("noted:show", noted_id)
    there = note.starts_at.astimezone(ZoneInfo(note.zone))
    initial = {"on": there.date(), "at_local": there.time(), "words": note.words}
    form = NoteForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            commands.change_noted_visit(noted_id=noted_id, **form.told, by=viewer.actor, at=clock.now())
        except _REFUSALS as refusal:
            form.refuse(refusal)
        except NotedVisitIsOverError as refusal:
            messages.error(request, str(refusal))
            return redirect("noted:show", noted_id)
        else:
            messages.success(request, _("Сохранили."))
            return redirect("noted:show", noted_id)
    shown = {"viewer": viewer, "note": note, "form": form}
    return render(request, "portal/noted/change.html", shown, status=_WRONG_ANSWERS if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, noted_id: UUID) -> HttpResponse:
    viewer, note, _policy = _one(request, noted_id)
    if request.method == "POST":
        commands.remove_noted_visit(noted_id=noted_id, by=viewer.actor, at=clock.now())
        messages.success(request, _("Отметку убрали. Если вы не придёте, скажите об этом клинике."))
        return redirect("visits:index")
    if note.removed_at is not None:
        return redirect("noted:show", noted_id)
    return render(request, "portal/noted/remove.html", {"viewer": viewer, "note": note})


@require_safe
def calendar(request: HttpRequest, noted_id: UUID) -> HttpResponse:
    _viewer, note, _policy = _one(request, noted_id)
    entry = entry_of_note(note, url=absolute("portal", "noted:show", noted_id=note.id))
    return calendar_answer(calendar_file(entry, product=settings.BRAND.product))


def _one(request: HttpRequest, noted_id: UUID) -> tuple[Viewer, NotedCard, PolicyView]:
    """Of any person in the account, whoever is chosen at the top."""
    viewer, open_policies = patients.open_policies(request)
    note = queries.noted_visit_of(policy_ids=list(open_policies), noted_id=noted_id)
    return viewer, note, open_policies[note.policy_id]
