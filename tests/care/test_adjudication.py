"""What becomes of a claimed line (docs/rules/adjudication.md)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.care.rules import (
    REFUSAL_WORDS,
    LineFacts,
    Outcome,
    Refusal,
    Step,
    adjudicate,
    read_steps,
    refusal_words,
)
from doctorlike.kit.money import Money

LINE = LineFacts(
    price=Money.of("1200.00"),
    quantity=1,
    told_total=None,
    clinic_known=True,
    born_on_fits=True,
    list_price=Money.of("1200.00"),
    copay_percent=30,
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
    decided = adjudicate(replace(LINE, price=Money.of(price), copay_percent=percent, list_price=Money.of(price)))
    assert (decided.outcome, decided.share, decided.insurer_part) == (
        Outcome.ACCEPTED,
        Money.of(share),
        Money.of(insurer_part),
    )


@pytest.mark.parametrize(
    ("line", "reasons"),
    [
        (replace(LINE, clinic_known=False), (Refusal.UNKNOWN_CLINIC,)),
        (replace(LINE, born_on_fits=None), (Refusal.UNKNOWN_POLICY,)),
        (replace(LINE, born_on_fits=False), (Refusal.BIRTH_DATE_DIFFERS,)),
        (replace(LINE, in_future=True), (Refusal.FUTURE_VISIT,)),
        (replace(LINE, list_price=None), (Refusal.SERVICE_NOT_IN_PRICE_LIST,)),
        (replace(LINE, price=Money.of("1200.01")), (Refusal.PRICE_ABOVE_LIST,)),
        (replace(LINE, quantity=2, told_total=Money.of("1200.00")), (Refusal.WRONG_SUM,)),
        (replace(LINE, accepted_before=True), (Refusal.DUPLICATE,)),
        (replace(LINE, quantity=0, withdraws=True), (Refusal.NOTHING_TO_CORRECT,)),
        (
            replace(LINE, price=Money.of("1300.00"), told_total=Money.of("1.00")),
            (Refusal.PRICE_ABOVE_LIST, Refusal.WRONG_SUM),
        ),
    ],
)
def test_every_refusal_is_given_its_reason(line: LineFacts, reasons: tuple[Refusal, ...]) -> None:
    decided = adjudicate(line)
    assert (decided.outcome, decided.reasons) == (Outcome.REFUSED, reasons)
    assert not decided.share
    assert not decided.insurer_part


def test_nothing_is_told_about_somebody_elses_policy() -> None:
    strange = replace(LINE, born_on_fits=False, price=Money.of("9999.00"), accepted_before=True)
    assert adjudicate(strange).reasons == (Refusal.BIRTH_DATE_DIFFERS,)


def test_a_line_that_is_not_covered_keeps_the_reasons_and_costs_the_client_nothing() -> None:
    decided = adjudicate(replace(LINE, coverage_reasons=("waiting_period",)))
    assert (decided.outcome, decided.reasons) == (Outcome.NOT_COVERED, ("waiting_period",))
    assert not decided.share


def test_a_correction_takes_back_a_line_that_stands() -> None:
    decided = adjudicate(replace(LINE, quantity=0, withdraws=True, accepted_before=True, coverage_reasons=("expired",)))
    assert (decided.outcome, decided.reasons, decided.total) == (Outcome.WITHDRAWN, (), Money.zero())


@pytest.mark.parametrize(
    ("line", "failed", "not_asked"),
    [
        (LINE, set(), set()),
        (
            replace(LINE, price=Money.of("1300.00"), told_total=Money.of("1.00")),
            {Step.PRICE, Step.SUM},
            {Step.COVERAGE, Step.SHARE},
        ),
        (replace(LINE, coverage_reasons=("expired",)), {Step.COVERAGE}, {Step.SHARE}),
        (
            replace(LINE, born_on_fits=False),
            {Step.BIRTH_DATE},
            {Step.DATE, Step.PRICE_LIST, Step.PRICE, Step.SUM, Step.DUPLICATE, Step.COVERAGE, Step.SHARE},
        ),
    ],
)
def test_a_line_keeps_what_each_step_came_to(line: LineFacts, failed: set[Step], not_asked: set[Step]) -> None:
    steps = read_steps(adjudicate(line).steps)
    assert set(steps) == set(Step)
    assert {step for step, passed in steps.items() if passed is False} == failed
    assert {step for step, passed in steps.items() if passed is None} == not_asked


@given(
    price=st.integers(1, 10**8).map(Money.of_kopecks),
    quantity=st.integers(1, 100),
    percent=st.integers(0, 100),
)
def test_share_and_insurers_part_are_always_the_whole_line(price: Money, quantity: int, percent: int) -> None:
    decided = adjudicate(replace(LINE, price=price, quantity=quantity, copay_percent=percent, list_price=price))
    assert decided.share + decided.insurer_part == decided.total == price.times(quantity)
    assert Money.zero() <= decided.share <= decided.total


def test_every_refusal_has_words_a_clinic_can_act_on() -> None:
    assert set(REFUSAL_WORDS) == set(Refusal)
    for reason in Refusal:
        words = refusal_words(
            reason, total=Money.of("1000.00"), list_price=Money.of("900.00"), column="дата визита «31.02.2026»"
        )
        assert "{" not in words
        assert words.endswith(".")
