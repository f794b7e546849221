"""The directory: clinics of a coverage scope, found by what people type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import cos, radians
from typing import Any
from uuid import UUID

from django.contrib.postgres.lookups import TrigramWordSimilar
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import ASin, Cos, Least, Power, Radians, Sin, Sqrt

from doctorlike.clinics.models import Clinic, NetworkMembership, OpeningSpan, ServicePrice
from doctorlike.clinics.queries.cards import ClinicCard, card
from doctorlike.clinics.rules import SPECIALTIES, minute_of_week, other_layout_words, query_words
from doctorlike.kit.reads import Among, Read, Told

# Below it a slip in a short word is not forgiven any more, far above it nonsense finds clinics.
SLIP_SIMILARITY = 0.42
EARTH_RADIUS_METRES = 6_371_008.8


@dataclass(frozen=True, slots=True)
class ClinicFilters:
    """What the client looks for. `regions` None means every region of the scope; an unknown `specialty` finds
    nothing, and so does a `service_code` (order 804н) that no price list has that day; `open_at` is an instant, asked
    by each clinic's own clock.

    `near` is (latitude, longitude) in degrees: what is found is sorted by distance and each card tells it; clinics
    without a place are left out. `only` narrows to clinics that another room chose, such as those with a free slot on
    a day: slots lie a layer above, so whoever knows them brings the ids."""

    scope: str
    on: date
    text: str = ""
    regions: tuple[str, ...] | None = None
    specialty: str = ""
    service_code: str = ""
    online_booking: bool = False
    open_at: datetime | None = None
    near: tuple[float, float] | None = None
    only: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class FoundClinics:
    """A page of them, and how many there are in all; with `at_least` there are more than `total`, and how many more
    nobody counted: say «больше …». `total` then still reaches past this page, so a next one can be offered.

    `forgiven` when only slips or another layout made them fit: then `meant` is what was searched for instead, for
    «возможно, вы искали …». `left_out` are typed words that nothing here is called by."""

    clinics: tuple[ClinicCard, ...]
    total: int
    forgiven: bool
    at_least: bool = False
    meant: str = ""
    left_out: tuple[str, ...] = ()


def search(filters: ClinicFilters, *, offset: int = 0, limit: int = 20) -> FoundClinics:
    """Clinics that fit, those whose name was typed first, then by the alphabet. One query without words and two when
    the words fit as they are typed; a few more when they must be forgiven."""
    words = query_words(filters.text)
    if filters.near is not None:
        return _near(_fitting(filters), filters.near, words, offset, limit)
    if not words and not (filters.open_at or filters.service_code or filters.only is not None):
        browsed = _browse(filters, offset, limit)
        if browsed:
            return FoundClinics(tuple(card(row) for row in browsed), browsed[0].total, forgiven=False)
    rows = _fitting(filters)
    if not words:
        return _page(rows.order_by("sort_key", "id"), offset, limit)
    for tried, forgiven in ((words, False), (other_layout_words(filters.text), True)):
        if tried:
            found = _page(_containing(rows, tried), offset, limit, forgiven=forgiven)
            if found.total:
                return found
    for tried in (words, other_layout_words(filters.text)):
        if tried:
            found = _similar(rows, tried, offset, limit)
            if found.total:
                return found
    return FoundClinics((), 0, forgiven=False)


def _browse(filters: ClinicFilters, offset: int, limit: int) -> list[Any]:
    """A page without words, each row with the `total`; nothing when there is no such page."""
    specialty = filters.specialty if filters.specialty in SPECIALTIES else ""
    if specialty != filters.specialty:
        return []
    asked = _browsing(filters.regions is not None, filters.online_booking, specialty, offset, limit)
    return asked(scope=filters.scope, on=filters.on, regions=filters.regions)


@lru_cache(maxsize=256)
def _browsing(in_regions: bool, online_booking: bool, specialty: str, offset: int, limit: int) -> Read[Any]:
    told: Any = {"scope": Told("scope", CharField()), "on": Told("on", DateField())}
    filters = ClinicFilters(**told, specialty=specialty, online_booking=online_booking)
    chosen = [Among("region_id", "regions")] if in_regions else []
    return Read(
        lambda: (
            _fitting(filters)
            .filter(*chosen)
            .select_related("region")
            .defer("search_text")
            .annotate(total=Window(Count("pk")))
            .order_by("sort_key", "id")[offset : offset + limit]
        )
    )


def clinic_counts_by_region(scope: str, on: date) -> dict[str, int]:
    """How many clinics each region has in the scope that day; regions without one are missing. One query."""
    counted = (
        _in_force(NetworkMembership.objects.filter(scope=scope), on)
        .values("clinic__region_id")
        .annotate(clinics=Count("clinic", distinct=True))
    )
    return {row["clinic__region_id"]: row["clinics"] for row in counted}


def _in_force(memberships: QuerySet[Any], on: date) -> QuerySet[Any]:
    return memberships.filter(Q(to_on__isnull=True) | Q(to_on__gt=on), from_on__lte=on)


def _fitting(filters: ClinicFilters) -> QuerySet[Clinic]:
    of_clinic = {"clinic_id": OuterRef("pk")}
    rows = Clinic.objects.filter(
        Exists(_in_force(NetworkMembership.objects.filter(scope=filters.scope, **of_clinic), filters.on))
    )
    if filters.regions is not None:
        rows = rows.filter(region_id__in=filters.regions)
    if filters.online_booking:
        rows = rows.filter(online_booking=True)
    if filters.specialty:
        specialty = SPECIALTIES.get(filters.specialty)
        if specialty is None:
            return Clinic.objects.none()
        rows = rows.filter(_priced(specialty.service_code, filters.on))
    if filters.service_code:
        rows = rows.filter(_priced(filters.service_code, filters.on))
    if filters.only is not None:
        rows = rows.filter(pk__in=filters.only)
    if filters.open_at is not None:
        rows = rows.filter(_open_at(filters.open_at))
    return rows


def _priced(service_code: str, on: date) -> Exists:
    prices = ServicePrice.objects.filter(
        Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=on),
        service_code=service_code,
        valid_from_on__lte=on,
        clinic_id=OuterRef("pk"),
    )
    return Exists(prices)


def _near(
    rows: QuerySet[Clinic], place: tuple[float, float], words: Sequence[str], offset: int, limit: int
) -> FoundClinics:
    for word in words:
        rows = rows.filter(search_text__contains=word)
    rows = rows.filter(latitude__isnull=False).alias(apart=_metres_from(place)).order_by("apart", "id")
    total = rows.count()
    page = rows.annotate(distance=F("apart")).select_related("region")[offset : offset + limit]
    return FoundClinics(tuple(card(row, round(row.distance)) for row in page), total, forgiven=False)


def _metres_from(place: tuple[float, float]) -> Combinable:
    """Along the great circle (haversine), on a ball of the Earth's mean radius."""
    latitude, longitude = (radians(degrees) for degrees in place)
    up, along = (Radians("latitude") - latitude) / 2, (Radians("longitude") - longitude) / 2
    half_chord = Power(Sin(up), 2) + cos(latitude) * Cos(Radians("latitude")) * Power(Sin(along), 2)
    return 2 * EARTH_RADIUS_METRES * ASin(Least(Sqrt(half_chord), 1.0))


