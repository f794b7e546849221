"""What a new version would change in prices: looked at before it is published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from doctorlike.kit.money import Money
from doctorlike.products.errors import AgeNotSoldError, NotOnOfferError
from doctorlike.products.rules.pricing import SEXES, quote_at
from doctorlike.products.rules.terms import Terms

MOST_SHOWN = 12
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One person's price by both versions."""

    age: int
    sex: str
    scope: str
    programme: str
    copay_percent: int
    before: Money
    after: Money

    @property
    def percent(self) -> Decimal:
        """How much dearer, in percent to a tenth; negative when cheaper."""
        return ((self.after.amount / self.before.amount - 1) * 100).quantize(_TENTH)


@dataclass(frozen=True, slots=True)
class Effect:
    """Counts over the sample; `begun` and `ended` are combinations that only one of the versions sells. `mean_percent`
    is the mean change over those that both sell."""

    dearer: int
    cheaper: int
    same: int
    begun: int
    ended: int
    mean_percent: Decimal
    rises: tuple[PriceChange, ...]
    falls: tuple[PriceChange, ...]

    @property
    def compared(self) -> int:
        return self.dearer + self.cheaper + self.same


Combination = tuple[int, str, str, str, int]


def sample(*versions: Terms) -> Iterator[Combination]:
    """Every sex, scope, programme and percent at the first and last age of each band of either version: within a band
    the price does not change, so nothing else could differ."""
    ages = {edge for terms in versions for band in terms.tariff.age_bands for edge in (band.age_from, band.age_to)}
    ages |= {edge for terms in versions for edge in (terms.age_from, terms.age_to)}
    scopes = dict.fromkeys(scope for terms in versions for scope in terms.scopes)
    programmes = dict.fromkeys(one.code for terms in versions for one in terms.programmes)
    percents = {percent for terms in versions for percent in terms.copay_percents}
    return product(sorted(ages), SEXES, scopes, programmes, sorted(percents))


def effect(before: Terms, after: Terms) -> Effect:
    """The sample by both versions."""
    changes: list[PriceChange] = []
    begun = ended = 0
    for age, sex, scope, programme, percent in sample(before, after):
        old, new = (_price(terms, age, sex, scope, programme, percent) for terms in (before, after))
        if old is not None and new is not None:
            changes.append(PriceChange(age, sex, scope, programme, percent, old, new))
        begun += old is None and new is not None
        ended += old is not None and new is None
    rises = sorted((one for one in changes if one.after > one.before), key=lambda one: (-one.percent, one.age))
    falls = sorted((one for one in changes if one.after < one.before), key=lambda one: (one.percent, one.age))
    mean = sum((one.percent for one in changes), Decimal(0)) / len(changes) if changes else Decimal(0)
    return Effect(
        dearer=len(rises),
        cheaper=len(falls),
        same=len(changes) - len(rises) - len(falls),
        begun=begun,
        ended=ended,
        mean_percent=mean.quantize(_TENTH),
        rises=tuple(rises[:MOST_SHOWN]),
        falls=tuple(falls[:MOST_SHOWN]),
    )


def _price(terms: Terms, age: int, sex: str, scope: str, programme: str, percent: int) -> Money | None:
    try:
        return quote_at(terms, age=age, sex=sex, scope=scope, programme=programme, copay_percent=percent)
    except (AgeNotSoldError, NotOnOfferError):
        return None
