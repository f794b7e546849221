"""The set a client gets: PDF/A, selectable, on as few pages as it can be; and what may be said of any file."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from doctorlike.documents import commands, queries
from doctorlike.documents.models import Document
from doctorlike.documents.rules import CODE_LENGTH, CODE_SIGNS, Finding, grouped, new_code, normal_code
from doctorlike.documents.typesetting import typeset
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies.queries import policies_of_order
from doctorlike.shop import commands as shop
from tests.documents.pdfa import breaches
from tests.documents.test_documents import AT, BY, make
from tests.journeys.pdf import words
from tests.shop import builders
from tests.shop.builders import ANNA, MITYA, paying_order, settle

LONG = replace(ANNA, surname="Константинопольская-Задунайская", given_name="Александра-Валентина", patronymic="Кызы")


def papers_of(order_id: object, policy_id: object) -> dict[str, bytes]:
    cards = queries.documents_of("policy", policy_id) + queries.documents_of("order", order_id)
    return {card.kind: queries.read_pdf(card.id)[1] for card in cards}


def pages(content: bytes) -> int:
    return int(PdfFileReader(BytesIO(content)).root["/Pages"]["/Count"])


@pytest.mark.django_db
class TestTheSet:
    def test_every_document_is_pdf_a_and_its_words_can_be_selected(self) -> None:
        order_id = paying_order(others=(MITYA,))
        settle(order_id)
        shop.send_documents(order_id=order_id, by=BY, at=AT)
        _anna, mitya = policies_of_order(order_id)
        papers = papers_of(order_id, mitya.id)
        assert {kind: breaches(content) for kind, content in papers.items()} == {kind: [] for kind in papers}
        policy = words(papers["policy"])
        assert mitya.number in policy
        assert "Серов Дмитрий Андреевич" in policy
        assert "Услуга за 2 000,00 ₽" in policy
        assert "1 000 000,00 ₽ за весь срок полиса" in policy
        assert "Войдите в личный кабинет" in words(papers["memo"])
        assert "Отказ от договора" in words(papers["terms"])

    def test_a_policy_of_long_names_stays_on_one_page(self) -> None:
        order_id = paying_order(policyholder=replace(builders.ANNA_BUYS_FOR_HERSELF, person=LONG))
        settle(order_id)
        shop.send_documents(order_id=order_id, by=BY, at=AT)
        (policy,) = policies_of_order(order_id)
        papers = papers_of(order_id, policy.id)
        assert {kind: pages(papers[kind]) for kind in ("policy", "memo")} == {"policy": 1, "memo": 1}
        assert LONG.full_name in words(papers["policy"])

    def test_the_conditions_of_all_policies_lie_in_one_signed_file(self) -> None:
        order_id = paying_order(others=(MITYA,))
        settle(order_id)
        shop.send_documents(order_id=order_id, by=BY, at=AT)
        rows = Document.objects.filter(kind="terms", subject_type="policy")
        assert rows.count() == 2
        assert len({(row.storage_key, row.sha256) for row in rows}) == 1

    def test_the_policy_bears_its_public_code(self) -> None:
        order_id = paying_order()
        settle(order_id)
        shop.send_documents(order_id=order_id, by=BY, at=AT)
        (policy,) = policies_of_order(order_id)
        code = commands.public_code(subject_type="policy", subject_id=policy.id, by=BY, at=AT)
        assert grouped(code) in words(papers_of(order_id, policy.id)["policy"])
        assert queries.subject_of_code(code) == ("policy", str(policy.id))


def test_a_sign_that_no_typeface_has_does_not_stop_a_document() -> None:
    facts = {"title": "Справка", "number": "", "paragraphs": ["Болит 😀 漢 сильно. Қайрат, ₽"]}
    said = words(typeset("letter", facts, made_at=AT))
    assert "Болит ? ? сильно. " in said
    assert "айрат, ₽" in said


@pytest.mark.django_db
class TestExamining:
    def test_a_document_is_known_until_the_next_revision(self) -> None:
        first = make("one")
        content = queries.read_pdf(first.pk)[1]
        about = [("policy", "one")]
        assert queries.examine(content, about=about).finding is Finding.GENUINE
        make("one")
        verdict = queries.examine(content, about=about)
        assert verdict.finding is Finding.REPLACED
        assert verdict.card is not None
        assert verdict.card.id == first.pk

    def test_each_changed_byte_is_noticed(self) -> None:
        content = queries.read_pdf(make("one").pk)[1]
        for place in range(0, len(content), 997):
            changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            assert queries.examine(changed, about=[("policy", "one")]).finding not in (
                Finding.GENUINE,
                Finding.REPLACED,
                Finding.ANOTHERS,
            ), place

    def test_something_added_behind_the_signature_is_a_change(self) -> None:
        content = queries.read_pdf(make("one").pk)[1] + b"\n% more"
        assert queries.examine(content, about=[("policy", "one")]).finding is Finding.CHANGED

    def test_anothers_document_is_not_of_this_subject(self) -> None:
        content = queries.read_pdf(make("one").pk)[1]
        assert queries.examine(content, about=[("policy", "two")]).finding is Finding.ANOTHERS

    def test_what_is_no_signed_pdf_is_told_as_such(self) -> None:
        plain = typeset("letter", {"title": "t", "number": "", "paragraphs": []}, made_at=AT)
        container = b"%PDF-1.7 /ByteRange [0 24 30 2] <0011223344>"
        for content in (b"", b"%PDF-1.7", b"MZ\x00", plain, container, b"%PDF- /ByteRange [0 9999999999 9 9]"):
            assert queries.examine(content, about=[("policy", "one")]).finding is Finding.UNSIGNED


def test_codes_are_read_as_people_type_them() -> None:
    code = new_code()
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(CODE_SIGNS)
    assert normal_code(f" {grouped(code).lower()} ") == code
    assert normal_code("O1IL-АВСЕ-НКМР-ТХУ3") == "0111ABCEHKMPTXY3"
    assert normal_code("") == normal_code("K7QF") == normal_code("U" * CODE_LENGTH) == ""


@pytest.mark.django_db
def test_an_unknown_code_is_nobodys() -> None:
    for code in ("", "K7QF", new_code()):
        with pytest.raises(NotFoundError):
            queries.subject_of_code(code)
