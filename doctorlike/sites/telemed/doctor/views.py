"""The doctor's side: the queue and the room."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.sites.telemed.doctor.writing import writing_page
from doctorlike.sites.telemed.room.views import note_return, room_page
from doctorlike.sites.visitor import signed_in
from doctorlike.telemed import commands, queries
from doctorlike.telemed.errors import BusyDoctorError


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "telemed/doctor/index.html",
        {
            "queue": queries.queue(),
            "taken": queries.taken_by(signed_in(request).pk),
            "finished": queries.finished_by(signed_in(request).pk),
        },
    )


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    try:
        taken = commands.take_next(
            doctor_user_id=signed_in(request).pk, by=Actor.staff(signed_in(request).pk), at=clock.now()
        )
    except BusyDoctorError as refusal:
        messages.warning(request, str(refusal))
        return redirect("doctor:room", refusal.facts["consultation_id"])
    if taken is None:
        messages.info(request, _("Сейчас никто не ждёт."))
        return redirect("doctor:index")
    return redirect("doctor:room", taken)


@require_safe
def room(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    return _show(request, consultation_id)


def _show(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    shown = queries.room(consultation_id, signed_in(request).pk, on=clock.today())
    note_return(request, shown)
    return render(request, "telemed/doctor/room.html", {**room_page(request, shown), **writing_page(request, shown)})
