"""What was meant, tried from the nearest guess to the furthest until something is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from doctorlike.clinics.queries.finding.answers import Found, asked
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
    is_forgivable,
    keys_of,
    question,
    stems_to_know,
    unfinished,
    with_slips,
    words_to_forgive,
    words_typed,
)
from doctorlike.kit.spelling import stem

Ask = Callable[[Sequence[Question]], Found]


@dataclass(frozen=True, slots=True)
class Meant:
    """What was found, and by which reading of the text; without one, as it was typed."""

    found: Found
    reading: Reading | None = None


def find(text: str, ask: Ask) -> Meant:
    """What was typed, else what it may have meant. `ask` finds what answers the first of questions that anything
    answers. Text without a word finds nothing. One query when something is found as it was typed, five at most."""
    typed = question(words_typed(text))
    if typed is None:
        return Meant(Found())
    if (found := ask([typed])).total:
        return Meant(found)
    chunks = chunks_of(text)
    learnt = _Learnt(chunks)
    known = learnt.known
    begun = [one for one in beginnings(chunks, known) if one in learnt.begun]
    tries = _Tries(typed)
    tries.take(in_either_layout(chunks, known))
    tries.take(as_beginning(chunks, known, begun) if begun else None)
    tries.take(with_slips(chunks, known, learnt.near, every=False))
    if (meant := tries.put(ask)).found.total:
        return meant
    learnt.more(words_to_forgive(chunks, known, every=True))
    tries.take(with_slips(chunks, known, learnt.near, every=True))
    tries.take_fewer()
    return tries.put(ask)


class _Tries:
    """Questions that were not asked yet, each with the reading it comes of."""

    def __init__(self, typed: Question) -> None:
        self._asked = {typed}
        self._open: dict[Question, Reading] = {}
        self._last: Reading | None = None

    def take(self, reading: Reading | None) -> None:
        if reading is not None:
            self._last = reading
            self._take(question(reading.words), reading)

    def take_fewer(self) -> None:
        """All words of the last reading but one."""
        if self._last is not None:
            self._take(all_but_one(self._last.words), self._last)

    def _take(self, tried: Question | None, reading: Reading) -> None:
        if tried is not None and tried not in self._asked:
            self._asked.add(tried)
            self._open[tried] = reading

    def put(self, ask: Ask) -> Meant:
        """One query, or none without questions."""
        readings = list(self._open.values())
        found = ask(list(self._open)) if readings else Found()
        self._open = {}
        return Meant(found, readings[found.reading] if found.total else self._last)


class _Learnt:
    """What the dictionary knows of the typed words: which are known, what those that are not may be slips of, and
    which of those that may be unfinished begin any word. One query."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._near: dict[int, list[tuple[str, str]]] = {}
        said = [word for chunk in chunks for word in (*chunk.typed, *chunk.swapped)]
        told = {"stems": list(stems_to_know(chunks)), "beginnings": list(unfinished(chunks)), "even_known": False}
        rows = asked(_LEARN, {**told, **_keys(said)})
        stems = {word for kind, word, *_none in rows if kind == "known"}
        self.begun = {word for kind, word, *_none in rows if kind == "begun"}
        self._remember(rows)
        self.known = Known(stems)

    def more(self, words: Iterable[str]) -> None:
        """The neighbours of known words too. One query, or none when there are no such words."""
        if fresh := [word for word in words if self.known.all_of([word])]:
            self._remember(asked(_NEAR, {**_keys(fresh), "even_known": True}))

    def _remember(self, rows: Iterable[tuple[str, str, str, int]]) -> None:
        for kind, word, its_stem, key in rows:
            if kind == "near":
                self._near.setdefault(key, []).append((word, its_stem))

    def near(self, word: str) -> Iterable[tuple[str, str]]:
        """Known words, with their stems, that share a key with the word."""
        return {near for key in keys_of([word]) for near in self._near.get(key, ())}


def _keys(words: Iterable[str]) -> dict[str, list[Any]]:
    """The keys of the words, and beside each the stem of its word."""
    keys = [(key, stem(word)) for word in words if is_forgivable(word) for key in keys_of([word])]
    return {"keys": [key for key, _ in keys], "of_stems": [of for _, of in keys]}


_NEAR = """
    select 'near', w.word, w.stem, s.key from unnest(%(keys)s::int[], %(of_stems)s::text[]) as k(key, stem)
    join clinics_searchslip s on s.key = k.key join clinics_searchword w on w.word = s.word_id
    where %(even_known)s or not exists (select from clinics_searchword o where o.word = k.stem)"""
# Beginnings by the index of patterns, which is in the order of the signs' numbers whatever the database's language is.
_LEARN = f"""
    select 'known', w.word, '', null::int from clinics_searchword w where w.word = any(%(stems)s::text[])
    union all
    select 'begun', b.begun, '', null from unnest(%(beginnings)s::text[]) as b(begun) where exists (
        select from clinics_searchword w where w.word ~>=~ b.begun and w.word ~<~ (b.begun || chr(1114111)))
    union all {_NEAR}"""  # noqa: S608  # constants
