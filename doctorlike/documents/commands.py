"""Making documents."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from doctorlike.audit import commands as audit
from doctorlike.documents.gateways.pades.signer import configured_signer
from doctorlike.documents.models import Document
from doctorlike.documents.typesetting import typeset
from doctorlike.kit import storage
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock


def make_document(
    *,
    kind: str,
    template: str,
    facts: dict[str, Any],
    subject_type: str,
    subject_id: object,
    title: str,
    by: Actor,
    at: datetime,
) -> UUID:
    """Typeset, sign and keep a document about a subject. Repeating makes the next revision of the same kind; callers
    that must not (a job run twice) look at `queries.documents_of` first. A file kept by a transaction that later
    fails is an encrypted orphan, never a wrong document."""
    signed = configured_signer().sign(typeset(template, facts, made_at=at), reason=title)
    key = storage.keep(signed.content, folder=f"documents/{at:%Y/%m}")
    with transaction.atomic():
        advisory_lock(f"document:{subject_type}:{subject_id}:{kind}")
        newest = Document.objects.filter(subject_type=subject_type, subject_id=str(subject_id), kind=kind).aggregate(
            revision=Max("revision")
        )["revision"]
        document = Document.objects.create(
            kind=kind,
            title=title,
            subject_type=subject_type,
            subject_id=str(subject_id),
            revision=(newest or 0) + 1,
            storage_key=key,
            sha256=hashlib.sha256(signed.content).hexdigest(),
            size_bytes=len(signed.content),
            signed_by_certificate=signed.certificate_sha256,
            made_at=at,
            made_by=str(by),
        )
        audit.record(
            by=by,
            at=at,
            action="document.made",
            subject_type="document",
            subject_id=document.pk,
            details={"kind": kind, "revision": document.revision, "sha256": document.sha256},
        )
    return document.pk
