"""Clinics by the alphabet, and by words: those of that very name first, then those whose name has the words."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from doctorlike.clinics.models import Clinic
from doctorlike.clinics.queries.finding.filters import ClinicFilters, Matching, Shape
from doctorlike.clinics.rules.searching import Question
from doctorlike.clinics.search_models import SearchEntry
from doctorlike.kit.reads import Read


def by_alphabet(filters: ClinicFilters, most: int) -> list[UUID]:
    """The first so many that fit. One query."""
    return _browsing(filters.shape, most)(**filters.told)


def by_words(filters: ClinicFilters, question: Question, most: int) -> list[UUID]:
    """The first so many that answer the question: each of its parts by the alphabet, one part after the other. One
    query, which goes on to the next part only when the former ones gave too few."""
    asked = {"whole_name": question.whole_name, "in_name": question.in_name, "anywhere": question.anywhere}
    return _by_words(filters.shape, most)(**filters.told, **asked)


@lru_cache(maxsize=256)
def _browsing(shape: Shape, most: int) -> Read[Any]:
    return Read(
        lambda: shape.fitting(Clinic.objects.all()).order_by("sort_key", "pk").values_list("pk", flat=True)[:most]
    )


@lru_cache(maxsize=256)
def _by_words(shape: Shape, most: int) -> Read[Any]:
    def part(name: str) -> Any:
        rows = shape.fitting(SearchEntry.objects.filter(Matching("words", name)), "clinic__")
        return rows.order_by("sort_key", "pk").values_list("pk", flat=True)[:most]

    return Read(lambda: part("whole_name").union(part("in_name"), part("anywhere"), all=True)[:most])
