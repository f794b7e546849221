"""All consultations of the people in the account, with conclusions to read and download."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from doctorlike.documents import queries as documents
from doctorlike.kit import clock
from doctorlike.policies import queries as policies
from doctorlike.sites.visitor import signed_in
from doctorlike.telemed import queries


def _open_policy_ids(request: HttpRequest) -> list[UUID]:
    return [one.id for one in policies.policies_of(signed_in(request).pk, on=clock.today()) if one.medical_open]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(
        request, "telemed/archive/index.html", {"consultations": queries.archive_of(_open_policy_ids(request))}
    )


@require_safe
def consultation(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    room = queries.archived(consultation_id, _open_policy_ids(request))
    return render(request, "telemed/archive/consultation.html", {"room": room})


@require_safe
def conclusion(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """The signed PDF. It is not kept by the browser or anything between."""
    room = queries.archived(consultation_id, _open_policy_ids(request))
    if room.conclusion is None or room.conclusion.document_id is None:
        raise Http404
    _card, content = documents.read_pdf(room.conclusion.document_id)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="conclusion.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
