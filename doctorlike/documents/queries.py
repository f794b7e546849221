"""Reading documents. Who may see one, the app that owns the subject decides before it asks here."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import CharField

from doctorlike.documents.gateways.pades.reading import signature_of
from doctorlike.documents.gateways.pades.signer import configured_signer
from doctorlike.documents.models import Document, PublicCode
from doctorlike.documents.rules import Finding, normal_code
from doctorlike.kit import storage
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.reads import Among, Read, Told


@dataclass(frozen=True, slots=True)
class DocumentCard:
    id: UUID
    kind: str
    title: str
    subject_type: str
    subject_id: str
    revision: int
    made_at: datetime
    size_bytes: int
    sha256: str
    storage_key: str


_newest = Read(
    lambda: (
        Document.objects.filter(Among("subject_id", "subject_ids"), subject_type=Told("subject_type", CharField()))
        .order_by("subject_id", "kind", "-revision")
        .distinct("subject_id", "kind")
    ),
    prepared=True,
)


def documents_of(subject_type: str, subject_id: object) -> list[DocumentCard]:
    """The newest revision of each kind about one subject, oldest kind first."""
    return documents_of_many(subject_type, [subject_id])


def documents_of_many(subject_type: str, subject_ids: Iterable[object]) -> list[DocumentCard]:
    """The newest revision of each kind about each of the subjects, in the order they were made."""
    rows = _newest(subject_type=subject_type, subject_ids=[str(one) for one in subject_ids])
    return sorted((_card(row) for row in rows), key=lambda card: (card.made_at, card.id))


def revisions_of(subject_type: str, subject_id: object) -> list[tuple[DocumentCard, DocumentCard | None]]:
    """Every document ever made about one subject, the newest first, each with the one that superseded it: None for
    those in force."""
    rows = Document.objects.filter(subject_type=subject_type, subject_id=str(subject_id)).order_by("-made_at", "-id")
    cards = [_card(row) for row in rows]
    newest: dict[str, DocumentCard] = {}
    for card in sorted(cards, key=lambda one: one.revision):
        newest[card.kind] = card
    return [(card, None if newest[card.kind].id == card.id else newest[card.kind]) for card in cards]


def document(document_id: UUID) -> DocumentCard:
    """NotFoundError when there is none."""
    try:
        return _card(Document.objects.get(pk=document_id))
    except Document.DoesNotExist:
        raise NotFoundError from None


def read_pdf(document_id: UUID) -> tuple[DocumentCard, bytes]:
    """The signed bytes as they were made; NotFoundError when there is no such document."""
    card = document(document_id)
    return card, storage.read(card.storage_key)


def subject_of_code(code: str) -> tuple[str, str]:
    """Type and id of what a code on paper stands for, however the code was typed; NotFoundError."""
    held = PublicCode.objects.filter(code=normal_code(code)).first()
    if held is None:
        raise NotFoundError
    return held.subject_type, held.subject_id


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file is, and which document it is when it is one (or was one) of the subject's."""

    finding: Finding
    card: DocumentCard | None = None


def examine(content: bytes, *, about: Collection[tuple[str, str]]) -> Verdict:
    """Whether a file is a document about one of the subjects (type, id). Nothing of it is kept. Of a file from anybody
    only the signature is read, at places of fixed size: no stream of it is ever unpacked."""
    known = list(Document.objects.filter(sha256=hashlib.sha256(content).hexdigest()).order_by("-revision"))
    signature = signature_of(content)
    if signature is None:
        return Verdict(Finding.UNSIGNED)
    if not known:
        ours = signature.is_authentic and signature.certificate_sha256 == configured_signer().certificate_sha256
        return Verdict(Finding.CHANGED if ours else Finding.FOREIGN)
    if not (signature.is_authentic and signature.covers_all):
        return Verdict(Finding.CHANGED)
    row = next((one for one in known if (one.subject_type, one.subject_id) in about), None)
    if row is None:
        return Verdict(Finding.ANOTHERS)
    newer = Document.objects.filter(
        subject_type=row.subject_type, subject_id=row.subject_id, kind=row.kind, revision__gt=row.revision
    ).exists()
    return Verdict(Finding.REPLACED if newer else Finding.GENUINE, _card(row))


def _card(row: Document) -> DocumentCard:
    return DocumentCard(
        id=row.pk,
        kind=row.kind,
        title=row.title,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        revision=row.revision,
        made_at=row.made_at,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
        storage_key=row.storage_key,
    )
