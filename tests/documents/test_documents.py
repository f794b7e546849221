"""A document is typeset, signed and kept; a changed byte is noticed."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from uuid import uuid4

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from doctorlike.documents import commands, queries
from doctorlike.documents.models import Document
from doctorlike.documents.typesetting import TEMPLATES, typeset
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
BY = Actor.system("tests")


def make(subject_id: object) -> Document:
    made = commands.make_document(
        kind="letter",
        template="letter",
        facts={"title": "Справка", "number": "№ 7", "paragraphs": ["Сумма 1 400,00 ₽, ёлка."]},
        subject_type="policy",
        subject_id=subject_id,
        title="Справка",
        by=BY,
        at=AT,
    )
    return Document.objects.get(pk=made)


def signature_holds(content: bytes) -> bool:
    signature = PdfFileReader(BytesIO(content)).embedded_signatures[0]
    trusted = ValidationContext(trust_roots=[signature.signer_cert])
    status = validate_pdf_signature(signature, trusted)
    return status.intact and status.valid


@pytest.mark.django_db
def test_a_signed_document_verifies_and_one_changed_byte_does_not() -> None:
    _card, content = queries.read_pdf(make(uuid4()).pk)
    assert signature_holds(content)
    place = content.index(b"stream") + 20
    changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    assert not signature_holds(changed)


@pytest.mark.django_db
def test_documents_are_encrypted_where_they_lie() -> None:
    from django.core.files.storage import storages

    with storages["private"].open(make(uuid4()).storage_key) as stored:
        assert b"%PDF" not in stored.read()


@pytest.mark.django_db
def test_made_again_it_is_the_next_revision_and_only_the_newest_is_listed() -> None:
    subject = uuid4()
    make(subject)
    second = make(subject)
    assert [card.id for card in queries.documents_of("policy", subject)] == [second.pk]
    assert second.revision == 2


@pytest.mark.django_db
def test_an_unknown_document_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        queries.read_pdf(uuid4())


def test_the_same_facts_and_instant_give_the_same_bytes() -> None:
    facts = {"title": "Справка", "number": "", "paragraphs": []}
    assert typeset("letter", facts, made_at=AT) == typeset("letter", facts, made_at=AT)


def test_every_template_stands_on_the_house_letterhead() -> None:
    templates = [path for path in TEMPLATES.glob("*.typ") if path.name != "house.typ"]
    assert templates
    for path in templates:
        assert '#import "house.typ": *' in path.read_text(encoding="utf-8"), path.name
