"""What the browsers of a call tell each other, and the check of a device before it. Both need scripts: a call does."""

from __future__ import annotations

import json
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from doctorlike.kit import clock
from doctorlike.sites.telemed.room.views import find_room
from doctorlike.sites.visitor import signed_in
from doctorlike.telemed import commands
from doctorlike.telemed.errors import NoSignalError, WrongStepError
from doctorlike.telemed.rules import MOST_SIGNAL_LETTERS


@require_POST
def signal(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """One signal: `device`, `kind` and `payload` as JSON; tells whether there is a call to hear it. A browser that says
    goodbye to one that has just ended does nothing wrong. 400 for what no page sends."""
    find_room(request, consultation_id)
    try:
        told = json.loads(request.body) if len(request.body) <= 2 * MOST_SIGNAL_LETTERS else None
    except ValueError:
        told = None
    payload = told.get("payload") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(payload, dict):
        return HttpResponse(status=400)
    try:
        commands.send_signal(
            consultation_id=consultation_id,
            user_id=signed_in(request).pk,
            device=str(told.get("device")),
            kind=str(told.get("kind")),
            payload=payload,
            at=clock.now(),
        )
    except NoSignalError:
        return HttpResponse(status=400)
    except WrongStepError:
        return JsonResponse({"open": False})
    return JsonResponse({"open": True})


@require_safe
def ice(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Servers by which browsers of this room reach each other, with credentials for some hours."""
    find_room(request, consultation_id)
    return JsonResponse({"servers": commands.ice_servers(signed_in(request).pk)})


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Camera, microphone and the way through the network, before the doctor is there."""
    return render(request, "telemed/room/check.html", {"streams_url": settings.SITE_URLS["streams"]})
