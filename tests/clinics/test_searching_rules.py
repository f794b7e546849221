"""What people type becomes questions, and what is known of clinics becomes lexemes: rules alone, without a database."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.clinics.rules import SPECIALTIES
from doctorlike.clinics.rules.nearness import metres_of, on_sphere, rings_around, squares_of
from doctorlike.clinics.rules.places import metres_between
from doctorlike.clinics.rules.searching import (
    Known,
    Question,
    Searchable,
    Word,
    all_but_one,
    as_beginning,
    beginnings,
    chunks_of,
    in_either_layout,
    in_order,
    lexemes_of,
    marks_of,
    question,
    with_slips,
    words_typed,
)
from doctorlike.clinics.rules.searching.plain_words import CALLED, COMPLAINTS
from doctorlike.clinics.rules.searching.words import street_words
from doctorlike.kit.spelling import stem

KNOWN = {"стоматолог", "таганск", "ирридент", "плющев", "сем", "здоров"}
NEAR = {word: stem(word) for word in ("стоматология", "таганская", "ирридент", "плющева", "семья", "здоровая")}


def asked(text: str) -> Question:
    found = question(words_typed(text))
    assert found is not None
    return found


def forgiven(text: str, *, every: bool = False) -> tuple[list[tuple[str, ...]], str, tuple[str, ...]] | None:
    reading = with_slips(chunks_of(text), Known(KNOWN), lambda _word: NEAR.items(), every=every)
    return None if reading is None else ([word.stems for word in reading.words], reading.shown, reading.left_out)


@pytest.mark.parametrize(
    ("typed", "anywhere"),
    [
        ("таганская", "'таганск'"),
        ("у метро Таганская", "'таганск'"),
        ("ООО Здоровая семья", "('здоров' & 'сем')"),
        ("кардиолога", "('@cardiologist' | 'кардиолог')"),
        ("к зубному", "('@dentist' | 'зубн')"),
        ("у меня сильно болит горло", "('@ent' | '@therapist' | 'горл')"),
        ("стоматолог на таганке", "(('@dentist' | 'стоматолог') & 'таганк')"),
        ("узи", "('уз' | 'ультразвуков')"),
        ("ООО", "'оо'"),
        ("врач", "'врач'"),
    ],
)
def test_typed_words_become_a_question(typed: str, anywhere: str) -> None:
    assert asked(typed).everywhere == anywhere


def test_the_longest_phrase_of_the_table_wins() -> None:
    assert "'@child_dentist'" in asked("детский стоматолог").everywhere
    assert "'@paediatrician'" not in asked("детский стоматолог").everywhere
    assert "'@endocrinologist'" in asked("щитовидная железа").everywhere


def test_a_whole_name_is_asked_in_any_order_and_without_the_form_of_the_firm() -> None:
    named = "'==здоров сем'"
    assert named in asked("семья здоровая").whole_name
    assert named in asked("ООО «Клиника здоровая семья»").whole_name
    assert asked("ООО «Клиника здоровая семья»").very_name == "'===здоров клиник сем'"
    vector = lexemes_of(Searchable("ООО «Клиника «Здоровая семья»", "")).vector
    assert {named, "'===здоров клиник сем'", "'=сем'", "'сем'"} <= set(re.findall("'[^']+'", vector))


def test_the_parts_of_a_question_leave_out_what_the_former_found() -> None:
    one = asked("семья")
    assert one.whole_name == "('===сем' | '==сем')"
    assert one.second == "'=сем' & !('===сем' | '==сем')"
    assert one.third == "'~сем' & !'=сем' & !('===сем' | '==сем')"
    assert one.anywhere == "'сем' & !'~сем' & !'=сем' & !('===сем' | '==сем')"


@pytest.mark.parametrize(
    "typed", ["ул Лесная", "улица Лесная", "Лесной пр-кт", "проспект Лесной", "Лесная наб.", "ek ktcyfz", "лесная ул."]
)
def test_a_street_goes_before_a_name_where_its_kind_is_said(typed: str) -> None:
    reading = in_either_layout(chunks_of(typed), Known({"лесн", "улиц"}))
    one = question(reading.words) if reading else asked(typed)
    assert one is not None
    assert re.match("\\('~лесн' & '~(улиц|набережн)'\\) &|\\('~(лесн|проспект)' & '~(лесн|проспект)'\\) &", one.second)
    assert asked("лесная").second.startswith("'=лесн' &")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("г Москва, ул Новый Арбат, д.23 (м. Смоленская)", ["улица", "новый", "арбат"]),
        ("Московская обл, г Химки, Ленинский пр-кт, д.7А, оф.2", ["ленинский", "проспект"]),
        ("г Москва, г Зеленоград, д.2042", []),
        ("Москва, 1-я Брестская ул, д.13/14", ["1", "я", "брестская", "улица"]),
    ],
)
def test_the_street_of_an_address_is_told_by_its_kind(address: str, words: list[str]) -> None:
    assert list(street_words(address)) == words


def test_all_but_one_asks_for_the_words_without_each_in_turn() -> None:
    words = [Word((one,)) for one in ("белый", "зуб", "ленина")]
    without_one = all_but_one(words)
    assert without_one is not None
    assert without_one.everywhere.count("&") == 3
    assert all_but_one(words[:2]) is None
    assert question([]) is None


def test_every_specialty_is_called_by_something_and_complaints_lead_to_known_ones() -> None:
    assert set(CALLED) == set(SPECIALTIES)
    assert {code for codes in COMPLAINTS.values() for code in codes.split()} <= set(SPECIALTIES)


def test_a_wrong_layout_is_read_word_by_word() -> None:
    known = Known(KNOWN)
    reading = in_either_layout(chunks_of("cnjvfnjkju nfufycrfz"), known)
    assert reading is not None
    assert (reading.shown, [word.stems for word in reading.words]) == (
        "стоматолог таганская",
        [("стоматолог",), ("таганск",)],
    )
    mixed = in_either_layout(chunks_of("стоматолог nfufycrfz"), known)
    assert mixed is not None
    assert mixed.shown == "стоматолог таганская"
    assert in_either_layout(chunks_of("стоматолог таганская"), known) is None
    assert in_either_layout(chunks_of("cnjvfnjkju qqqqqq"), known) is None


def test_an_unfinished_last_word_is_a_beginning_and_no_slip() -> None:
    chunks, known = chunks_of("стоматолог тага"), Known(KNOWN)
    assert beginnings(chunks, known) == ("тага", "nfuf")
    reading = as_beginning(chunks, known, ["тага"])
    assert not reading.forgives
    assert [(word.stems, word.begins) for word in reading.words] == [(("стоматолог",), False), (("тага",), True)]
    for typed in ("стоматолог", "ст", "тага стоматолог", ""):
        assert beginnings(chunks_of(typed), known) == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("стаматолог", ([("стоматолог",)], "стоматолог", ())),
        ("таганскоя", ([("таганск",)], "таганская", ())),
        ("тагонской", ([("таганск",)], "таганской", ())),
        ("на таганке", ([("на",), ("таганск",)], "на таганке", ())),
        ("иридент", ([("ирридент",)], "ирридент", ())),
        ("bhhbltyn", ([("ирридент",)], "ирридент", ())),
        ("bhbltyn", ([("ирридент",)], "ирридент", ())),
        ("замечательный стаматолог", ([("стоматолог",)], "стоматолог", ("замечательный",))),
        ("прыщц", ([("прыщ",)], "прыщи", ())),
        ("щщщщщщщ", None),
        ("", None),
    ],
)
def test_slips_are_forgiven_to_what_is_known(
    typed: str, meant: tuple[list[tuple[str, ...]], str, tuple[str, ...]] | None
) -> None:
    assert forgiven(typed) == meant


def test_known_words_keep_their_meaning_beside_their_neighbours() -> None:
    assert forgiven("семья") == ([("сем",)], "семья", ())
    found = forgiven("здоровая", every=True)
    assert found is not None
    assert found[0][0][0] == "здоров"


ANYTHING = st.text(max_size=80) | st.text("'\\:*&|!()<->@= абвyz«»№1", max_size=80)
LEXEME = "'[^'\\\\]+'"


@given(ANYTHING, ANYTHING)
def test_no_text_breaks_out_of_a_lexeme(name: str, typed: str) -> None:
    for quoted in lexemes_of(Searchable(name, typed, (typed,))).vector.split("'")[1::2]:
        assert all(sign.isalnum() or sign in "=@~ _" for sign in quoted)
    for quoted in (asked_of(typed)).split("'")[1::2]:
        assert all(sign.isalnum() or sign in "=@~ _" for sign in quoted)


def asked_of(typed: str) -> str:
    found = question(words_typed(typed))
    return found.anywhere if found else ""


@given(ANYTHING)
def test_no_text_is_too_strange_to_be_forgiven(typed: str) -> None:
    chunks, known = chunks_of(typed), Known(KNOWN)
    in_either_layout(chunks, known)
    beginnings(chunks, known)
    for every in (False, True):
        with_slips(chunks, known, lambda _word: NEAR.items(), every=every)


@given(st.text(max_size=20), st.lists(st.text(max_size=20), min_size=1, max_size=3), st.text("лесная ", min_size=1))
def test_no_code_of_a_region_breaks_out_of_its_mark(code: str, asked_for: list[str], typed: str) -> None:
    quoted = marks_of(code, 0, None) + [
        part for one in [question(words_typed(typed))] if one for _, part in in_order(one, asked_for)
    ]
    for written in quoted:
        assert not written.count("'") % 2
        assert "\\" not in written


def test_a_question_goes_through_its_parts_and_asks_the_samples_of_each_first() -> None:
    parts = list(in_order(asked("семья"), ["RU-SAM", "RU-PER"]))
    assert [number for number, _ in parts] == [0, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    assert all(part.endswith(" & ('%RU-SAM' | '%RU-PER')") for _, part in parts)
    named = "'=сем' & !('===сем' | '==сем')"
    assert [part for number, part in in_order(asked("семья"), None) if number == 2] == [
        f"{named} & '#0'",
        f"{named} & '#1'",
        f"{named} & '#2'",
    ]


@pytest.mark.parametrize(
    ("shuffled", "sample"),
    [
        (-(2**31), "'#0'"),
        (-(2**31) + 2**26 - 1, "'#0'"),
        (-(2**31) + 2**26, "'#1'"),
        (-(2**31) + 2**29, "'#2'"),
        (2**31 - 1, "'#2'"),
    ],
)
def test_samples_are_the_first_parts_of_the_mixed_order(shuffled: int, sample: str) -> None:
    assert marks_of("RU-SAM", shuffled, None) == ["'%RU-SAM'", sample]


LATITUDES, LONGITUDES = st.floats(-90, 90), st.floats(-180, 180)
# As often a step apart as anywhere.
APART = st.tuples(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES) | st.builds(
    lambda latitude, longitude, up, along: (
        latitude,
        longitude,
        min(max(latitude + up, -90.0), 90.0),
        (longitude + along + 180) % 360 - 180,
    ),
    LATITUDES,
    LONGITUDES,
    st.floats(-2, 2),
    st.floats(-2, 2),
)


@given(APART)
def test_every_place_stands_in_a_square_of_the_ring_it_is_far_in(apart: tuple[float, float, float, float]) -> None:
    latitude, longitude, other_latitude, other_longitude = apart
    here, there = on_sphere(latitude, longitude), on_sphere(other_latitude, other_longitude)
    chord = sum((one - other) ** 2 for one, other in zip(here, there, strict=True))
    [ring] = [one for one in rings_around(latitude, longitude) if one.beyond < chord <= one.within]
    assert not ring.squares or set(squares_of(other_latitude, other_longitude)) & set(ring.squares)
    assert metres_of(chord) == pytest.approx(
        metres_between(latitude, longitude, other_latitude, other_longitude), rel=2e-6, abs=2
    )


@given(LATITUDES, LONGITUDES)
def test_rings_follow_each_other_out_to_the_other_side_of_the_earth(latitude: float, longitude: float) -> None:
    rings = list(rings_around(latitude, longitude))
    assert rings[0].beyond < 0
    assert [one.within for one in rings[:-1]] == [one.beyond for one in rings[1:]]
    assert rings[-1].within > 4
    assert all(len(one.squares) <= 48 for one in rings)
