"""The room from the patient's side: place in the queue, talk, conclusion. Works by reloading; where scripts run, the
talk is renewed at each event of the room."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from doctorlike.accounts.rules import Permission
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.kit.ids import new_id
from doctorlike.sites.visitor import signed_in
from doctorlike.telemed import commands, queries
from doctorlike.telemed.queries import Room
from doctorlike.telemed.rules import State


def room_page(request: HttpRequest, room: Room) -> dict[str, object]:
    """What the talk needs on either side of it."""
    return {
        "room": room,
        "sent_key": new_id(),
        "file_key": new_id(),
        "me": "doctor" if signed_in(request).may(Permission.CONSULT) else "patient",
        "events_url": f"{settings.SITE_URLS['streams']}/rooms/{room.card.id}/events",
    }


def find_room(request: HttpRequest, consultation_id: UUID) -> None:
    """NotFoundError for anybody but the room's two sides, whatever else is wrong with what they ask."""
    if not queries.may_follow(consultation_id, signed_in(request).pk, on=clock.today()):
        raise NotFoundError


def back_to_room(request: HttpRequest, consultation_id: UUID, *, refused: str = "") -> HttpResponse:
    """After something was said or sent: the room again, or for a page that stays where it is only whether it went."""
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"error": refused}, status=422) if refused else HttpResponse(status=204)
    if refused:
        messages.error(request, refused)
    return redirect("room:index", consultation_id)


def note_return(request: HttpRequest, room: Room) -> None:
    """A doctor who comes back to a talk that is over reads an archive: that is in the trail, in which a talk under way
    stands as taken."""
    doctor = signed_in(request)
    if doctor.may(Permission.CONSULT) and room.card.state == State.FINISHED:
        commands.note_archive_read(consultation_id=room.card.id, by=Actor.staff(doctor.pk), at=clock.now())


@require_safe
def index(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    room = queries.room(consultation_id, signed_in(request).pk, on=clock.today())
    if signed_in(request).may(Permission.CONSULT):
        return redirect("doctor:room", consultation_id)
    return render(request, "telemed/room/index.html", room_page(request, room))


@require_safe
def talk(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The talk alone, for a page that renews itself."""
    room = queries.room(consultation_id, signed_in(request).pk, on=clock.today())
    note_return(request, room)
    answer = render(request, "telemed/room/parts/talk.html", room_page(request, room))
    answer["X-Room-State"] = room.card.state
    return answer


@require_POST
def say(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    try:
        sent_key = UUID(request.POST.get("sent_key", ""))
    except ValueError:
        sent_key = new_id()
    try:
        commands.send_message(
            consultation_id=consultation_id,
            user_id=signed_in(request).pk,
            text=request.POST.get("text", ""),
            sent_key=sent_key,
            by=Actor.user(signed_in(request).pk),
            at=clock.now(),
        )
    except DomainError as refusal:
        if refusal.code == "not_found":
            raise
        return back_to_room(request, consultation_id, refused=str(refusal))
    return back_to_room(request, consultation_id)


@require_POST
def leave(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    commands.leave(
        consultation_id=consultation_id,
        user_id=signed_in(request).pk,
        by=Actor.user(signed_in(request).pk),
        at=clock.now(),
    )
    return redirect("entry:index")
