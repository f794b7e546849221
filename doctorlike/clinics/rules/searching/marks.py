"""Lexemes that no word leads to: by them one look into the index of words answers where and how many as well.

| lexeme | stands for |
|---|---|
| `%RU-SAM` | its region |
| `#0`, `#1`, `#2` | of all clinics a 64th, the rest of an 8th, the rest: for a page of a common word the first do |
| `&` | it has a place on the map |
| `&2.1580.1176` | the square of the grid 2 that it stands in (`clinics.rules.nearness`) |
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from doctorlike.clinics.rules.nearness import Ring, Square, squares_of
from doctorlike.clinics.rules.searching.asking import Question

LEAST_SHUFFLED = -(2**31)
# The samples, in the mixed order, and where the first and second of them end.
_SAMPLES = ("'#0'", "'#1'", "'#2'")
_ENDS = (LEAST_SHUFFLED + 2**32 // 64, LEAST_SHUFFLED + 2**32 // 8)
_PLACED = "'&'"


def marks_of(region_code: str, shuffled: int, place: tuple[float, float] | None) -> list[str]:
    """Quoted, as a `tsvector` takes them. `place` is (latitude, longitude) in degrees."""
    marks = [_region(region_code), _SAMPLES[bisect_right(_ENDS, shuffled)]]
    if place is not None:
        marks += [_PLACED, *map(_square, squares_of(*place))]
    return marks


def in_order(asked: Question, regions: Iterable[str] | None) -> Iterator[tuple[int, str]]:
    """The parts of a question as `tsquery`, numbered, for the clinics of the regions (None: of any). Each part but
    those of a very name is asked of the samples first: whatever they hold stands before the rest."""
    where = _within(regions)
    yield 0, f"{asked.very_name}{where}"
    yield 1, f"{asked.whole_name} & !{asked.very_name}{where}"
    for number, part in enumerate((asked.second, asked.third, asked.anywhere), start=2):
        for sample in _SAMPLES:
            yield number, f"{part} & {sample}{where}"


def everywhere(asked: Question, regions: Iterable[str] | None) -> str:
    """Whether anything at all answers."""
    return f"{asked.everywhere}{_within(regions)}"


def in_ring(ring: Ring, asked: Question | None, regions: Iterable[str] | None) -> str:
    """What stands in the ring's squares and answers the question, where there is one."""
    squares = "(" + " | ".join(map(_square, ring.squares)) + ")" if ring.squares else _PLACED
    return squares + (f" & {asked.everywhere}" if asked is not None else "") + _within(regions)


def _within(regions: Iterable[str] | None) -> str:
    return "" if regions is None else " & (" + " | ".join(map(_region, regions)) + ")"


def _region(code: str) -> str:
    # A code is the insurer's own data.
    return "'%" + code.replace("\\", "").replace("'", "") + "'"


def _square(square: Square) -> str:
    return f"'&{square.grid}.{square.row}.{square.column}'"
