"""From typed words to questions that PostgreSQL answers: the whole name, the words of a name, words anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice, product
from types import MappingProxyType

from doctorlike.clinics.rules.searching.lexemes import whole_name
from doctorlike.clinics.rules.searching.plain_words import CALLED, COMPLAINTS, SAID_FOR
from doctorlike.clinics.rules.searching.words import HARDLY_SAID_STEMS, MOST_WORDS, query_words, telling
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
    """Three `tsquery`, each of a narrower company than the next: clinics of that very name, those whose name has all
    the words, and those that have them anywhere. What a former one finds the later leave out; `in_name_too` and
    `everywhere` are the last two with what the former find."""

    whole_name: str
    in_name: str
    anywhere: str
    in_name_too: str
    everywhere: str


def words_typed(text: str) -> tuple[Word, ...]:
    """The telling words as they were typed."""
    return tuple(Word((stem(word),)) for word in query_words(text))


def telling_words(words: Iterable[Word]) -> tuple[Word, ...]:
    """Without what tells nothing, at most `MOST_WORDS`."""
    return telling(words, lambda word: word.stems[0])[:MOST_WORDS]


def question(words: Sequence[Word]) -> Question | None:
    """All of the words, each as any of its stems, phrases of the table as any of their specialties too. None without
    words."""
    if not words:
        return None
    names = islice(product(*(word.stems for word in words)), _MOST_NAMES)
    whole = _any_of(sorted({_quoted(whole_name(stems)) for stems in names}))
    in_name = _all_of([_word(word, "=") for word in words])
    anywhere = _all_of(_groups(words))
    return _parts(whole, in_name, anywhere)


def all_but_one(words: Sequence[Word]) -> Question | None:
    """All of the words but any one; None for two words or fewer, of which one alone would be left."""
    if len(words) < 3:
        return None
    fewer = [question(some) for some in combinations(words, len(words) - 1)]
    asked = [one for one in fewer if one is not None]
    return _parts(
        _any_of([one.whole_name for one in asked]),
        _any_of([one.in_name_too for one in asked]),
        _any_of([one.everywhere for one in asked]),
    )


def _parts(whole: str, in_name: str, anywhere: str) -> Question:
    return Question(
        whole_name=whole,
        in_name=f"{in_name} & !{whole}",
        anywhere=f"{anywhere} & !{whole} & !{in_name}",
        in_name_too=in_name,
        everywhere=anywhere,
    )


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
    for phrase, specialties in _phrases().items():
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
def _phrases() -> Mapping[Phrase, tuple[str, ...]]:
    """Specialties by the stems of a phrase, the longest phrases first."""
    found: dict[Phrase, dict[str, None]] = {}
    for code, phrases in CALLED.items():
        for phrase in phrases.split("|"):
            found.setdefault(_stems(phrase), {})[code] = None
    for phrases, codes in COMPLAINTS.items():
        for phrase in phrases.split("|"):
            found.setdefault(_stems(phrase), {}).update(dict.fromkeys(codes.split()))
    ordered = sorted(found.items(), key=lambda one: -len(one[0]))
    return MappingProxyType({phrase: tuple(codes) for phrase, codes in ordered})


def _stems(phrase: str) -> Phrase:
    return frozenset(telling((stem(word) for word in phrase.split()), str))


@lru_cache(maxsize=1)
def plain_words() -> Mapping[str, str]:
    """Every word of the table and of those that are hardly said, with its stem: known without any clinic."""
    phrases = [phrase for told in (*CALLED.values(), *COMPLAINTS, *SAID_FOR) for phrase in told.split("|")]
    said = {word: stem(word) for phrase in phrases for word in phrase.split()}
    return MappingProxyType({one: one for one in HARDLY_SAID_STEMS} | said)


def _quoted(lexeme: str) -> str:
    return f"'{lexeme}'"


def _any_of(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' | '.join(parts)})"


def _all_of(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' & '.join(parts)})"
