"""Where a place is that somebody typed, by the directory's own data: no address leaves for a map service."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from doctorlike.clinics.models import Clinic
from doctorlike.clinics.rules.places import Located, PlaceKind, SoughtPlace, place_among, place_words, street_words
from doctorlike.kit.spelling import other_layout

# Enough of a town to know where it is.
_ENOUGH = 400


def find_place(text: str, *, near_to: Collection[str] = ()) -> SoughtPlace:
    """The station, town, street or house that was typed, with either keyboard layout; of several of one name that in
    the regions `near_to`. A house that no clinic stands at is told as its street. One query."""
    readings = [words for typed in (text, other_layout(text)) if (words := place_words(typed))]
    # Read without the house's number, so that a house no clinic stands at is found on its street in one question.
    rows = list(_located([street_words(words) or words for words in readings], near_to)) if readings else []
    for words in readings:
        for tried in (words, street_words(words)):
            sought = place_among(tried, rows) if tried else SoughtPlace(None)
            if sought.place is not None or sought.towns:
                return sought
    return SoughtPlace(None)


def _located(readings: Iterable[Sequence[str]], near_to: Collection[str]) -> Iterable[Located]:
    fits = Q()
    for words in readings:
        fits |= Q(*(Q(search_text__contains=word) for word in words))
    rows: QuerySet[Any] = Clinic.objects.filter(fits, latitude__isnull=False)
    own = Case(When(region_id__in=list(near_to), then=Value(0)), default=Value(1), output_field=IntegerField())
    told = rows.order_by(own, "id").values_list("city", "metro", "address", "latitude", "longitude", "region_id")
    for city, metro, address, latitude, longitude, region in told[:_ENOUGH]:
        yield Located(city, tuple(metro), address, latitude, longitude, region in near_to)


__all__ = ["PlaceKind", "SoughtPlace", "find_place"]
