"""Programmes side by side, and the likely year of each as a picture with its table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.money import Money
from doctorlike.products.rules import (
    Programme,
    Terms,
    TypicalYear,
    YearCost,
    quote_at,
    typical_years,
    year_costs,
    year_price,
)
from doctorlike.ui.words import amount, percent

YEAR_NAMES = {"few": _("Болею редко"), "usual": _("Обычный год"), "many": _("Лечусь часто")}
_COLUMN, _THICK, _TALL, _TOP = 46, 32, 108, 22


@dataclass(frozen=True, slots=True)
class Column:
    """One percent in the picture: the policy below, the client's share above it. Coordinates of the drawing."""

    label: str
    text: str
    cheapest: bool
    x: int
    middle: int
    premium_y: int
    premium_height: int
    copay_y: int
    copay_height: int


@dataclass(frozen=True, slots=True)
class YearPicture:
    """A worked year with one programme at each percent; `cheapest` is the percent that costs least in it."""

    code: str
    name: Any
    year: TypicalYear
    listed: Money
    costs: tuple[YearCost, ...]
    cheapest: YearCost
    columns: tuple[Column, ...]
    width: int


@dataclass(frozen=True, slots=True)
class Offer:
    """One programme beside the others."""

    programme: Programme
    premium: Money
    pictures: tuple[YearPicture, ...]

    @property
    def rows(self) -> list[tuple[YearCost, list[tuple[Any, YearCost]]]]:
        """The table behind the pictures: each percent, and what it costs in each year by the year's name."""
        names = [one.name for one in self.pictures]
        by_percent = zip(*(one.costs for one in self.pictures), strict=True)
        return [(costs[0], list(zip(names, costs, strict=True))) for costs in by_percent]


@dataclass(frozen=True, slots=True)
class Prices:
    """What a calculation asked for: the same prices for everybody of that age (full years on the first day) and sex."""

    terms: Terms
    age: int
    sex: str
    scope: str
    copay_percent: int

    @property
    def offers(self) -> list[Offer]:
        """Every programme on sale, worked out when a page has not kept it. AgeNotSoldError, NotOnOfferError."""
        return [self._offer(programme) for programme in self.terms.programmes]

    def check(self) -> None:
        """AgeNotSoldError when nobody of that age is insured, NotOnOfferError for a variant that is not sold."""
        self._premium(self.terms.programmes[0])

    def _premium(self, programme: Programme) -> Money:
        return quote_at(
            self.terms,
            age=self.age,
            sex=self.sex,
            scope=self.scope,
            programme=programme.code,
            copay_percent=self.copay_percent,
        )

    def _offer(self, programme: Programme) -> Offer:
        costs = [
            (
                year,
                year_costs(self.terms, year, age=self.age, sex=self.sex, scope=self.scope, programme=programme.code),
            )
            for year in typical_years(self.terms)
        ]
        # One scale for all pictures of a programme, so that their heights can be compared.
        most = max((cost.total.amount for _year, of_year in costs for cost in of_year), default=Decimal(0))
        pictures = tuple(_picture(year, of_year, most) for year, of_year in costs)
        return Offer(programme, self._premium(programme), pictures)


def _picture(year: TypicalYear, costs: tuple[YearCost, ...], most: Decimal) -> YearPicture:
    cheapest = min(costs, key=lambda cost: cost.total)
    columns = tuple(_column(place, cost, cost is cheapest, most) for place, cost in enumerate(costs))
    return YearPicture(
        year.code,
        YEAR_NAMES[year.code],
        year,
        year_price(year),
        costs,
        cheapest,
        columns,
        len(costs) * _COLUMN,
    )


def _column(place: int, cost: YearCost, cheapest: bool, most: Decimal) -> Column:
    premium = round(cost.premium.amount / most * _TALL) if most else 0
    copay = round(cost.copay.amount / most * _TALL) if most else 0
    x = place * _COLUMN + (_COLUMN - _THICK) // 2
    ground = _TOP + _TALL
    return Column(
        label=percent(cost.copay_percent),
        # Whole roubles: the exact sum stands in the table, and a column is narrow.
        text=amount(cost.total.kopecks // 100),
        cheapest=cheapest,
        x=x,
        middle=x + _THICK // 2,
        premium_y=ground - premium,
        premium_height=premium,
        copay_y=ground - premium - copay,
        copay_height=copay,
    )