def _open_at(instant: datetime) -> Exists:
    """Each zone's own minute of the week; few zones hold all clinics."""
    zones = Clinic.objects.order_by().values_list("zone", flat=True).distinct()
    minute = Case(
        *(When(clinic__zone=zone, then=Value(minute_of_week(instant, zone))) for zone in zones),
        default=Value(-1),
        output_field=IntegerField(),
    )
    spans: QuerySet[Model] = OpeningSpan.objects.filter(clinic_id=OuterRef("pk")).alias(minute=minute)
    return Exists(spans.filter(opens_minute__lte=F("minute"), closes_minute__gt=F("minute")))


def _containing(rows: QuerySet[Clinic], words: Sequence[str]) -> QuerySet[Clinic]:
    named = Q()
    for word in words:
        rows = rows.filter(search_text__contains=word)
        named &= Q(sort_key__contains=word)
    first = Case(When(named, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.order_by(first, "sort_key", "id")


def _similar(rows: QuerySet[Clinic], words: Sequence[str], offset: int, limit: int) -> FoundClinics:
    alike: Any = Value(0.0)
    for word in words:
        rows = rows.filter(TrigramWordSimilar(F("search_text"), word))
        alike = alike + TrigramWordSimilarity(word, "search_text")
    # The index answers the operator only, and the operator's threshold is a setting of the transaction.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(SLIP_SIMILARITY)])
        return _page(rows.order_by(alike.desc(), "sort_key", "id"), offset, limit, forgiven=True)


def _page(rows: QuerySet[Clinic], offset: int, limit: int, *, forgiven: bool = False) -> FoundClinics:
    total = rows.count()
    page = rows.select_related("region")[offset : offset + limit] if total > offset else ()
    return FoundClinics(tuple(card(row) for row in page), total, forgiven)
