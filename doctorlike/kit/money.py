"""Roubles, exact to the kopeck."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import total_ordering

KOPECK = Decimal("0.01")


def round_to_kopeck(amount: Decimal) -> Decimal:
    """The one rounding of the house: to the kopeck, half up (docs/rules/copay.md)."""
    return amount.quantize(KOPECK, rounding=ROUND_HALF_UP)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount of roubles. It refuses floats and fractions of a kopeck, so that no rounding hides in a sum."""

    amount: Decimal

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"Money takes a Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite() or self.amount != self.amount.quantize(KOPECK):
            raise ValueError("Money is exact to the kopeck")
        object.__setattr__(self, "amount", self.amount.quantize(KOPECK))

    @classmethod
    def of(cls, amount: str | int | Decimal) -> Money:
        """Roubles from text («1000.05»), a whole number of roubles or a Decimal; ValueError below a kopeck."""
        if isinstance(amount, float):
            raise TypeError("Money takes no float")
        return cls(Decimal(amount))

    @classmethod
    def of_kopecks(cls, kopecks: int) -> Money:
        return cls(Decimal(kopecks).scaleb(-2))

    @classmethod
    def zero(cls) -> Money:
        return cls(Decimal("0.00"))

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        return cls(sum((money.amount for money in amounts), Decimal("0.00")))

    @property
    def kopecks(self) -> int:
        return int(self.amount.scaleb(2))

    def share(self, percent: int | Decimal) -> Money:
        """That percentage of the amount, to the kopeck, half up."""
        return Money(round_to_kopeck(self.amount * Decimal(percent) / 100))

    def times(self, factor: int | Decimal) -> Money:
        """The amount times a factor, to the kopeck, half up."""
        return Money(round_to_kopeck(self.amount * Decimal(factor)))

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + other.amount)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - other.amount)

    def __neg__(self) -> Money:
        return Money(-self.amount)

    def __lt__(self, other: Money) -> bool:
        return self.amount < other.amount

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.amount:.2f}"
