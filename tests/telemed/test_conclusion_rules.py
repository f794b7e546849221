"""What may stand in a conclusion at a distance, word by word of docs/rules/telemedicine-conclusions.md."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.kit.errors import DomainError
from doctorlike.telemed import rules
from doctorlike.telemed.errors import (
    DiagnosisNotEarlierError,
    EmptyConclusionError,
    UnknownDiagnosisError,
    UnplacedDiagnosisError,
    WrongShareDaysError,
)
from doctorlike.telemed.rules import KnownCode

TODAY, BORN = date(2026, 4, 1), date(1990, 5, 4)
NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
ASTHMA = KnownCode("J45.0", "Астма с преобладанием аллергического компонента", True)


@pytest.mark.parametrize(
    ("known", "made_on", "where", "refusal"),
    [
        (ASTHMA, date(2026, 3, 31), "Клиника на Ленина", None),
        (ASTHMA, BORN, "Роддом № 1", None),
        (ASTHMA, TODAY, "Клиника на Ленина", DiagnosisNotEarlierError),
        (ASTHMA, date(2026, 4, 2), "Клиника на Ленина", DiagnosisNotEarlierError),
        (ASTHMA, date(1990, 5, 3), "Клиника на Ленина", DiagnosisNotEarlierError),
        (ASTHMA, None, "Клиника на Ленина", DiagnosisNotEarlierError),
        (ASTHMA, date(2026, 3, 31), "  ", UnplacedDiagnosisError),
        (None, date(2026, 3, 31), "Клиника на Ленина", UnknownDiagnosisError),
        (KnownCode("J45.0", "Астма", False), date(2026, 3, 31), "Клиника", UnknownDiagnosisError),
        (KnownCode("J40-J47", "Хронические болезни", True), date(2026, 3, 31), "Клиника", UnknownDiagnosisError),
        (KnownCode("X", "Болезни органов дыхания", True), date(2026, 3, 31), "Клиника", UnknownDiagnosisError),
    ],
)
def test_only_a_diagnosis_made_earlier_in_person_stands_in_it(
    known: KnownCode | None, made_on: date | None, where: str, refusal: type[DomainError] | None
) -> None:
    if refusal is None:
        told = rules.earlier_diagnosis(known, made_on=made_on, where=where, today=TODAY, born_on=BORN)
        assert (told.code, told.where) == ("J45.0", where)
        return
    with pytest.raises(refusal):
        rules.earlier_diagnosis(known, made_on=made_on, where=where, today=TODAY, born_on=BORN)


@pytest.mark.parametrize(("complaints", "recommendations"), [("", "Покой"), ("Кашель", " \n"), ("", "")])
def test_a_conclusion_says_something(complaints: str, recommendations: str) -> None:
    with pytest.raises(EmptyConclusionError):
        rules.check_words(complaints=complaints, recommendations=recommendations)


@pytest.mark.parametrize(("typed", "code"), [("j45.0", "J45.0"), (" А09,0 ", "A09.0"), ("к 29.7", "K29.7"), ("", "")])
def test_a_code_is_understood_however_it_is_typed(typed: str, code: str) -> None:
    assert rules.normal_code(typed) == code


def test_a_template_stands_behind_what_is_written_and_once() -> None:
    template = {"complaints": "Боль в горле", "recommendations": "Тёплое питьё"}
    once = rules.with_template({"complaints": "Кашель", "notes": "никому"}, template)
    assert (once["complaints"], once["recommendations"], once["history"]) == (
        "Кашель\nБоль в горле",
        "Тёплое питьё",
        "",
    )
    assert "notes" not in once
    assert rules.with_template(once, template) == once


@given(st.dictionaries(st.sampled_from([*rules.PARTS, "other"]), st.text(max_size=12_000)))
def test_a_kept_draft_has_its_parts_and_no_more(told: dict[str, str]) -> None:
    kept = rules.clean_parts(told)
    assert set(kept) == set(rules.PARTS)
    assert all(len(kept[name]) <= most for name, most in rules.PARTS.items())


@pytest.mark.parametrize("days", [1, 7, 30])
def test_a_link_serves_its_days_to_the_instant(days: int) -> None:
    ends_at = rules.share_ends(NOW, days)
    assert ends_at == NOW + timedelta(days=days)
    last = ends_at - timedelta(microseconds=1)
    assert rules.share_serves(ends_at=ends_at, revoked_at=None, at=last)
    assert not rules.share_serves(ends_at=ends_at, revoked_at=None, at=ends_at)
    assert not rules.share_serves(ends_at=ends_at, revoked_at=NOW, at=last)


@pytest.mark.parametrize("days", [0, 2, 31, -1])
def test_no_other_days_can_be_chosen(days: int) -> None:
    with pytest.raises(WrongShareDaysError):
        rules.share_ends(NOW, days)


def test_a_secret_is_kept_as_its_digest() -> None:
    secret, kept = rules.new_secret()
    assert len(secret) >= 32
    assert secret not in kept
    assert rules.digest(secret) == kept


@pytest.mark.parametrize(
    ("asked", "found"), [("горло", True), ("ГОРЛО тёпл", True), ("теплое", True), ("горло колено", False), ("", True)]
)
def test_a_search_wants_every_word_anywhere(asked: str, found: bool) -> None:
    assert rules.says(["Болит горло", "Тёплое питьё"], asked) is found
