"""The conditions say what the version sold says."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from doctorlike.products.demo import demo_terms
from doctorlike.shop.words import conditions_text, roubles


@pytest.mark.parametrize(
    ("late", "said"),
    [
        ("none", "При более позднем отказе премия не возвращается."),
        ("pro_rata", "возвращается часть премии за оставшиеся дни."),
    ],
)
def test_they_tell_what_a_later_end_gives_back(late: Literal["none", "pro_rata"], said: str) -> None:
    told = conditions_text(replace(demo_terms(), refund_after_cooling_off=late), "Страховщик")
    assert said in told
    assert told.count("При более позднем отказе") == 1


def test_they_name_the_sum_insured_where_a_programme_has_one() -> None:
    terms = demo_terms()
    tops = [one.sum_insured for one in terms.programmes if one.sum_insured is not None]
    told = conditions_text(terms, "Страховщик")
    assert tops
    assert told.count("Страховая сумма: ") == len(tops)
    assert all(f"Страховая сумма: {roubles(top)}." in told for top in tops)
    without = replace(terms, programmes=tuple(replace(one, sum_insured=None) for one in terms.programmes))
    assert "Страховая сумма" not in conditions_text(without, "Страховщик")
