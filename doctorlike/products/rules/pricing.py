"""What a policy costs (docs/rules/tariff.md), and what a year of care comes to with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from doctorlike.kit.dates import full_years
from doctorlike.kit.money import Money
from doctorlike.products.errors import AgeNotSoldError, NotOnOfferError
from doctorlike.products.rules.terms import AgeBand, Terms, TypicalYear

SEXES = ("female", "male")


def quote(
    terms: Terms,
    *,
    born_on: date,
    sex: str,
    scope: str,
    programme: str,
    copay_percent: int,
    starts_on: date,
    insured_count: int = 1,
) -> Money:
    """The premium of one insured for the whole term, with `insured_count` people in the order. AgeNotSoldError,
    NotOnOfferError. Age is full years on the first day."""
    return quote_at(
        terms,
        age=full_years(born_on, starts_on),
        sex=sex,
        scope=scope,
        programme=programme,
        copay_percent=copay_percent,
        insured_count=insured_count,
    )


def quote_at(
    terms: Terms, *, age: int, sex: str, scope: str, programme: str, copay_percent: int, insured_count: int = 1
) -> Money:
    """The same for an age in full years."""
    band = _band(terms, age)
    if scope not in terms.scopes or copay_percent not in terms.copay_percents or sex not in SEXES:
        raise NotOnOfferError
    terms.programme(programme)
    base = terms.tariff.base[scope][programme]
    factors = terms.tariff.copay_factors[copay_percent] * terms.tariff.group_factor(insured_count)
    return _in_steps(terms, base.amount * band.factor(sex) * factors)


def lowest_premium(terms: Terms, *, age: int) -> Money:
    """The cheapest premium of one person at that age, whatever sex, scope, programme and copay: what a page may call
    «from». AgeNotSoldError."""
    band = _band(terms, age)
    bases = [terms.tariff.base[scope][one.code].amount for scope in terms.scopes for one in terms.programmes]
    copay = min(terms.tariff.copay_factors[percent] for percent in terms.copay_percents)
    return _in_steps(terms, min(bases) * min(band.female, band.male) * copay)


def _band(terms: Terms, age: int) -> AgeBand:
    if not terms.age_from <= age <= terms.age_to:
        raise AgeNotSoldError(age_from=terms.age_from, age_to=terms.age_to)
    return next(band for band in terms.tariff.age_bands if band.age_from <= age <= band.age_to)


def _in_steps(terms: Terms, exact: Decimal) -> Money:
    step = terms.tariff.step
    return step.times((exact / step.amount).to_integral_value(rounding=ROUND_HALF_UP))


def typical_years(terms: Terms) -> tuple[TypicalYear, ...]:
    """The worked years of a version; older versions hold one."""
    if terms.typical_years:
        return terms.typical_years
    return (TypicalYear("usual", terms.typical_year),) if terms.typical_year else ()


def year_price(year: TypicalYear) -> Money:
    """What the services of the year cost in a clinic without a policy."""
    return Money.total(line.price.times(line.times) for line in year.services)


def year_copay(year: TypicalYear, *, copay_percent: int) -> Money:
    """What the copay of the year comes to: each service's share to the kopeck, times its number."""
    return Money.total(line.price.share(copay_percent).times(line.times) for line in year.services)


@dataclass(frozen=True, slots=True)
class YearCost:
    """What a worked year costs at one percent: premium and the copay of its services."""

    copay_percent: int
    premium: Money
    copay: Money

    @property
    def total(self) -> Money:
        return self.premium + self.copay


def year_costs(
    terms: Terms, year: TypicalYear, *, age: int, sex: str, scope: str, programme: str
) -> tuple[YearCost, ...]:
    """The worked year at each percent on offer for somebody of that age in full years. AgeNotSoldError,
    NotOnOfferError."""
    return tuple(
        YearCost(
            percent,
            quote_at(terms, age=age, sex=sex, scope=scope, programme=programme, copay_percent=percent),
            year_copay(year, copay_percent=percent),
        )
        for percent in sorted(terms.copay_percents)
    )
