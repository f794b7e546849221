"""Files of a room: sent by a form, given back from addresses of their own, never shown inside a page."""

from __future__ import annotations

from uuid import UUID

from csp.constants import NONE
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError
from doctorlike.kit.ids import new_id
from doctorlike.sites.downloads import attachment
from doctorlike.sites.telemed.room.views import back_to_room, find_room
from doctorlike.sites.visitor import signed_in
from doctorlike.telemed import commands, queries
from doctorlike.telemed.errors import WrongFileError
from doctorlike.telemed.rules import LARGEST_FILE_BYTES


@require_POST
def share(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Sent once however often the button is pressed; what is wrong with it is told above the talk."""
    find_room(request, consultation_id)
    sent = request.FILES.get("file")
    try:
        sent_key = UUID(request.POST.get("sent_key", ""))
    except ValueError:
        sent_key = new_id()
    if sent is None:
        return back_to_room(request, consultation_id, refused=_("Выберите снимок или PDF."))
    try:
        if (sent.size or 0) > LARGEST_FILE_BYTES:
            raise WrongFileError
        commands.share_file(
            consultation_id=consultation_id,
            user_id=signed_in(request).pk,
            name=sent.name or "",
            content=sent.read(),
            sent_key=sent_key,
            at=clock.now(),
        )
    except DomainError as refusal:
        if refusal.code == "not_found":
            raise
        return back_to_room(request, consultation_id, refused=str(refusal))
    return back_to_room(request, consultation_id)


@require_safe
def file(request: HttpRequest, consultation_id: UUID, file_id: UUID) -> HttpResponse:
    """The file as it was sent, to be saved: a browser opens nothing of it here."""
    card, content = queries.read_file(consultation_id, file_id, signed_in(request).pk, on=clock.today())
    return _sealed(attachment(content, name=card.name, media_type=card.media_type))


@require_safe
def preview(request: HttpRequest, consultation_id: UUID, file_id: UUID) -> HttpResponse:
    """The small picture we drew of it."""
    answer = HttpResponse(
        queries.read_preview(consultation_id, file_id, signed_in(request).pk, on=clock.today()),
        content_type="image/jpeg",
    )
    answer["Cache-Control"] = "private, no-store"
    return _sealed(answer)


def _sealed(answer: HttpResponse) -> HttpResponse:
    """Whatever a browser makes of it, it may do nothing and belongs to no page of ours."""
    answer._csp_replace = {"default-src": [NONE], "sandbox": True}  # type: ignore[attr-defined]  # of django-csp
    return answer
