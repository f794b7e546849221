"""Clinics by the alphabet, and by words: those of that very name first, then those whose name has the words."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, DateField, IntegerField, Value, When

from doctorlike.clinics.models import Clinic, NetworkMembership
from doctorlike.clinics.queries.finding.filters import ClinicFilters, Matching, Shape, in_force
from doctorlike.clinics.rules.searching import Question
from doctorlike.clinics.search_models import SearchEntry
from doctorlike.kit.reads import Among, Read, Told

# Beyond, nobody counts: telling whether there are 3,000 or 30,000 costs more than finding the page.
COUNTED_UP_TO = 100
# So many of those found may be out of the network without another query.
_NOT_SERVING = 49
# Of a question, in their order.
_PARTS = ("whole_name", "second", "third", "anywhere")


def by_alphabet(filters: ClinicFilters, most: int) -> list[UUID]:
    """The first so many that fit. One query."""
    return _browsing(filters.shape, most)(**filters.told)


def by_words(filters: ClinicFilters, question: Question, most: int) -> list[UUID]:
    """The first so many that answer the question, one of its parts after the other. As many as are counted at all stand
    by the alphabet in each part; where there are more, nobody reads them to the end, and they stand in a lasting mixed
    order. Two queries: the first goes on to the next part only when the former ones gave too few, the second asks which
    of these clinics serve that day. A third where so many do not that too few are left."""
    asked = {name: getattr(question, name) for name in ("very_name", *_PARTS)}
    told = {**filters.told, **asked}
    # Before they are cut to the first so many, hundreds of memberships would be looked up for each that is shown.
    some = most + _NOT_SERVING
    found = _by_words(replace(filters.shape, members=False), some)(**told)
    serving = set(_serving(**filters.told, ids=[clinic_id for clinic_id, *_ in found])) if found else set()
    rows = [row for row in found if row[0] in serving][:most]
    if len(rows) < most and len(found) == some:
        rows = _by_words(filters.shape, most)(**told)
    if len(rows) <= COUNTED_UP_TO:
        rows.sort(key=itemgetter(1, 2, 0))
    return [clinic_id for clinic_id, _part, _sort_key in rows]


_serving = Read(
    lambda: in_force(
        NetworkMembership.objects.filter(Among("clinic_id", "ids"), scope=Told("scope", CharField())),
        Told("on", DateField()),
    ).values_list("clinic_id", flat=True)
)


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
