"""Clinics by the alphabet, and by words: those of that very name first, then those whose name has the words."""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Value

from doctorlike.clinics.models import Clinic
from doctorlike.clinics.queries.finding.filters import ClinicFilters, Matching, Shape
from doctorlike.clinics.rules.searching import Question
from doctorlike.clinics.search_models import SearchEntry
from doctorlike.kit.reads import Read

# Beyond, nobody counts: telling whether there are 3,000 or 30,000 costs more than finding the page.
COUNTED_UP_TO = 100


def by_alphabet(filters: ClinicFilters, most: int) -> list[UUID]:
    """The first so many that fit. One query."""
    return _browsing(filters.shape, most)(**filters.told)


def by_words(filters: ClinicFilters, question: Question, most: int) -> list[UUID]:
    """The first so many that answer the question, one of its parts after the other. As many as are counted at all stand
    by the alphabet in each part; where there are more, nobody reads them to the end, and they stand in a lasting mixed
    order. One query, which goes on to the next part only when the former ones gave too few."""
    asked = {"whole_name": question.whole_name, "in_name": question.in_name, "anywhere": question.anywhere}
    rows = _by_words(filters.shape, most)(**filters.told, **asked)
    if len(rows) <= COUNTED_UP_TO:
        rows.sort(key=itemgetter(1, 2, 0))
    return [clinic_id for clinic_id, _part, _sort_key in rows]


@lru_cache(maxsize=256)
def _browsing(shape: Shape, most: int) -> Read[Any]:
    return Read(
        lambda: shape.fitting(Clinic.objects.all()).order_by("sort_key", "pk").values_list("pk", flat=True)[:most]
    )


@lru_cache(maxsize=256)
def _by_words(shape: Shape, most: int) -> Read[Any]:
    def part(number: int, name: str) -> Any:
        rows = shape.fitting(SearchEntry.objects.filter(Matching("words", name)), "clinic__")
        ordered = rows.annotate(part=Value(number)).order_by("shuffled", "pk")
        return ordered.values_list("pk", "part", "sort_key")[:most]

    return Read(lambda: part(0, "whole_name").union(part(1, "in_name"), part(2, "anywhere"), all=True)[:most])
