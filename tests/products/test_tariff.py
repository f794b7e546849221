"""Every combination on sale has a price, and the price follows docs/rules/tariff.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.kit.dates import birthday, full_years
from doctorlike.kit.money import Money
from doctorlike.products.demo import demo_terms
from doctorlike.products.errors import AgeNotSoldError, NotOnOfferError
from doctorlike.products.rules import (
    GroupFactor,
    TypicalYear,
    lowest_premium,
    quote,
    quote_at,
    typical_years,
    wider,
    year_copay,
    year_price,
)

TERMS = demo_terms()
STARTS_ON = date(2026, 4, 1)


def price(**changes: Any) -> Money:
    asked: dict[str, Any] = {
        "born_on": date(1990, 1, 1),
        "sex": "female",
        "scope": "regions",
        "programme": "polyclinic",
        "copay_percent": 30,
        "starts_on": STARTS_ON,
        **changes,
    }
    return quote(TERMS, **asked)


@pytest.mark.parametrize(
    ("born_on", "sex", "scope", "programme", "percent", "roubles"),
    [
        (date(1990, 1, 1), "female", "regions", "polyclinic", 0, "14400.00"),
        (date(1990, 1, 1), "female", "regions", "polyclinic", 30, "9500.00"),
        (date(1990, 1, 1), "female", "regions", "polyclinic", 50, "6910.00"),
        (date(2018, 5, 2), "male", "moscow", "polyclinic_dental", 0, "33000.00"),
    ],
)
def test_worked_prices(born_on: date, sex: str, scope: str, programme: str, percent: int, roubles: str) -> None:
    assert quote(
        TERMS, born_on=born_on, sex=sex, scope=scope, programme=programme, copay_percent=percent, starts_on=STARTS_ON
    ) == Money.of(roubles)


sold_birth_dates = st.dates(min_value=date(1930, 1, 1), max_value=STARTS_ON).filter(
    lambda born_on: TERMS.age_from <= full_years(born_on, STARTS_ON) <= TERMS.age_to
)
sold = st.fixed_dictionaries(
    {
        "born_on": sold_birth_dates,
        "sex": st.sampled_from(["female", "male"]),
        "scope": st.sampled_from(TERMS.scopes),
        "programme": st.sampled_from([programme.code for programme in TERMS.programmes]),
    }
)


@given(sold, st.sampled_from(TERMS.copay_percents))
def test_everything_on_sale_has_a_price_in_whole_steps(asked: dict[str, object], percent: int) -> None:
    premium = price(**asked, copay_percent=percent)
    assert premium > Money.zero()
    assert premium.amount % TERMS.tariff.step.amount == Decimal(0)


@given(sold)
def test_a_higher_copay_is_never_dearer(asked: dict[str, object]) -> None:
    premiums = [price(**asked, copay_percent=percent) for percent in sorted(TERMS.copay_percents)]
    assert premiums == sorted(premiums, reverse=True)


def test_age_is_counted_on_the_first_day_of_the_policy() -> None:
    born_on = date(1996, 4, 1)
    assert price(born_on=born_on, starts_on=STARTS_ON) != price(
        born_on=born_on, starts_on=STARTS_ON - timedelta(days=1)
    )


def test_who_was_born_on_29_february_grows_older_on_1_march() -> None:
    born_on = date(1996, 2, 29)
    assert birthday(born_on, 30) == date(2026, 3, 1)
    assert price(born_on=born_on, starts_on=date(2026, 2, 28)) == price(
        born_on=date(1996, 3, 2), starts_on=date(2026, 3, 1)
    )
    assert price(born_on=born_on, starts_on=date(2026, 3, 1)) == price(
        born_on=date(1996, 3, 1), starts_on=date(2026, 3, 1)
    )


def test_ages_outside_the_sale_are_refused_with_the_limits() -> None:
    with pytest.raises(AgeNotSoldError) as refusal:
        price(born_on=STARTS_ON + timedelta(days=1))
    assert refusal.value.facts == {"age_from": 0, "age_to": 85}
    with pytest.raises(AgeNotSoldError):
        price(born_on=birthday(STARTS_ON, -86))


@pytest.mark.parametrize(
    "changes", [{"scope": "mars"}, {"programme": "dental"}, {"copay_percent": 31}, {"sex": "other"}]
)
def test_what_is_not_on_offer_has_no_price(changes: dict[str, object]) -> None:
    with pytest.raises(NotOnOfferError):
        price(**changes)


@pytest.mark.parametrize(
    ("kind", "listed", "copays"),
    [
        ("few", "2550.00", ("0.00", "765.00", "1275.00")),
        ("usual", "17800.00", ("0.00", "5340.00", "8900.00")),
        ("many", "62800.00", ("0.00", "18840.00", "31400.00")),
    ],
)
def test_the_typical_years_add_up(kind: str, listed: str, copays: tuple[str, ...]) -> None:
    year = next(one for one in typical_years(TERMS) if one.code == kind)
    assert year_price(year) == Money.of(listed)
    assert [str(year_copay(year, copay_percent=percent)) for percent in (0, 30, 50)] == list(copays)


def test_an_older_version_holds_one_usual_year() -> None:
    older = replace(TERMS, typical_years=())
    assert typical_years(older) == (TypicalYear("usual", TERMS.typical_year),)
    assert typical_years(replace(older, typical_year=())) == ()


@given(sold, st.sampled_from(TERMS.copay_percents))
def test_a_wider_programme_is_never_cheaper(asked: dict[str, object], percent: int) -> None:
    polyclinic = price(**{**asked, "programme": "polyclinic"}, copay_percent=percent)
    with_dental = price(**{**asked, "programme": "polyclinic_dental"}, copay_percent=percent)
    assert wider(TERMS.programme("polyclinic_dental"), TERMS.programme("polyclinic"))
    assert with_dental >= polyclinic


@given(sold, st.sampled_from(TERMS.copay_percents))
def test_the_whole_country_is_never_cheaper_than_a_part_of_it(asked: dict[str, object], percent: int) -> None:
    whole = price(**{**asked, "scope": "russia"}, copay_percent=percent)
    assert all(price(**{**asked, "scope": part}, copay_percent=percent) <= whole for part in TERMS.scopes)


FAMILY = replace(
    TERMS,
    tariff=replace(TERMS.tariff, group_factors=(GroupFactor(2, Decimal("0.95")), GroupFactor(4, Decimal("0.90")))),
)


@pytest.mark.parametrize(
    ("insured_count", "roubles"), [(1, "14400.00"), (2, "13680.00"), (3, "13680.00"), (4, "12960.00"), (10, "12960.00")]
)
def test_more_people_in_an_order_cost_less_each(insured_count: int, roubles: str) -> None:
    asked: dict[str, Any] = {"sex": "female", "scope": "regions", "programme": "polyclinic", "copay_percent": 0}
    assert quote_at(FAMILY, age=36, **asked, insured_count=insured_count) == Money.of(roubles)


@given(age=st.integers(TERMS.age_from, TERMS.age_to))
def test_the_price_called_from_is_the_lowest_anybody_of_that_age_is_asked(age: int) -> None:
    born_on = birthday(STARTS_ON, -age)
    asked = [
        price(born_on=born_on, sex=sex, scope=scope, programme=programme.code, copay_percent=percent)
        for sex in ("female", "male")
        for scope in TERMS.scopes
        for programme in TERMS.programmes
        for percent in TERMS.copay_percents
    ]
    assert lowest_premium(TERMS, age=age) == min(asked)


def test_nothing_is_called_from_at_an_age_that_is_not_sold() -> None:
    with pytest.raises(AgeNotSoldError):
        lowest_premium(TERMS, age=TERMS.age_to + 1)
