"""Money is exact to the kopeck; shares are rounded half up (journey, «Copay»)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.kit.money import Money

amounts = st.integers(0, 10**10).map(Money.of_kopecks)


@pytest.mark.parametrize(
    ("price", "percent", "share"),
    [("1000.05", 30, "300.02"), ("0.01", 50, "0.01"), ("2345.67", 0, "0.00"), ("7000.00", 20, "1400.00")],
)
def test_worked_shares(price: str, percent: int, share: str) -> None:
    assert Money.of(price).share(percent) == Money.of(share)


@given(amounts, st.integers(0, 100))
def test_a_share_is_never_more_than_half_a_kopeck_away(price: Money, percent: int) -> None:
    exact = price.amount * percent / 100
    assert abs(price.share(percent).amount - exact) <= Decimal("0.005")


@given(st.lists(amounts))
def test_a_total_is_the_sum_of_its_kopecks(parts: list[Money]) -> None:
    assert Money.total(parts).kopecks == sum(part.kopecks for part in parts)


def test_floats_and_parts_of_a_kopeck_are_refused() -> None:
    with pytest.raises(TypeError):
        Money.of(0.1)  # type: ignore[arg-type]  # the very thing that must not pass
    with pytest.raises(ValueError, match="kopeck"):
        Money(Decimal("0.001"))
