"""Words that people slip in share a key with the words they mean, and stems hold a word's forms together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doctorlike.kit.spelling import fold, other_layout, slip_keys, slips_allowed, slips_between, stem

LETTERS = "абвгдеиклмнорст"
WORDS = st.text(LETTERS, min_size=3, max_size=14)


@st.composite
def word_and_slips(draw: st.DrawFn) -> tuple[str, str, int]:
    """A word, the same after so many slips, and their number."""
    word = draw(WORDS)
    spoilt = word
    number = draw(st.integers(1, max(slips_allowed(word), 1)))
    for _ in range(number):
        at = draw(st.integers(0, len(spoilt) - 1))
        letter = draw(st.sampled_from(LETTERS))
        spoilt = draw(
            st.sampled_from(
                [
                    spoilt[:at] + letter + spoilt[at + 1 :],
                    spoilt[:at] + letter + spoilt[at:],
                    spoilt[:at] + spoilt[at + 1 :],
                    spoilt[:at] + spoilt[at : at + 2][::-1] + spoilt[at + 2 :],
                ]
            )
        )
    return word, spoilt, number


@given(word_and_slips())
def test_whatever_one_slips_in_is_found_by_a_key(case: tuple[str, str, int]) -> None:
    word, spoilt, number = case
    if len(spoilt) < 3 or (number == 2 and min(len(word), len(spoilt)) < 7):
        return
    assert set(slip_keys(word)) & set(slip_keys(spoilt))


@given(WORDS)
def test_keys_are_few_and_fit_a_column(word: str) -> None:
    keys = slip_keys(word)
    assert 0 < len(keys) <= 29
    assert all(-(2**31) <= key < 2**31 for key in keys)


def test_too_short_a_word_has_no_keys() -> None:
    assert slip_keys("юг") == slip_keys("") == ()


@pytest.mark.parametrize(
    "forms",
    ["кардиолог кардиолога кардиологом кардиологи", "таганская таганской таганскую", "клиника клиники клинику клиник"],
)
def test_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@given(st.text(max_size=30))
def test_the_other_layout_twice_is_the_text_again(text: str) -> None:
    keys = "".join(letter for letter in text.lower() if letter in "qwertyйцукенfghjфывап;'хъ[]")
    assert other_layout(other_layout(keys)) == keys


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_slips_are_counted_as_people_make_them() -> None:
    assert slips_between("стоматолог", "стаматолог", 2) == 1
    assert slips_between("стоматолог", "стоамтолог", 2) == 1
    assert slips_between("стоматолог", "терапевт", 2) is None
