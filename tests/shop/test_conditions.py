"""The conditions say what the version sold says."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from doctorlike.products.demo import demo_terms
from doctorlike.shop.words import conditions_text


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
