"""What a measurement of the directory types: one slip and no more, and the other layout of the same keys."""

import random

from hypothesis import given
from hypothesis import strategies as st

from bench.directory_words import Sought, in_the_other_layout, sought, with_a_slip
from doctorlike.kit.spelling import fold, other_layout, slips_between

ROWS = [
    ("ООО «Белый зуб»", "г Москва, ул Садовая, д.2 (м. Таганская)"),
    ("Клиника «Заря»", "г Москва, Ленинский пр-кт, д.7"),
    ("Семья", "Московская обл, г Химки, ул 1-я Речная, д.3"),
]


@given(st.randoms(use_true_random=False), st.sampled_from([name for name, _ in ROWS]))
def test_a_slip_is_one(draw: random.Random, name: str) -> None:
    spoilt = with_a_slip(draw, name)
    assert (slips_between(fold(name), fold(spoilt), 1) or 0) <= 1
    assert slips_between(fold(name), fold(spoilt), 1) is not None


def test_queries_are_names_and_streets_in_turn_and_always_the_same() -> None:
    first = sought(ROWS, 20, with_a_slip)
    assert first == sought(ROWS, 20, with_a_slip)
    assert {one.name for one in first[::2]} <= {name for name, _ in ROWS}
    assert {one.street for one in first[1::2]} <= {"ул Садовая", "Ленинский пр-кт", "ул 1-я Речная"}


def test_the_other_layout_is_typed_with_the_same_keys() -> None:
    typed = sought(ROWS[:1], 1, in_the_other_layout)[0].typed
    assert typed == "jjj ,tksq pe,"
    assert other_layout(typed) == "ооо белый зуб"


def test_what_was_meant_is_a_clinic_of_that_name_or_in_that_street() -> None:
    named, street = Sought("x", name="ООО «Белый зуб»"), Sought("x", street="Ленинский пр-кт")
    assert named.is_meant("ООО Белый Зуб", "г Москва")
    assert not named.is_meant("Белый зуб плюс", "г Москва")
    assert street.is_meant("Любая", "г Москва, Ленинский пр-кт, д.7")
    assert not street.is_meant("Ленинский пр-кт", "г Ленинский, ул Садовая")
