"""Consultations for another system: a FHIR R4 Bundle as a file."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from doctorlike.documents import queries as documents
from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.sites.downloads import attachment
from doctorlike.sites.telemed.archive import fhir
from doctorlike.sites.telemed.archive.views import open_policy_ids
from doctorlike.telemed import queries


@require_safe
def one(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    found = queries.talks_of(open_policy_ids(request), only=consultation_id)
    if not found:
        raise NotFoundError
    talk = found[0]
    if talk.conclusion is None:
        raise Http404
    return _file(fhir.document(talk, pdf=_pdf, made_at=clock.now()), "consultation.fhir.json")


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    talks = queries.talks_of(open_policy_ids(request))
    return _file(fhir.collection(talks, pdf=_pdf, made_at=clock.now()), "consultations.fhir.json")


def _pdf(document_id: UUID) -> bytes:
    return documents.read_pdf(document_id)[1]


def _file(bundle: dict[str, Any], name: str) -> HttpResponse:
    content = json.dumps(bundle, ensure_ascii=False, indent=1).encode()
    return attachment(content, name=name, media_type="application/fhir+json")
