"""Clinics by the alphabet, and by words: those of that very name first, then those whose name has the words."""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Value, When

from doctorlike.clinics.models import Clinic
from doctorlike.clinics.queries.finding.filters import ClinicFilters, Matching, Shape
from doctorlike.clinics.rules.searching import Question
from doctorlike.clinics.search_models import SearchEntry
from doctorlike.kit.reads import Read

# Beyond, nobody counts: telling whether there are 3,000 or 30,000 costs more than finding the page.
COUNTED_UP_TO = 100
# Of a question, in their order.
_PARTS = ("whole_name", "second", "third", "anywhere")


def by_alphabet(filters: ClinicFilters, most: int) -> list[UUID]:
    """The first so many that fit. One query."""
    return _browsing(filters.shape, most)(**filters.told)


def by_words(filters: ClinicFilters, question: Question, most: int) -> list[UUID]:
    """The first so many that answer the question, one of its parts after the other. As many as are counted at all stand
    by the alphabet in each part; where there are more, nobody reads them to the end, and they stand in a lasting mixed
    order. One query, which goes on to the next part only when the former ones gave too few."""
    asked = {name: getattr(question, name) for name in ("very_name", *_PARTS)}
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
        own: Any = Value(number)
        if number == 1:
            own = Case(When(Matching("words", "very_name"), then=Value(0)), default=own, output_field=IntegerField())
        ordered = rows.annotate(part=own).order_by(*(["part"] if number == 1 else []), "shuffled", "pk")
        return ordered.values_list("pk", "part", "sort_key")[:most]

    def parts() -> Any:
        first, *rest = (part(number, name) for number, name in enumerate(_PARTS, start=1))
        return first.union(*rest, all=True)[:most]

    return Read(parts)
