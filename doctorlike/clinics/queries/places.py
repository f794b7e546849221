"""Where a place is that somebody typed, by the directory's own data: no address leaves for a map service."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When

from doctorlike.clinics.models import Clinic
from doctorlike.clinics.rules.places import Located, PlaceKind, SoughtPlace, place_among, place_words, street_words
from doctorlike.kit.spelling import other_layout

# Enough of a town to know where it is.
_ENOUGH = 400


def find_place(text: str, *, near_to: Collection[str] = ()) -> SoughtPlace:
    """The station, town, street or house that was typed, with either keyboard layout; of several of one name that in
    the regions `near_to`. A house that no clinic stands at is told as its street. Two queries at most for each try."""
    sought = SoughtPlace(None)
    for typed in (text, other_layout(text)):
        words = place_words(typed)
        if not words:
            continue
        sought = place_among(words, _located(words, near_to))
        street = street_words(words)
        if sought.place is None and not sought.towns and street and street != words:
            sought = place_among(street, _located(street, near_to))
        if sought.place is not None or sought.towns:
            return sought
    return sought


def _located(words: Sequence[str], near_to: Collection[str]) -> Iterable[Located]:
    rows: QuerySet[Any] = Clinic.objects.filter(latitude__isnull=False)
    for word in words:
        rows = rows.filter(search_text__contains=word)
    own = Case(When(region_id__in=list(near_to), then=Value(0)), default=Value(1), output_field=IntegerField())
    told = rows.order_by(own, "id").values_list("city", "metro", "address", "latitude", "longitude", "region_id")
    for city, metro, address, latitude, longitude, region in told[:_ENOUGH]:
        yield Located(city, tuple(metro), address, latitude, longitude, region in near_to)


__all__ = ["PlaceKind", "SoughtPlace", "find_place"]
