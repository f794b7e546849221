"""From typed words to questions that PostgreSQL answers: the whole name, the words of a name, words anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice, product
from types import MappingProxyType

from doctorlike.clinics.rules.searching.lexemes import very_name, whole_name
from doctorlike.clinics.rules.searching.plain_words import (
    CALLED,
    COMPLAINTS,
    HARDLY_SAID,
    LEGAL_FORMS,
    SAID_FOR,
)
from doctorlike.clinics.rules.searching.words import (
    LONGEST_TEXT,
    MOST_CHUNKS,
    MOST_WORDS,
    STREET_KIND_STEMS,
    said_words,
    telling,
)
from doctorlike.kit.spelling import stem

Phrase = frozenset[str]
_MOST_NAMES = 16


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the query: `stems` it may have meant, one where it was typed as it is known. `begins` when it is taken
    as the beginning of a longer word."""

    stems: tuple[str, ...]
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Four `tsquery`, each for the clinics that the former leave: those of that name (of the `very_name` first), then
    two companies in the order that the words suggest, those whose name and those whose street has all the words, then
    those that have them anywhere. `everywhere` is all four."""

    very_name: str
    whole_name: str
    second: str
    third: str
    anywhere: str
    everywhere: str


def words_typed(text: str) -> tuple[Word, ...]:
    """The words as they were typed."""
    return tuple(Word((stem(word),)) for word in said_words(text[:LONGEST_TEXT]))[:MOST_CHUNKS]


def question(words: Sequence[Word]) -> Question | None:
    """All of the telling words, `MOST_WORDS` at most, each as any of its stems, phrases of the table as any of their
    specialties too. A street goes before a name where its kind («улица») is said. None without words."""
    if not words:
        return None
    asked = telling(words, lambda word: word.stems[0])[:MOST_WORDS]
    in_name = _all_of([_word(word, "=") for word in asked])
    kinds = [word for word in words if word.stems[0] in STREET_KIND_STEMS and word not in asked]
    in_street = _all_of([_word(word, "~") for word in (*asked, *kinds)])
    says_street = any(word.stems[0] in STREET_KIND_STEMS for word in words)
    return _parts(
        very_name=_names(very_name, words),
        whole_name=_names(whole_name, asked),
        companies=(in_street, in_name) if says_street else (in_name, in_street),
        everywhere=_all_of(_groups(asked)),
    )


def all_but_one(words: Sequence[Word]) -> Question | None:
    """All of the telling words but any one; None for two or fewer, of which one alone would be left."""
    asked = telling(words, lambda word: word.stems[0])[:MOST_WORDS]
    if len(asked) < 3:
        return None
    fewer = list(combinations(asked, len(asked) - 1))
    return _parts(
        very_name=_names(very_name, words),
        whole_name=_any_of([_names(whole_name, some) for some in fewer]),
        companies=(
            _any_of([_all_of([_word(word, "=") for word in some]) for some in fewer]),
            _any_of([_all_of([_word(word, "~") for word in some]) for some in fewer]),
        ),
        everywhere=_any_of([_all_of(_groups(some)) for some in fewer]),
    )


def _parts(*, very_name: str, whole_name: str, companies: tuple[str, str], everywhere: str) -> Question:
    named = _any_of([very_name, whole_name])
    first, then = companies
    return Question(
        very_name=very_name,
        whole_name=named,
        second=f"{first} & !{named}",
        third=f"{then} & !{first} & !{named}",
        anywhere=f"{everywhere} & !{then} & !{first} & !{named}",
        everywhere=everywhere,
    )


def _names(lexeme_of: Callable[[Iterable[str]], str], words: Sequence[Word]) -> str:
    combined = islice(product(*(word.stems for word in words)), _MOST_NAMES)
    return _any_of(sorted({_quoted(lexeme_of(stems)) for stems in combined}))


def _word(word: Word, mark: str = "") -> str:
    written = [more for one in word.stems for more in _written().get(one, ()) if not mark]
    return _any_of([_quoted(mark + one) + (":*" if word.begins else "") for one in (*word.stems, *written)])


@lru_cache(maxsize=1)
def _written() -> Mapping[str, tuple[str, ...]]:
    """What price lists write, by what people say for it."""
    return MappingProxyType(
        {stem(said): tuple(map(stem, written.split())) for words, written in SAID_FOR.items() for said in words.split()}
    )


def _groups(words: Sequence[Word]) -> list[str]:
    """Each phrase of the table as one group, then every word that no phrase took."""
    groups: list[str] = []
    left = list(words)
    said = {one for word in words for one in word.stems}
    # In the order of the table, whichever of its words led to a phrase.
    for _turn, phrase, specialties in sorted({one for word in said for one in _phrases().get(word, ())}):
        taken = _words_of(phrase, left)
        if taken:
            left = [word for word in left if word not in taken]
            marks = [_quoted(f"@{code}") for code in specialties]
            groups.append(_any_of([*marks, _all_of([_word(word) for word in taken])]))
    return [*groups, *(_word(word) for word in left)]


def _words_of(phrase: Phrase, words: Sequence[Word]) -> list[Word]:
    """The words that make the phrase, or none."""
    taken = [next((word for word in words if part in word.stems), None) for part in phrase]
    return list(dict.fromkeys(word for word in taken if word is not None)) if None not in taken else []


@lru_cache(maxsize=1)
def _phrases() -> Mapping[str, list[tuple[int, Phrase, tuple[str, ...]]]]:
    """By each stem the phrases that it stands in, with their specialties: numbered, the longest phrases first."""
    found: dict[Phrase, dict[str, None]] = {}
    for code, phrases in CALLED.items():
        for phrase in phrases.split("|"):
            found.setdefault(_stems(phrase), {})[code] = None
    for phrases, codes in COMPLAINTS.items():
        for phrase in phrases.split("|"):
            found.setdefault(_stems(phrase), {}).update(dict.fromkeys(codes.split()))
    ordered = sorted(found.items(), key=lambda one: -len(one[0]))
    led: dict[str, list[tuple[int, Phrase, tuple[str, ...]]]] = {}
    for turn, (stems, specialties) in enumerate(ordered):
        for one in stems:
            led.setdefault(one, []).append((turn, stems, tuple(specialties)))
    return MappingProxyType(led)


def _stems(phrase: str) -> Phrase:
    return frozenset(telling((stem(word) for word in phrase.split()), str))


@lru_cache(maxsize=1)
def plain_words() -> Mapping[str, str]:
    """Every word of the tables with its stem: known without any clinic."""
    phrases = [phrase for told in (*CALLED.values(), *COMPLAINTS, *SAID_FOR) for phrase in told.split("|")]
    return MappingProxyType({word: stem(word) for phrase in phrases for word in phrase.split()})


@lru_cache(maxsize=1)
def hardly_said() -> Mapping[str, str]:
    """Words that tell nothing, with their stems."""
    return MappingProxyType({word: stem(word) for word in (*HARDLY_SAID.split(), *LEGAL_FORMS.split())})


def _quoted(lexeme: str) -> str:
    return f"'{lexeme}'"


def _any_of(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' | '.join(parts)})"


def _all_of(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' & '.join(parts)})"
