"""What becomes of a claimed line (docs/rules/adjudication.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.care.rules import (
    REFUSAL_WORDS,
    ClaimedLine,
    KnownAboutLine,
    Outcome,
    Refusal,
    adjudicate,
    refusal_words,
)
from doctorlike.kit.money import Money

TODAY = date(2026, 4, 1)
LINE = ClaimedLine(
    row=2,
    clinic="",
    policy_number="ONDL-304821",
    born_on=date(1990, 5, 4),
    visit_on=date(2026, 3, 24),
    service_code="B01.047.001",
    service_name="",
    quantity=1,
    price=Money.of("1200.00"),
    total=None,
)
KNOWN = KnownAboutLine(
    clinic_known=True,
    insured_born_on=date(1990, 5, 4),
    copay_percent=30,
    list_price=Money.of("1200.00"),
    accepted_before=False,
    coverage_reasons=(),
)


@pytest.mark.parametrize(
    ("price", "percent", "share", "insurer_part"),
    [
        ("1000.05", 30, "300.02", "700.03"),
        ("0.01", 50, "0.01", "0.00"),
        ("2345.67", 0, "0.00", "2345.67"),
        ("7000.00", 20, "1400.00", "5600.00"),
    ],
)
def test_an_accepted_line_is_shared_to_the_kopeck(price: str, percent: int, share: str, insurer_part: str) -> None:
    line = replace(LINE, price=Money.of(price))
    decided = adjudicate(line, replace(KNOWN, copay_percent=percent, list_price=line.price), today=TODAY)
    assert (decided.outcome, decided.share, decided.insurer_part) == (
        Outcome.ACCEPTED,
        Money.of(share),
        Money.of(insurer_part),
    )


@pytest.mark.parametrize(
    ("line", "known", "reasons"),
    [
        (LINE, replace(KNOWN, clinic_known=False), (Refusal.UNKNOWN_CLINIC,)),
        (LINE, replace(KNOWN, insured_born_on=None), (Refusal.UNKNOWN_POLICY,)),
        (replace(LINE, born_on=date(1990, 4, 5)), KNOWN, (Refusal.BIRTH_DATE_DIFFERS,)),
        (replace(LINE, visit_on=date(2026, 4, 2)), KNOWN, (Refusal.FUTURE_VISIT,)),
        (LINE, replace(KNOWN, list_price=None), (Refusal.SERVICE_NOT_IN_PRICE_LIST,)),
        (replace(LINE, price=Money.of("1200.01")), KNOWN, (Refusal.PRICE_ABOVE_LIST,)),
        (replace(LINE, quantity=2, total=Money.of("1200.00")), KNOWN, (Refusal.WRONG_SUM,)),
        (LINE, replace(KNOWN, accepted_before=True), (Refusal.DUPLICATE,)),
        (
            replace(LINE, price=Money.of("1300.00"), total=Money.of("1.00")),
            KNOWN,
            (Refusal.PRICE_ABOVE_LIST, Refusal.WRONG_SUM),
        ),
    ],
)
def test_every_refusal_is_given_its_reason(
    line: ClaimedLine, known: KnownAboutLine, reasons: tuple[Refusal, ...]
) -> None:
    decided = adjudicate(line, known, today=TODAY)
    assert (decided.outcome, decided.reasons) == (Outcome.REFUSED, reasons)
    assert not decided.share
    assert not decided.insurer_part


def test_nothing_is_told_about_somebody_elses_policy() -> None:
    strange = replace(LINE, born_on=date(2000, 1, 1), price=Money.of("9999.00"))
    decided = adjudicate(strange, replace(KNOWN, accepted_before=True), today=TODAY)
    assert decided.reasons == (Refusal.BIRTH_DATE_DIFFERS,)


def test_a_visit_of_today_is_not_in_the_future() -> None:
    assert adjudicate(replace(LINE, visit_on=TODAY), KNOWN, today=TODAY).outcome is Outcome.ACCEPTED


def test_a_line_that_is_not_covered_keeps_the_reasons_and_costs_the_client_nothing() -> None:
    decided = adjudicate(LINE, replace(KNOWN, coverage_reasons=("waiting_period",)), today=TODAY)
    assert (decided.outcome, decided.reasons) == (Outcome.NOT_COVERED, ("waiting_period",))
    assert not decided.share


@given(
    price=st.integers(1, 10**8).map(Money.of_kopecks),
    quantity=st.integers(1, 100),
    percent=st.integers(0, 100),
)
def test_share_and_insurers_part_are_always_the_whole_line(price: Money, quantity: int, percent: int) -> None:
    line = replace(LINE, price=price, quantity=quantity)
    decided = adjudicate(line, replace(KNOWN, copay_percent=percent, list_price=price), today=TODAY)
    assert decided.share + decided.insurer_part == decided.total == price.times(quantity)
    assert Money.zero() <= decided.share <= decided.total


def test_every_refusal_has_words_a_clinic_can_act_on() -> None:
    assert set(REFUSAL_WORDS) == set(Refusal)
    for reason in Refusal:
        words = refusal_words(reason, LINE, Money.of("1000.00"), "дата визита «31.02.2026»")
        assert "{" not in words
        assert words.endswith(".")
