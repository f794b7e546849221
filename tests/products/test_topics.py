"""Covered or not, asked in people's own words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.kit.actors import Actor
from doctorlike.products import commands, queries
from doctorlike.products.demo import demo_terms
from doctorlike.products.rules import Cover, answer, benefit_for, question_words, topics_of

TERMS = demo_terms()
BY, AT = Actor.system("tests"), datetime(2026, 3, 1, 9, tzinfo=UTC)


def covers(name: str) -> list[Cover]:
    topic = next(one for one in topics_of(TERMS) if one.name == name)
    return [one.cover for one in answer(TERMS, topic).programmes]


@pytest.mark.parametrize(
    ("name", "polyclinic", "with_dental"),
    [
        ("Терапевт", Cover.COVERED, Cover.COVERED),
        ("Лечение зубов", Cover.NOT_COVERED, Cover.COVERED),
        ("Коронки, протезы, импланты", Cover.NOT_COVERED, Cover.NOT_COVERED),
        ("Роды", Cover.NOT_COVERED, Cover.NOT_COVERED),
        ("Врач онлайн", Cover.COVERED, Cover.COVERED),
        ("Больница, стационар", Cover.NOT_COVERED, Cover.NOT_COVERED),
        ("КТ и МРТ", Cover.COVERED, Cover.COVERED),
        ("Гемодиализ и очищение крови", Cover.NOT_COVERED, Cover.NOT_COVERED),
    ],
)
def test_topics_are_answered_for_each_programme(name: str, polyclinic: Cover, with_dental: Cover) -> None:
    assert covers(name) == [polyclinic, with_dental]


def test_a_limit_is_told_with_the_benefit_it_belongs_to() -> None:
    mri = next(one for one in TERMS.topics if one.name == "МРТ")
    told = answer(TERMS, mri).programmes[0]
    assert [(limit.benefit_name, str(limit.amount)) for limit in told.limits] == [("КТ и МРТ", "30000.00")]


def test_the_answer_and_the_adjudication_are_one_rule() -> None:
    for topic in TERMS.topics:
        for told in answer(TERMS, topic).programmes:
            if topic.holds == "by_services":
                paid = [benefit_for(TERMS, told.programme.code, code) is not None for code in topic.service_codes]
                assert (told.cover is not Cover.NOT_COVERED) == any(paid), topic.name
                assert (told.cover is Cover.COVERED) == all(paid), topic.name


@given(st.text(max_size=300))
def test_any_text_is_a_question(text: str) -> None:
    assert len(question_words(text)) <= 6


@pytest.mark.django_db
class TestAsking:
    @pytest.fixture(autouse=True)
    def _published(self) -> None:
        self.version = commands.seed_demo_product(by=BY, at=AT)

    @pytest.mark.parametrize(
        ("asked", "first"),
        [
            ("зуб", "Удаление зуба"),
            ("зубы", "Удаление зуба"),
            ("лечение зубов", "Удаление зуба"),
            ("УЗИ", "УЗИ"),
            ("мрт", "МРТ"),
            ("МРТ головного мозга", "МРТ"),
            ("роды", "Роды"),
            ("рожать", "Роды"),
            ("сделать анализ крови", "Анализ крови"),
            ("Входит ли массаж?", "Массаж"),
            ("tooth", "Лечение зубов"),
            ("childbirth", "Роды"),
        ],
    )
    def test_any_form_of_a_word_finds_its_topic(self, asked: str, first: str) -> None:
        found = queries.topics_about(self.version, asked)
        names = [topic.name for topic in found.topics]
        assert first in names[:4]
        assert not found.forgiven

    @pytest.mark.parametrize(
        ("asked", "meant"),
        [
            ("стамотолог", "Лечение зубов"),
            ("масаж", "Массаж"),
            ("ehjkju", "Уролог"),
            ("vhn", "МРТ"),
            ("гинеколк", "Гинеколог"),
        ],
    )
    def test_slips_and_the_other_layout_are_forgiven_and_said(self, asked: str, meant: str) -> None:
        found = queries.topics_about(self.version, asked)
        assert meant in [topic.name for topic in found.topics]
        assert found.forgiven

    @pytest.mark.parametrize("asked", ["", "   ", "для на", "ыыыыыыы", "!?;--", "х" * 5000])
    def test_nonsense_finds_nothing(self, asked: str) -> None:
        assert queries.topics_about(self.version, asked).topics == ()
