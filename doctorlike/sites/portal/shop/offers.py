"""Programmes side by side, and the likely year of each as a picture with its table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.money import Money
from doctorlike.products.rules import Programme, Terms, TypicalYear, YearCost, typical_years, year_costs, year_price
from doctorlike.shop.rules import Choice, premium_for
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


def offers(terms: Terms, *, born_on: date, sex: str, scope: str, copay_percent: int, starts_on: date) -> list[Offer]:
    """Every programme on sale for one person. AgeNotSoldError, NotOnOfferError."""
    found = []
    for programme in terms.programmes:
        premium = premium_for(
            terms, Choice(programme.code, scope, copay_percent), born_on=born_on, sex=sex, starts_on=starts_on
        )
        costs = [
            (
                year,
                year_costs(
                    terms, year, born_on=born_on, sex=sex, scope=scope, programme=programme.code, starts_on=starts_on
                ),
            )
            for year in typical_years(terms)
        ]
        # One scale for all pictures of a programme, so that their heights can be compared.
        most = max((cost.total.amount for _year, of_year in costs for cost in of_year), default=Decimal(0))
        pictures = tuple(_picture(year, of_year, most) for year, of_year in costs)
        found.append(Offer(programme, premium, pictures))
    return found


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
