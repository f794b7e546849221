"""The nearest clinics: circles that widen until there are enough, each asked by the index of places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from typing import Any
from uuid import UUID

from django.db.models import FloatField
from django.db.models.expressions import Combinable
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt

from doctorlike.clinics.models import Clinic
from doctorlike.clinics.queries.finding.filters import ClinicFilters, Matching, Shape
from doctorlike.clinics.rules.nearness import (
    EARTH_RADIUS_METRES,
    FIRST_RADIUS_METRES,
    WHOLE_EARTH_METRES,
    box_around,
    wider,
)
from doctorlike.clinics.rules.searching import Question
from doctorlike.clinics.search_models import SearchEntry
from doctorlike.kit.reads import Read, Told

# Beyond, nobody counts: each further one widens the circle.
NEAREST_COUNTED_UP_TO = 40
# So few are sorted at once, wherever they are.
_FEW = 300
# The last of them is the whole Earth: a page has so many questions to the database and no more.
MOST_CIRCLES = 4


@dataclass(frozen=True, slots=True)
class Apart:
    clinic_id: UUID
    metres: int


def nearest(
    filters: ClinicFilters, place: tuple[float, float], most: int, question: Question | None = None
) -> list[Apart]:
    """The nearest so many that fit, and answer the question where there is one. A query for each circle: one or two in
    a town, `MOST_CIRCLES` where the nearest is a thousand kilometres away."""
    told = {**filters.told, "latitude": place[0], "longitude": place[1], "cosine": cos(radians(place[0]))}
    few = filters.only is not None and len(filters.only) <= _FEW
    radius, circles = WHOLE_EARTH_METRES if few else FIRST_RADIUS_METRES, 1
    if question is not None:
        told["words"] = question.everywhere
        bearers = len(_bearers()(words=question.everywhere))
        if not bearers:
            return []
        if bearers <= _FEW:
            radius = WHOLE_EARTH_METRES
    within = _within(filters.shape, question is not None, most)
    while True:
        south, north, west, east = box_around(*place, radius)
        rows = within(**told, south=south, north=north, west=west, east=east, radius=radius)
        if len(rows) >= most or radius >= WHOLE_EARTH_METRES:
            return [Apart(clinic_id, round(metres)) for clinic_id, metres in rows]
        circles += 1
        radius = (
            WHOLE_EARTH_METRES if circles == MOST_CIRCLES else min(wider(radius, len(rows), most), WHOLE_EARTH_METRES)
        )


@lru_cache(maxsize=1)
def _bearers() -> Read[Any]:
    return Read(lambda: SearchEntry.objects.filter(Matching("words", "words")).values_list("pk", flat=True)[: _FEW + 1])


@lru_cache(maxsize=256)
def _within(shape: Shape, by_words: bool, most: int) -> Read[Any]:
    degrees = FloatField()

    def rows() -> Any:
        found = Clinic.objects.filter(Matching("search__words", "words")) if by_words else Clinic.objects.all()
        return (
            shape.fitting(found)
            .filter(
                latitude__range=(Told("south", degrees), Told("north", degrees)),
                longitude__range=(Told("west", degrees), Told("east", degrees)),
            )
            .annotate(apart=_metres())
            .filter(apart__lte=Told("radius", degrees))
            .order_by("apart", "pk")
            .values_list("pk", "apart")[:most]
        )

    return Read(rows)


def _metres() -> Combinable:
    """Along the great circle (haversine)."""
    up = (Radians("latitude") - Radians(Told("latitude", FloatField()))) / 2
    along = (Radians("longitude") - Radians(Told("longitude", FloatField()))) / 2
    half_chord = Power(Sin(up), 2) + Told("cosine", FloatField()) * Cos(Radians("latitude")) * Power(Sin(along), 2)
    return 2 * EARTH_RADIUS_METRES * ASin(Least(Sqrt(half_chord), 1.0))
