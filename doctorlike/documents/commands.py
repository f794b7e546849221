"""Making documents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import CharField

from doctorlike.audit import commands as audit
from doctorlike.documents.gateways.pades.signer import configured_signer
from doctorlike.documents.models import Document, PublicCode
from doctorlike.documents.rules import Paper, grouped, new_code
from doctorlike.documents.typesetting import typeset
from doctorlike.kit import storage
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock
from doctorlike.kit.reads import Among, Read, Told
from doctorlike.kit.writes import insert

# The subject of a file that many documents share: a digest of what it says.
SHARED = "shared"
_newest_shared = Read(
    lambda: Document.objects.filter(
        subject_type=SHARED, subject_id=Told("digest", CharField()), kind=Told("kind", CharField())
    ).order_by("-revision")[:1],
    prepared=True,
)
_revisions = Read(
    lambda: Document.objects.filter(Among("subject_type", "types"), Among("subject_id", "ids")).values_list(
        "subject_type", "subject_id", "kind", "revision"
    ),
    prepared=True,
)
_code_of = Read(
    lambda: PublicCode.objects.filter(
        subject_type=Told("subject_type", CharField()), subject_id=Told("subject_id", CharField())
    ).values_list("code", flat=True),
    prepared=True,
)


@dataclass(frozen=True, slots=True)
class _File:
    """Signed bytes in the storage."""

    key: str
    sha256: str
    size_bytes: int
    certificate: str


def make_documents(papers: Sequence[Paper], *, by: Actor, at: datetime) -> list[UUID]:
    """Typeset, sign and keep documents, in the order of `papers`. Repeating makes the next revision of the same kinds;
    callers that must not (a job run twice) look at `queries.documents_of` first. Files kept by a call that later fails
    are encrypted orphans, never wrong documents. Call it outside of a transaction: setting and signing take longer than
    a lock should be held."""
    files = [_shared_file(one, by=by, at=at) if one.is_shared else _file(one, by=by, at=at) for one in papers]
    return _record(list(zip(papers, files, strict=True)), by=by, at=at)


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
    """One document, as `make_documents` does it."""
    paper = Paper(kind, template, facts, subject_type, subject_id, title)
    return make_documents([paper], by=by, at=at)[0]


def typeset_paper(*, template: str, facts: dict[str, Any], made_at: datetime) -> bytes:
    """A PDF that is nobody's document: neither signed nor kept. The same facts and instant give the same bytes."""
    return typeset(template, facts, made_at=made_at)


def public_code(*, subject_type: str, subject_id: object, by: Actor, at: datetime) -> str:
    """The code printed on papers about the subject; repeating gives the same one."""
    for code in _code_of(subject_type=subject_type, subject_id=str(subject_id)):
        return code
    held, _ = PublicCode.objects.get_or_create(
        subject_type=subject_type,
        subject_id=str(subject_id),
        defaults={"code": new_code(), "made_at": at, "made_by": str(by)},
    )
    return held.code


def _file(paper: Paper, *, by: Actor, at: datetime) -> _File:
    facts = _with_mark(paper, by=by, at=at)
    signed = configured_signer().sign(typeset(paper.template, facts, made_at=at), reason=paper.title)
    return _File(
        key=storage.keep(signed.content, folder=f"documents/{at:%Y/%m}"),
        sha256=hashlib.sha256(signed.content).hexdigest(),
        size_bytes=len(signed.content),
        certificate=signed.certificate_sha256,
    )


def _with_mark(paper: Paper, *, by: Actor, at: datetime) -> dict[str, Any]:
    """The facts, and what lets anybody check the paper, when they name the page of checking."""
    page = paper.facts.get("verified_at")
    if page is None:
        return paper.facts
    code = public_code(subject_type=paper.subject_type, subject_id=paper.subject_id, by=by, at=at)
    site = page.partition("://")[2].rstrip("/")
    return {**paper.facts, "mark": {"code": grouped(code), "address": f"{page}{code}/", "site": site}}


def _shared_file(paper: Paper, *, by: Actor, at: datetime) -> _File:
    """The file that already says this under the certificate in force, or a new one."""
    said = json.dumps([paper.template, paper.title, paper.facts], cls=DjangoJSONEncoder, sort_keys=True)
    certificate = configured_signer().certificate_sha256
    digest = hashlib.sha256(f"{certificate}{said}".encode()).hexdigest()[:60]
    for held in _newest_shared(digest=digest, kind=paper.kind):
        return _File(held.storage_key, held.sha256, held.size_bytes, held.signed_by_certificate)
    file = _file(paper, by=by, at=at)
    original = Paper(paper.kind, paper.template, paper.facts, SHARED, digest, paper.title)
    _record([(original, file)], by=by, at=at)
    return file


@transaction.atomic
def _record(made: Sequence[tuple[Paper, _File]], *, by: Actor, at: datetime) -> list[UUID]:
    subjects = sorted({(paper.subject_type, str(paper.subject_id)) for paper, _ in made})
    for subject_type, subject_id in subjects:
        advisory_lock(f"documents:{subject_type}:{subject_id}")
    newest = _newest_revisions(subjects)
    rows = []
    for paper, file in made:
        about = (paper.subject_type, str(paper.subject_id), paper.kind)
        newest[about] = newest.get(about, 0) + 1
        rows.append(
            Document(
                kind=paper.kind,
                title=paper.title,
                subject_type=paper.subject_type,
                subject_id=str(paper.subject_id),
                revision=newest[about],
                storage_key=file.key,
                sha256=file.sha256,
                size_bytes=file.size_bytes,
                signed_by_certificate=file.certificate,
                made_at=at,
                made_by=str(by),
            )
        )
    insert(*rows)
    audit.record_many(
        by=by, at=at, action="document.made", subject_type="document", subject_ids=[row.pk for row in rows]
    )
    return [row.pk for row in rows]


def _newest_revisions(subjects: Iterable[tuple[str, str]]) -> dict[tuple[str, str, str], int]:
    newest: dict[tuple[str, str, str], int] = {}
    known = _revisions(types={about[0] for about in subjects}, ids={about[1] for about in subjects})
    for subject_type, subject_id, kind, revision in known:
        held = newest.get((subject_type, subject_id, kind), 0)
        newest[subject_type, subject_id, kind] = max(held, revision)
    return newest
