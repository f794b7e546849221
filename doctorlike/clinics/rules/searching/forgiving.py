"""What people meant by words that nothing is called by: another layout, the beginning of a word, a slip."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from doctorlike.clinics.rules.searching.asking import Word, hardly_said, plain_words
from doctorlike.clinics.rules.searching.words import MOST_CHUNKS, SHORTEST_FORGIVEN, Alike, Chunk, alike, is_forgivable
from doctorlike.kit.spelling import slip_keys, stem


@dataclass(frozen=True, slots=True)
class Reading:
    """What the typed text is taken for. `shown` spells it for people; `left_out` are words that nothing is like.
    `forgives` unless the words are merely unfinished."""

    words: tuple[Word, ...]
    shown: str
    left_out: tuple[str, ...] = ()
    forgives: bool = True


def stems_to_know(chunks: Iterable[Chunk]) -> set[str]:
    """Stems of which must be known whether some clinic has them."""
    return {stem(word) for chunk in chunks for word in (*chunk.typed, *chunk.swapped)}


class Known:
    """Which words are known: the stems that some clinic has, and the words of the tables."""

    def __init__(self, stems: Collection[str]) -> None:
        self._stems = {*stems, *plain_words().values(), *hardly_said().values()}

    def all_of(self, words: Sequence[str]) -> bool:
        return bool(words) and all(stem(word) in self._stems for word in words)

    def reading(self, chunk: Chunk) -> tuple[str, ...]:
        """The chunk's words in the layout in which all of them are known, none when in neither."""
        return next((words for words in (chunk.typed, chunk.swapped) if self.all_of(words)), ())


def in_either_layout(chunks: Sequence[Chunk], known: Known) -> Reading | None:
    """The text with what only the other layout makes words of; None when that changes nothing or leaves a word
    unknown."""
    readings = [known.reading(chunk) for chunk in chunks if chunk.typed or chunk.swapped]
    if not readings or not all(readings) or readings == [chunk.typed for chunk in chunks if chunk.typed]:
        return None
    return _reading([(Word((stem(word),)), word) for words in readings for word in words])


def unfinished(chunks: Sequence[Chunk]) -> tuple[str, ...]:
    """What the last word may be the beginning of a word by: its two layouts."""
    said = [chunk for chunk in chunks if chunk.typed or chunk.swapped]
    last = (said[-1].typed, said[-1].swapped) if said else ()
    return tuple(one[0] for one in last if len(one) == 1 and len(one[0]) >= SHORTEST_FORGIVEN)


def beginnings(chunks: Sequence[Chunk], known: Known) -> tuple[str, ...]:
    """The same where the last word is the only one not known."""
    said = [chunk for chunk in chunks if chunk.typed or chunk.swapped]
    if not said or known.reading(said[-1]) or not all(known.reading(chunk) for chunk in said[:-1]):
        return ()
    return unfinished(chunks)


def as_beginning(chunks: Sequence[Chunk], known: Known, begun: Sequence[str]) -> Reading:
    """The text with its last word as the beginning of a longer one. `begun` are those of `beginnings` that begin
    anything, at least one."""
    words = [(Word((stem(word),)), word) for chunk in chunks for word in known.reading(chunk)]
    return replace(_reading([*words, (Word(tuple(begun), begins=True), begun[0])]), forgives=False)


def words_to_forgive(chunks: Iterable[Chunk], known: Known, *, every: bool) -> set[str]:
    """The words whose slips are looked for: those of chunks not known in any layout, or `every` one."""
    found: set[str] = set()
    for chunk in chunks:
        told = known.reading(chunk)
        if not told:
            found |= {*chunk.typed, *chunk.swapped}
        elif every:
            found |= set(told)
    return {word for word in found if is_forgivable(word)}


def keys_of(words: Iterable[str]) -> set[int]:
    """The keys (`kit.spelling.slip_keys`) by which known words like these are found: of the words and their stems."""
    return {key for word in words for form in (word, stem(word)) for key in slip_keys(form)}


def with_slips(
    chunks: Sequence[Chunk], known: Known, near: Callable[[str], Iterable[tuple[str, str]]], *, every: bool
) -> Reading | None:
    """The text with the known words that its unknown ones are like; with `every` also the neighbours of known words.
    `near` tells known (word, stem) among which those alike are. None when no word is left."""
    words: list[tuple[Word, str]] = []
    left_out: list[str] = []
    for chunk in chunks:
        told = known.reading(chunk)
        if told:
            words.extend(_with_neighbours(word, near) if every else (Word((stem(word),)), word) for word in told)
            continue
        tries = [_all_alike(one, known, near) for one in (chunk.typed, chunk.swapped) if one]
        best = next((one for one in tries if one), None)
        if best is not None:
            words.extend(best)
        else:
            left_out.extend(chunk.typed or chunk.swapped)
    return _reading(words, tuple(left_out)) if words else None


def _with_neighbours(word: str, near: Callable[[str], Iterable[tuple[str, str]]]) -> tuple[Word, str]:
    own = stem(word)
    others = [one.stem for one in _alike(word, ((said, its) for said, its in near(word) if its != own))]
    return Word((own, *others)), word


def _all_alike(
    words: Sequence[str], known: Known, near: Callable[[str], Iterable[tuple[str, str]]]
) -> list[tuple[Word, str]]:
    """Each of the words as those that it is like; empty when one is like none."""
    found: list[tuple[Word, str]] = []
    for word in words:
        if known.all_of([word]):
            found.append((Word((stem(word),)), word))
            continue
        meant = _alike(word, near(word))
        if not meant:
            return []
        found.append((Word(tuple(one.stem for one in meant)), meant[0].shown))
    return found


def _alike(word: str, near: Iterable[tuple[str, str]]) -> tuple[Alike, ...]:
    """Among what tells something first."""
    return alike(word, {*near, *_plain_words_near(word)}) or alike(word, hardly_said().items())


def _plain_words_near(word: str) -> set[tuple[str, str]]:
    table = _plain_words_by_key()
    return {one for key in keys_of([word]) for one in table.get(key, ())}


@lru_cache(maxsize=1)
def _plain_words_by_key() -> dict[int, list[tuple[str, str]]]:
    table: dict[int, list[tuple[str, str]]] = {}
    for word, its_stem in plain_words().items():
        for key in {*slip_keys(word), *slip_keys(its_stem)}:
            table.setdefault(key, []).append((word, its_stem))
    return table


def _reading(words: Sequence[tuple[Word, str]], left_out: tuple[str, ...] = ()) -> Reading:
    return Reading(tuple(word for word, _ in words)[:MOST_CHUNKS], " ".join(shown for _, shown in words), left_out)
