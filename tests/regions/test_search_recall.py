"""How often the quick search finds what somebody meant: every name of every region, with a slip of the finger and with
the keyboard in the wrong layout."""

from __future__ import annotations

import random

import pytest

from doctorlike.kit.sheets import read_sheet
from doctorlike.kit.spelling import other_layout
from doctorlike.regions.commands import SHIPPED
from doctorlike.regions.rules import RegionCard, find, read_row

SEED = 20260320
SEEN_AT_A_GLANCE = 3
CYRILLIC, LATIN = "абвгдежзийклмнопрстуфхцчшщыьэюя", "abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(scope="module")
def regions() -> list[RegionCard]:
    return [read_row(row.cells) for row in read_sheet(SHIPPED.read_bytes()).rows]


def names(regions: list[RegionCard]) -> list[tuple[str, str]]:
    """Full, short, English, old names and towns, each with the code of its region."""
    return [
        (name, region.code)
        for region in regions
        for name in (region.name, region.short_name, region.name_en, *region.aliases)
    ]


def with_a_slip(name: str, rng: random.Random) -> str:
    """A letter wrong, missing, too many, or two swapped."""
    place = rng.choice([number for number, sign in enumerate(name) if sign.isalpha()])
    other = rng.choice(LATIN if name[place].lower() in LATIN else CYRILLIC)
    before, letter, after = name[:place], name[place], name[place + 1 :]
    match rng.randrange(4):
        case 0:
            return before + other + after
        case 1:
            return before + after
        case 2:
            return before + other + letter + after
        case _:
            return before + after[:1] + letter + after[1:] if after else before[:-1] + letter + before[-1:]


def recall(regions: list[RegionCard], asked: list[tuple[str, str]]) -> tuple[float, list[str]]:
    """The share of questions whose region is among the first three, and those that missed."""
    missed = [
        typed
        for typed, code in asked
        if code not in [region.code for region in find(typed, regions)[:SEEN_AT_A_GLANCE]]
    ]
    return 1 - len(missed) / len(asked), missed


def test_a_slip_in_a_name_is_forgiven(regions: list[RegionCard]) -> None:
    rng = random.Random(SEED)  # noqa: S311  # repeatable, nothing secret
    # Of a name of three letters nobody can tell what was meant.
    long_enough = [(name, code) for name, code in names(regions) if sum(sign.isalpha() for sign in name) > 3]
    assert len(long_enough) > 400
    share, missed = recall(regions, [(with_a_slip(name, rng), code) for name, code in long_enough])
    assert share >= 0.95, missed


def test_the_wrong_keyboard_layout_is_read_both_ways(regions: list[RegionCard]) -> None:
    share, missed = recall(regions, [(other_layout(name), code) for name, code in names(regions)])
    assert share >= 0.99, missed


def test_a_slip_in_the_wrong_layout_is_forgiven_too(regions: list[RegionCard]) -> None:
    rng = random.Random(SEED)  # noqa: S311  # repeatable, nothing secret
    asked = rng.sample([(name, code) for name, code in names(regions) if len(name) > 5], 150)
    share, missed = recall(regions, [(other_layout(with_a_slip(name, rng)), code) for name, code in asked])
    assert share >= 0.95, missed
