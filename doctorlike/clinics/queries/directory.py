"""The directory: clinics of a coverage scope, found by what people type (docs/rules/directory.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Count

from doctorlike.clinics.models import NetworkMembership
from doctorlike.clinics.queries.cards import ClinicCard, clinics
from doctorlike.clinics.queries.finding.filters import ClinicFilters, in_force
from doctorlike.clinics.queries.finding.listing import COUNTED_UP_TO, by_alphabet, by_words
from doctorlike.clinics.queries.finding.meaning import Meant, find
from doctorlike.clinics.queries.finding.nearest import NEAREST_COUNTED_UP_TO, Apart, nearest
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
    have them anywhere; or, with `near`, by distance. Pages of one search fit together. Four queries when the words fit
    as they are typed, a few more when they must be forgiven or the nearest is far, two without words."""
    if not filters.can_find:
        return FoundClinics((), 0, forgiven=False)
    if filters.near is not None:
        return _near(filters, filters.near, offset, limit)
    most = _counted(offset, limit, COUNTED_UP_TO)
    meant = find(filters.text, lambda one: by_words(filters, one, most)) if _asks(filters) else None
    ids = meant.rows if meant is not None else by_alphabet(filters, most)
    cards = clinics(ids[offset : offset + limit])
    page = [cards[clinic_id] for clinic_id in ids[offset : offset + limit]]
    return _found(page, len(ids), most, meant)


def _near(filters: ClinicFilters, place: tuple[float, float], offset: int, limit: int) -> FoundClinics:
    most = _counted(offset, limit, NEAREST_COUNTED_UP_TO)
    meant: Meant[Apart] | None = None
    if _asks(filters):
        meant = find(filters.text, lambda one: nearest(filters, place, most, one))
    rows: Sequence[Apart] = meant.rows if meant is not None else nearest(filters, place, most)
    shown = rows[offset : offset + limit]
    cards = clinics([one.clinic_id for one in shown])
    return _found([replace(cards[one.clinic_id], distance_metres=one.metres) for one in shown], len(rows), most, meant)


def _asks(filters: ClinicFilters) -> bool:
    return bool(words_typed(filters.text))


def _counted(offset: int, limit: int, step: int) -> int:
    """How many are looked for: to the end of the next page at least, and in steps, so that few statements do for all
    pages."""
    steps = -(-(offset + 2 * limit) // step)
    return max(steps, 1) * step + 1


def _found(page: Sequence[ClinicCard], found: int, most: int, meant: Meant[UUID] | Meant[Apart] | None) -> FoundClinics:
    reading = meant.reading if meant is not None and found else None
    return FoundClinics(
        clinics=tuple(page),
        total=min(found, most - 1),
        at_least=found >= most,
        forgiven=reading is not None and reading.forgives,
        meant=reading.shown if reading is not None and reading.forgives else "",
        left_out=reading.left_out if reading is not None else (),
    )


def clinic_counts_by_region(scope: str, on: date) -> dict[str, int]:
    """How many clinics each region has in the scope that day; regions without one are missing. One query."""
    counted = (
        in_force(NetworkMembership.objects.filter(scope=scope), on)
        .values("clinic__region_id")
        .annotate(clinics=Count("clinic", distinct=True))
    )
    return {row["clinic__region_id"]: row["clinics"] for row in counted}
