"""What a new version changes in prices is told before it is published."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from doctorlike.kit.money import Money
from doctorlike.products.demo import demo_terms
from doctorlike.products.rules import Terms, effect, quote_at
from doctorlike.products.rules.effect import sample

TERMS = demo_terms()


def dearer(terms: Terms, scope: str, times: str) -> Terms:
    prices = {code: price.times(Decimal(times)) for code, price in terms.tariff.base[scope].items()}
    return replace(terms, tariff=replace(terms.tariff, base={**terms.tariff.base, scope: prices}))


def test_the_same_terms_change_nothing() -> None:
    told = effect(TERMS, TERMS)
    assert (told.dearer, told.cheaper, told.begun, told.ended, told.mean_percent) == (0, 0, 0, 0, Decimal("0.0"))
    # 21 ages (first and last of each band), both sexes, four scopes, two programmes, three percents.
    ages = {edge for band in TERMS.tariff.age_bands for edge in (band.age_from, band.age_to)}
    assert told.same == told.compared == len(ages) * 2 * 4 * 2 * 3


def test_a_rise_in_one_scope_is_counted_and_the_biggest_shown_first() -> None:
    told = effect(TERMS, dearer(TERMS, "moscow", "1.10"))
    assert told.dearer == told.compared // 4
    assert told.cheaper == 0
    assert {one.scope for one in told.rises} == {"moscow"}
    percents = [one.percent for one in told.rises]
    assert percents == sorted(percents, reverse=True)
    assert Decimal("9.8") <= percents[-1] <= percents[0] <= Decimal("10.2")
    assert Decimal("2.4") <= told.mean_percent <= Decimal("2.6")


def test_what_is_begun_and_ended_is_told_apart() -> None:
    fewer = replace(TERMS, scopes=tuple(scope for scope in TERMS.scopes if scope != "russia"))
    assert effect(TERMS, fewer).ended == effect(fewer, TERMS).begun == effect(TERMS, TERMS).compared // 4


@given(age=st.integers(TERMS.age_from, TERMS.age_to), times=st.decimals("0.5", "2", places=2))
def test_no_age_has_a_change_that_the_sample_has_not(age: int, times: Decimal) -> None:
    """The sample holds the edges of the bands only; every age has the price of an edge."""
    other = dearer(TERMS, "regions", str(times))
    asked: dict[str, Any] = {"sex": "female", "scope": "regions", "programme": "polyclinic", "copay_percent": 30}
    sampled = {age for age, *_rest in sample(TERMS, other)}

    def prices(at: int) -> tuple[Money, Money]:
        return quote_at(TERMS, age=at, **asked), quote_at(other, age=at, **asked)

    assert prices(age) in {prices(edge) for edge in sampled}
