"""The line of an address: what is recognised, put right and refused."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike import regions
from doctorlike.kit.errors import DomainError
from doctorlike.regions.queries import towns
from doctorlike.regions.rules import read_row
from doctorlike.shop.errors import LookAlikeError
from doctorlike.shop.rules import AddressBook, address_book, check_address, check_document_text

SHIPPED = Path(regions.__path__[0]) / "data" / "subjects.csv"


def book() -> AddressBook:
    with SHIPPED.open(encoding="utf-8", newline="") as listed:
        cards = tuple(read_row(row) for row in csv.DictReader(listed))
    return address_book(cards, tuple((code, town) for code, several in towns().items() for town in several))


BOOK = book()


def test_every_beginning_that_is_offered_is_accepted_with_a_house() -> None:
    assert len(BOOK.suggestions) > 400
    for beginning in BOOK.suggestions:
        typed = f"{beginning}пос. Мирный, ул. Новая, 5"
        assert check_address(typed, BOOK) == typed


def test_every_town_of_one_region_is_recognised_alone() -> None:
    owners: dict[str, set[str]] = {}
    for code, several in towns().items():
        for town in several:
            owners.setdefault(town, set()).add(code)
    named = {town for card in BOOK.regions for town in (card.short_name, *card.aliases)}
    alone = [town for town, codes in owners.items() if len(codes) == 1 and town not in named]
    assert len(alone) > 150
    for town in alone:
        assert check_address(f"г. {town}, ул. Новая, 5", BOOK)


def test_without_a_list_of_regions_nothing_is_held_against_it() -> None:
    empty = address_book((), ())
    assert check_address("Тихое, Новая, 5", empty) == "Тихое, Новая, 5"


@given(st.text(max_size=80))
def test_whatever_is_typed_a_kept_address_is_stable(typed: str) -> None:
    try:
        kept = check_address(typed, BOOK)
    except DomainError:
        return
    assert check_address(kept, BOOK) == kept


@given(
    beginning=st.sampled_from(BOOK.suggestions),
    street=st.text("абвгдежзиклмнопрст", min_size=2, max_size=12).map(str.capitalize),
    house=st.integers(1, 400),
    gaps=st.sampled_from([",", " ,", ", ", " , ,  "]),
)
def test_signs_and_spaces_between_the_parts_do_not_matter(beginning: str, street: str, house: int, gaps: str) -> None:
    plain = f"{beginning}{street}, {house}"
    assert check_address(plain.replace(", ", gaps), BOOK) == check_address(plain, BOOK)


@pytest.mark.parametrize(
    ("typed", "foreign", "kept"),
    [
        ("  ОВД  Ленинского района\u00a0г. Самары ", False, "ОВД Ленинского района г. Самары"),
        ("МП УФМС № II по г. Самаре", False, "МП УФМС № II по г. Самаре"),
        ("ANKARA", True, "ANKARA"),
    ],
)
def test_a_text_of_a_document_is_tidied(typed: str, foreign: bool, kept: str) -> None:
    assert check_document_text(typed, foreign=foreign) == kept


@pytest.mark.parametrize(
    ("typed", "foreign", "told"), [("ANKARA", False, "ANKR"), ("Oвд", False, "O"), ("Aнкара", True, "A")]
)
def test_latin_letters_among_russian_ones_are_named(typed: str, foreign: bool, told: str) -> None:
    with pytest.raises(LookAlikeError, match=f"«{told}»"):
        check_document_text(typed, foreign=foreign)
