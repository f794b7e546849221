"""What was meant, tried from the nearest guess to the furthest until something is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import CharField

from doctorlike.clinics.rules.searching import (
    Chunk,
    Known,
    Question,
    Reading,
    all_but_one,
    as_beginning,
    beginnings,
    chunks_of,
    in_either_layout,
    keys_of,
    question,
    stems_to_know,
    with_slips,
    words_to_forgive,
    words_typed,
)
from doctorlike.clinics.search_models import SearchSlip, SearchWord
from doctorlike.kit.reads import Among, Read, Told

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Meant(Generic[Row]):
    """What was found, and by which reading of the text; without one, as it was typed."""

    rows: Sequence[Row]
    reading: Reading | None = None


def find(text: str, ask: Callable[[Question], Sequence[Row]]) -> Meant[Row]:
    """Ask what was typed, where all of it is known, then what it may have meant, until there are rows. Text without a
    word finds nothing."""
    chunks = chunks_of(text)
    stems = stems_to_know(chunks)
    if not stems:
        return Meant([])
    known = Known([word for (word,) in _known(stems=stems)])
    typed = question(words_typed(text)) if all(known.all_of(chunk.typed) for chunk in chunks if chunk.typed) else None
    if typed is not None and (rows := ask(typed)):
        return Meant(rows)
    asked, last = {typed}, None
    for reading in _readings(chunks, known):
        last = reading
        tried = question(reading.words)
        if tried is not None and tried not in asked:
            asked.add(tried)
            if rows := ask(tried):
                return Meant(rows, reading)
    fewer = all_but_one(last.words) if last is not None else None
    return Meant(ask(fewer), last) if fewer is not None else Meant([], last)


def _readings(chunks: Sequence[Chunk], known: Known) -> Iterator[Reading]:
    other = in_either_layout(chunks, known)
    if other is not None:
        yield other
    begun = [one for one in beginnings(chunks, known) if _beginning(beginning=one)]
    if begun:
        yield as_beginning(chunks, known, begun)
    for every in (False, True):
        near = _Near(words_to_forgive(chunks, known, every=every))
        reading = with_slips(chunks, known, near.to, every=every)
        if reading is not None:
            yield reading


class _Near:
    """Known words that share a key with the words asked for. One query, or none without words."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_key: dict[int, list[tuple[str, str]]] = {}
        keys = keys_of(words)
        for key, word, stem in _sharing(keys=keys) if keys else ():
            self._by_key.setdefault(key, []).append((word, stem))

    def to(self, word: str) -> Iterable[tuple[str, str]]:
        return {near for key in keys_of([word]) for near in self._by_key.get(key, ())}


_known = Read(lambda: SearchWord.objects.filter(Among("word", "stems")).values_list("word"), prepared=True)
_beginning = Read(
    lambda: SearchWord.objects.filter(word__startswith=Told("beginning", CharField())).values_list("word")[:1]
)
_sharing = Read(lambda: SearchSlip.objects.filter(Among("key", "keys")).values_list("key", "word_id", "word__stem"))
