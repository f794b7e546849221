"""What the next year costs, and why it costs more or less than this one (docs/rules/renewal.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from doctorlike.kit.money import Money
from doctorlike.products.errors import AgeNotSoldError, NotOnOfferError
from doctorlike.products.rules import Terms
from doctorlike.shop.rules.answers import Choice
from doctorlike.shop.rules.offers import premium_for


@dataclass(frozen=True, slots=True)
class PriceChange:
    """`before` is what was paid; by the old tariff `by_age` is what the age reached by the new first day adds,
    `by_group` another number of insured; `by_tariff` is what the version on sale adds to that. Each may take away,
    and they add up to `after`."""

    before: Money
    by_age: Money
    by_group: Money
    by_tariff: Money

    @property
    def after(self) -> Money:
        return self.before + self.by_age + self.by_group + self.by_tariff

    @property
    def same(self) -> bool:
        return not (self.by_age or self.by_group or self.by_tariff)


def price_change(
    *,
    paid: Money,
    old: Terms,
    new: Terms,
    choice: Choice,
    born_on: date,
    sex: str,
    starts_on: date,
    old_count: int,
    new_count: int,
) -> PriceChange:
    """The premium of one person's next year beside this one's, with so many insured in the order then and now.
    AgeNotSoldError and NotOnOfferError when the version on sale has no such policy. An age that the old version did not
    sell tells nothing: all of the change is the tariff's then."""

    def quoted(terms: Terms, count: int) -> Money:
        return premium_for(terms, choice, born_on=born_on, sex=sex, starts_on=starts_on, insured_count=count)

    after = quoted(new, new_count)
    try:
        aged, regrouped = quoted(old, old_count), quoted(old, new_count)
    except (AgeNotSoldError, NotOnOfferError):
        aged = regrouped = paid
    return PriceChange(before=paid, by_age=aged - paid, by_group=regrouped - aged, by_tariff=after - regrouped)


def renewal_start(*, ends_on: date, first_on: date) -> date:
    """The day the old contract ends, so that no day is without cover; a late renewal starts as soon as it may."""
    return max(ends_on, first_on)
