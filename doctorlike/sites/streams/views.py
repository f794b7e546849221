"""Server-sent events of a consultation's room."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound, StreamingHttpResponse
from django.views.decorators.http import require_GET

from doctorlike.accounts.models import User
from doctorlike.kit import clock
from doctorlike.sites.streams.hub import hub
from doctorlike.telemed import queries
from doctorlike.telemed.rules import EventKind

# A comment line keeps proxies and browsers from taking a quiet stream for a dead one.
HEARTBEAT_SECONDS = 20.0
# After these somebody may have no more part in the room.
_CHANGES_RIGHTS = frozenset((EventKind.TAKEN, EventKind.LEFT, EventKind.FINISHED))


@require_GET
async def room_events(request: HttpRequest, consultation_id: UUID) -> StreamingHttpResponse:
    """Events of one room behind `Last-Event-ID` (or `?after=` on the first visit), each once and in order, as long as
    the reader stays and may hear them. 404 for anybody but the room's patient and doctor."""
    user = await request.auser()
    if not isinstance(user, User) or not await _may_follow(consultation_id, user.pk):
        raise Http404
    after = _known(request.headers.get("Last-Event-ID") or request.GET.get("after"))
    answer = StreamingHttpResponse(_stream(consultation_id, user.pk, after), content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    # The page comes from the telemedicine site, whose cookie the browser brings along; no other origin may read.
    answer["Access-Control-Allow-Origin"] = settings.SITE_URLS["telemed"]
    answer["Access-Control-Allow-Credentials"] = "true"
    answer["Vary"] = "Origin, Cookie"
    return answer


def no_such_room(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponseNotFound("not found", content_type="text/plain")


def _known(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


async def _may_follow(consultation_id: UUID, user_id: UUID) -> bool:
    return await sync_to_async(_is_in_room)(consultation_id, user_id)


def _is_in_room(consultation_id: UUID, user_id: UUID) -> bool:
    clock.refresh()
    return queries.may_follow(consultation_id, user_id, on=clock.today())


async def _stream(consultation_id: UUID, user_id: UUID, after: int) -> AsyncIterator[str]:
    reader = hub.subscribe(consultation_id, after)
    asked_on: date | None = clock.today()
    try:
        yield "retry: 2000\n\n"
        while True:
            event = await reader.next(HEARTBEAT_SECONDS)
            # Asked anew whenever it may have changed: at each midnight, when somebody came or went, and when nothing
            # is said for a while.
            if event is None or event.kind in _CHANGES_RIGHTS or clock.today() != asked_on:
                if not await _may_follow(consultation_id, user_id):
                    return
                asked_on = clock.today()
            yield ": \n\n" if event is None else _written(event)
    finally:
        hub.unsubscribe(reader)


def _written(event: queries.RoomEventView) -> str:
    """As a browser takes it. A signal of a call that is over has nothing to say any more."""
    if event.kind == EventKind.SIGNAL:
        return f"id: {event.id}\nevent: signal\ndata: {event.signal}\n\n" if event.signal else f"id: {event.id}\n\n"
    return f"id: {event.id}\nevent: room\ndata: {event.kind}\n\n"
