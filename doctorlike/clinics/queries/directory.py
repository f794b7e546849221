"""The directory: clinics of a coverage scope, found by what people type (docs/rules/directory.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Q

from doctorlike.clinics.models import NetworkMembership
from doctorlike.clinics.queries.cards import ClinicCard
from doctorlike.clinics.queries.finding.answers import Window
from doctorlike.clinics.queries.finding.filters import ClinicFilters
from doctorlike.clinics.queries.finding.listing import COUNTED_UP_TO, by_alphabet, by_words
from doctorlike.clinics.queries.finding.meaning import Meant, find
from doctorlike.clinics.queries.finding.nearest import NEAREST_COUNTED_UP_TO, nearest
from doctorlike.clinics.rules.nearness import metres_of
from doctorlike.clinics.rules.searching import words_typed

__all__ = ["ClinicFilters", "FoundClinics", "clinic_counts_by_region", "search"]


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
    """Clinics that fit: those of the very name that was typed, then those whose name has the words, then those that
    have them anywhere; or, with `near`, by distance. Pages of one search fit together. One query when the words fit
    as they are typed or there are none, five at most when they must be forgiven."""
    if not filters.can_find:
        return FoundClinics((), 0, forgiven=False)
    near = filters.near
    window = Window(offset, limit, NEAREST_COUNTED_UP_TO if near else COUNTED_UP_TO)
    if words_typed(filters.text):
        meant = find(
            filters.text,
            lambda asked: nearest(filters, near, window, asked) if near else by_words(filters, asked, window),
        )
    else:
        meant = Meant(nearest(filters, near, window) if near else by_alphabet(filters, window))
    found, reading = meant.found, meant.reading if meant.found.total else None
    return FoundClinics(
        clinics=tuple(replace(card, distance_metres=metres_of(place)) if near else card for card, place in found.shown),
        total=min(found.total, window.most - 1),
        at_least=found.total >= window.most,
        forgiven=reading is not None and reading.forgives,
        meant=reading.shown if reading is not None and reading.forgives else "",
        left_out=reading.left_out if reading is not None else (),
    )


def clinic_counts_by_region(scope: str, on: date) -> dict[str, int]:
    """How many clinics each region has in the scope that day; regions without one are missing. One query."""
    counted = (
        NetworkMembership.objects.filter(Q(to_on__isnull=True) | Q(to_on__gt=on), scope=scope, from_on__lte=on)
        .values("clinic__region_id")
        .annotate(clinics=Count("clinic", distinct=True))
    )
    return {row["clinic__region_id"]: row["clinics"] for row in counted}
