"""Clinics by the alphabet, and by words: those of that very name first, then those whose name has the words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from doctorlike.clinics.queries.finding import answers
from doctorlike.clinics.queries.finding.answers import BY_WORDS, Found, Window, found
from doctorlike.clinics.queries.finding.filters import ClinicFilters, Shape
from doctorlike.clinics.rules.searching import Question, in_order

# Beyond, nobody counts: telling whether there are 3,000 or 30,000 costs more than finding the page.
COUNTED_UP_TO = 100


def by_alphabet(filters: ClinicFilters, window: Window) -> Found:
    """Those that fit. One query."""
    statement = _browsing(filters.shape, in_regions=filters.regions is not None)
    return found(statement, window, {**filters.told, "by_alphabet": 0})


def by_words(filters: ClinicFilters, asked: Sequence[Question], window: Window) -> Found:
    """Those that answer the first of the questions that any clinic answers, one of its parts after the other. As many
    as are counted at all stand by the alphabet in each part; where there are more, nobody reads them to the end, and
    they stand in a lasting mixed order. One query, which goes on to the next part only when the former ones gave too
    few."""
    parts = [(reading, *part) for reading, one in enumerate(asked) for part in in_order(one, filters.regions)]
    told = {
        **filters.told,
        "readings": list(range(len(asked))),
        "of_readings": [reading for reading, _number, _part in parts],
        "numbers": [number for _reading, number, _part in parts],
        "parts": [part for _reading, _number, part in parts],
        "beyond": [],
        "within": [],
        "by_alphabet": COUNTED_UP_TO,
    }
    return found(_by_words(filters.shape), window, told)


@lru_cache(maxsize=64)
def _browsing(shape: Shape, *, in_regions: bool) -> str:
    return answers.page_of(answers.by_alphabet(shape, in_regions=in_regions))


@lru_cache(maxsize=64)
def _by_words(shape: Shape) -> str:
    return answers.page_of(answers.first_answered(BY_WORDS, shape))
