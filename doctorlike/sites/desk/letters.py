"""Letters of guarantee of which a clinic could not be told."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from doctorlike.coverage import commands
from doctorlike.coverage.queries import letters
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.sites.visitor import signed_in


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The latest first; no medical word."""
    return render(request, "desk/letters.html", {"lines": letters.failed_letters()})


@require_POST
def send(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """Try once more to tell the clinic."""
    commands.send_letter_again(letter_id=letter_id, by=Actor.staff(signed_in(request).pk), at=clock.now())
    messages.success(request, _("Отправляем ещё раз. Если не получится, письмо вернётся в этот список."))
    return redirect("desk:letters")
