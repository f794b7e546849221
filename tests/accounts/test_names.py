"""Names as Russian documents write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.accounts.errors import (
    CyrillicInLatinNameError,
    DigitsInNameError,
    EmptyNameError,
    ForeignLettersError,
    LatinNameError,
    SignsInNameError,
    WrongNameError,
)
from doctorlike.accounts.rules import check_latin_name, check_name

LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
parts = st.text(LETTERS, min_size=2, max_size=12).map(str.capitalize)
names = st.lists(parts, min_size=1, max_size=3).flatmap(
    lambda words: st.sampled_from([" ", "-", "'"]).map(lambda mark: mark.join(words))
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Анна", "Анна"),
        ("  Анна - Мария ", "Анна-Мария"),
        ("О’Нил", "О'Нил"),
        ("ё", "Ё"),
        ("Мамед  кызы", "Мамед кызы"),
        ("Кызы", "Кызы"),
        ("римский-корсаков", "Римский-Корсаков"),
        ("СЕРОВА", "Серова"),
        ("О'НИЛ", "О'Нил"),
        ("Андреи\u0306", "Андрей"),
        ("Сухово—Кобылин", "Сухово-Кобылин"),
        ("Салтыков-Щедрин", "Салтыков-Щедрин"),
        ("мария  луиза", "Мария Луиза"),
        ("МАМЕД КЫЗЫ", "Мамед кызы"),
        ("мамед-оглы", "Мамед-оглы"),
        ("кызы", "Кызы"),
        ("Д' Артаньян", "Д'Артаньян"),
        ("Анна\u00ad-\u200bМария", "Анна-Мария"),
    ],
)
def test_a_name_is_kept_as_the_document_writes_it(typed: str, kept: str) -> None:
    assert check_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "refusal", "told"),
    [
        ("", EmptyNameError, ""),
        (" \u00a0 ", EmptyNameError, ""),
        ("Aннa", ForeignLettersError, "Aa"),
        ("Anna", ForeignLettersError, "Ana"),
        ("Анна2", DigitsInNameError, "2"),
        ("Анна٣", DigitsInNameError, "٣"),
        ("Анна!", SignsInNameError, "!"),
        ("Анна\u0000", SignsInNameError, ""),
        ("Иван (Ваня)", SignsInNameError, "()"),
        ("-Анна", WrongNameError, ""),
        ("Анна'", WrongNameError, ""),
        ("О''Нил", WrongNameError, ""),
        ("Анна--Мария", WrongNameError, "по одному"),
        ("А" * 101, WrongNameError, "100"),
    ],
)
def test_a_refused_name_says_what_to_change(typed: str, refusal: type[WrongNameError], told: str) -> None:
    with pytest.raises(refusal) as refused:
        check_name(typed)
    assert told in str(refused.value)


@given(names)
def test_every_well_written_name_passes_unchanged(name: str) -> None:
    assert check_name(name) == name


@given(st.text(max_size=40))
def test_whatever_is_typed_a_kept_name_is_stable_and_clean(typed: str) -> None:
    try:
        kept = check_name(typed)
    except WrongNameError:
        return
    assert check_name(kept) == kept
    assert all(sign.isalpha() or sign in " '-" for sign in kept)


@given(names, st.sampled_from("aceopxyABCEHKMOPTXiI"), st.data())
def test_one_latin_look_alike_anywhere_is_found(name: str, latin: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name)))
    with pytest.raises(ForeignLettersError):
        check_name(name[:place] + latin + name[place:])


@pytest.mark.parametrize("typed", ["NGUYEN VAN AN", "O’Neil Seán", "Müller-Weiß Jürgen", "ŞAHİN AYŞE"])
def test_a_latin_name_is_kept_as_the_document_writes_it(typed: str) -> None:
    assert check_latin_name(f"  {typed} ") == typed.replace("’", "'")


@pytest.mark.parametrize("typed", ["", "NGUYEN 2", "NGUYEN, AN", "-AN", "AN" * 60])
def test_what_is_no_latin_name_is_refused(typed: str) -> None:
    with pytest.raises((LatinNameError, WrongNameError)):
        check_latin_name(typed)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=30), st.sampled_from("АВЕКМНОРСТХУ"), st.data())
def test_one_cyrillic_look_alike_in_a_latin_name_is_found(name: str, cyrillic: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name)))
    with pytest.raises(CyrillicInLatinNameError, match=cyrillic):
        check_latin_name(name[:place] + cyrillic + name[place:])
