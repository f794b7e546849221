"""Server-sent events of a consultation's room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound, StreamingHttpResponse
from django.views.decorators.http import require_GET

from doctorlike.accounts.models import User
from doctorlike.kit import clock
from doctorlike.sites.streams.hub import hub
from doctorlike.telemed import queries

# A comment line keeps proxies and browsers from taking a quiet stream for a dead one.
HEARTBEAT_SECONDS = 20.0


@require_GET
async def room_events(request: HttpRequest, consultation_id: UUID) -> StreamingHttpResponse:
    """Events of one room behind `Last-Event-ID` (or `?after=` on the first visit), each once and in order, as long as
    the reader stays and may hear them. 404 for anybody but the room's patient and doctor."""
    user = await request.auser()
    if not isinstance(user, User) or not await sync_to_async(_may_follow)(consultation_id, user.pk):
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


def _may_follow(consultation_id: UUID, user_id: UUID) -> bool:
    clock.refresh()
    return queries.may_follow(consultation_id, user_id, on=clock.today())


async def _stream(consultation_id: UUID, user_id: UUID, after: int) -> AsyncIterator[str]:
    news = hub.subscribe(str(consultation_id))
    try:
        yield "retry: 2000\n\n"
        while True:
            news.clear()
            # Asked anew each time: a stream may be open at the midnight that closes its room to the reader.
            if not await sync_to_async(_may_follow)(consultation_id, user_id):
                return
            for event_id, kind in await sync_to_async(queries.events_after)(consultation_id, after):
                after = event_id
                yield f"id: {event_id}\nevent: room\ndata: {kind}\n\n"
            try:
                await asyncio.wait_for(news.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield ": \n\n"
    finally:
        hub.unsubscribe(str(consultation_id), news)
