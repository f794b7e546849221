"""Words as they are compared: folded, stemmed, and without those that tell nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeVar

from doctorlike.clinics.rules.searching.plain_words import HARDLY_SAID, LEGAL_FORMS
from doctorlike.kit.spelling import fold, other_layout, slips_allowed, slips_between, stem

Item = TypeVar("Item")

MOST_WORDS = 8
MOST_CHUNKS = 16
LONGEST_TEXT = 200
# Fewer letters than that make too many words out of one slip.
SHORTEST_FORGIVEN = 3
MOST_ALIKE = 8
LEGAL_FORM_STEMS = frozenset(stem(word) for word in LEGAL_FORMS.split())
HARDLY_SAID_STEMS = frozenset(stem(word) for word in HARDLY_SAID.split())
# As folding leaves them; kinds in full are the words that a street is told by.
_STREET_KINDS = {
    short: full
    for full, shorts in (
        ("улица", "ул"),
        ("проспект", "пр кт|просп|пр т|пр"),
        ("переулок", "пер"),
        ("бульвар", "б р|бул"),
        ("набережная", "наб"),
        ("шоссе", "ш"),
        ("площадь", "пл"),
        ("проезд", "пр д"),
        ("микрорайон", "мкр|мкрн"),
        ("тупик", "туп"),
        ("аллея", "аллея"),
    )
    for short in shorts.split("|")
}
STREET_KINDS = frozenset(_STREET_KINDS.values())
STREET_KIND_STEMS = frozenset(stem(kind) for kind in STREET_KINDS)
_STREET_KINDS_SHORT = re.compile(rf"\b(?:{'|'.join(sorted(_STREET_KINDS, key=len, reverse=True))})\b")
_IN_BRACKETS = re.compile(r"\([^)]*\)?")


def said_words(text: str) -> tuple[str, ...]:
    """The words of a text, folded, kinds of streets in full («пр-кт» → «проспект»)."""
    return tuple(_STREET_KINDS_SHORT.sub(lambda found: _STREET_KINDS[found[0]], fold(text)).split())


def telling(items: Iterable[Item], stem_of: Callable[[Item], str]) -> tuple[Item, ...]:
    """Without legal forms, then without what is hardly said, each unless nothing else is there."""
    left = without_legal_forms(items, stem_of)
    return tuple(item for item in left if stem_of(item) not in HARDLY_SAID_STEMS) or left


def without_legal_forms(items: Iterable[Item], stem_of: Callable[[Item], str]) -> tuple[Item, ...]:
    """Unless nothing else is there."""
    every = tuple(items)
    return tuple(item for item in every if stem_of(item) not in LEGAL_FORM_STEMS) or every


def street_words(address: str) -> tuple[str, ...]:
    """The words of the parts of an address that name a street, its kind too; none where no part says «улица» or the
    like."""
    parts = [said_words(part) for part in _IN_BRACKETS.sub("", address).split(",")]
    return tuple(word for part in parts if STREET_KINDS & set(part) for word in part)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What was typed between two spaces, read with either keyboard layout. One layout's letters are the other's
    punctuation, so either reading may be several words, or none."""

    typed: tuple[str, ...]
    swapped: tuple[str, ...]


def chunks_of(text: str) -> tuple[Chunk, ...]:
    """The typed text, at most `MOST_CHUNKS` of it."""
    parts = text[:LONGEST_TEXT].split()[:MOST_CHUNKS]
    return tuple(Chunk(said_words(part), said_words(other_layout(part))) for part in parts)


@dataclass(frozen=True, slots=True)
class Alike:
    """A known word that lies `slips` slips from a typed one. `shown` is how to spell what was meant."""

    stem: str
    shown: str
    slips: int


def is_forgivable(word: str) -> bool:
    """Whether slips in the word are thought of: numbers and the shortest words mean what they say."""
    return len(word) >= SHORTEST_FORGIVEN and not any(sign.isdigit() for sign in word)


def alike(typed: str, known: Iterable[tuple[str, str]]) -> tuple[Alike, ...]:
    """Of the known (word, its stem), those fewest slips away from the typed word or from its stem, none when all are
    further than its length allows. A word whose stem alone is known is shown with the ending that was typed."""
    if not is_forgivable(typed):
        return ()
    typed_stem = stem(typed)
    most = max(slips_allowed(typed), 1)
    found: dict[str, Alike] = {}
    for word, word_stem in sorted(known):
        whole = slips_between(typed, word, most)
        stemmed = slips_between(typed_stem, word_stem, most) if len(typed_stem) >= SHORTEST_FORGIVEN else None
        slips = min((one for one in (whole, stemmed) if one is not None), default=None)
        if slips is None or (word_stem in found and found[word_stem].slips <= slips):
            continue
        found[word_stem] = Alike(word_stem, word if whole == slips else _shown(typed, typed_stem, word_stem), slips)
    fewest = min((one.slips for one in found.values()), default=0)
    return tuple(one for one in found.values() if one.slips == fewest)[:MOST_ALIKE]


def _shown(typed: str, typed_stem: str, meant_stem: str) -> str:
    """The stem that was meant with the ending that was typed, or what was typed where only the last letter of the stem
    differs: that is the language's doing («на Таганке») and no slip."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(typed_stem, meant_stem, strict=False)))
    if same >= min(len(typed_stem), len(meant_stem)) - 1:
        return typed
    return meant_stem + typed[len(typed_stem) :]


def words_of(texts: Sequence[str]) -> set[str]:
    """The distinct words of the texts, folded."""
    return {word for text in texts for word in said_words(text)}
