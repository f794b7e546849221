"""Keeping what the directory's search stands on true to clinics and price lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import UUID
from zlib import crc32

from django.db import transaction
from django.db.models import Q

from doctorlike.clinics.models import Clinic, ServicePrice
from doctorlike.clinics.rules.nearness import on_sphere
from doctorlike.clinics.rules.searching import (
    LEAST_SHUFFLED,
    MADE_BY,
    Searchable,
    is_forgivable,
    lexemes_of,
    marks_of,
)
from doctorlike.clinics.search_models import SearchEntry, SearchSlip, SearchWord
from doctorlike.kit.spelling import fold, slip_keys, stem
from doctorlike.regions import queries as regions

AT_ONCE = 500
BATCH_ROWS = 5_000


@transaction.atomic
def index_clinics(clinic_ids: Iterable[UUID], *, on: date) -> None:
    """Make the search entries of these clinics anew: to be called in the transaction that adds clinics, or changes
    their name, address, place, region, kinds of care or price lists. `on` is the insurer's date; what ended by then is
    not found any more. Repeating is safe, and ids of no clinic are let be."""
    ordered = sorted(set(clinic_ids))
    known = regions.all_regions() if ordered else ()
    names = {one.code: (one.name, one.short_name, one.name_en, *one.aliases) for one in known}
    for start in range(0, len(ordered), AT_ONCE):
        _index(ordered[start : start + AT_ONCE], names, on)


def index_outdated(*, on: date, progress: Callable[[int], None] | None = None) -> int:
    """Make the entries that are missing or were made by other rules, some at a time, each time in a transaction of its
    own; returns how many. Repeating goes on where the last time ended. After an upgrade this fills the table."""
    done = 0
    while ids := list(
        Clinic.objects.filter(~Q(search__made_by=MADE_BY) | Q(search=None))
        .order_by("pk")
        .values_list("pk", flat=True)[:AT_ONCE]
    ):
        index_clinics(ids, on=on)
        done += len(ids)
        if progress:
            progress(done)
    return done


def _index(clinic_ids: Sequence[UUID], region_names: dict[str, tuple[str, ...]], on: date) -> None:
    # Locked, so that of two who index a clinic at once the second reads what the first one's transaction wrote.
    rows = list(Clinic.objects.filter(pk__in=clinic_ids).order_by("pk").select_for_update(no_key=True))
    services: dict[UUID, dict[str, str]] = {}
    in_force = Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=on)
    told = ServicePrice.objects.filter(in_force, clinic_id__in=clinic_ids)
    for clinic_id, code, name in told.values_list("clinic_id", "service_code", "service_name"):
        services.setdefault(clinic_id, {})[code] = name
    entries: list[SearchEntry] = []
    words: set[str] = set()
    for row in rows:
        listed = services.get(row.pk, {})
        lexemes = lexemes_of(
            Searchable(
                name=row.name,
                address=row.address,
                places=(row.city, *row.metro, *region_names[row.region_id]),
                care_kinds=tuple(row.care_kinds),
                service_codes=tuple(listed),
                service_names=tuple(set(listed.values())),
            )
        )
        words |= lexemes.words
        shuffled, place = _shuffled(row.pk), _place(row)
        entries.append(
            SearchEntry(
                clinic=row,
                sort_key=fold(row.name)[:300],
                shuffled=shuffled,
                words=" ".join([lexemes.vector, *marks_of(row.region_id, shuffled, place)]),
                **(on_sphere(*place)._asdict() if place else {}),
                made_by=MADE_BY,
            )
        )
    SearchEntry.objects.bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["clinic"],
        update_fields=["sort_key", "shuffled", "words", "x", "y", "z", "made_by"],
    )
    _remember(words)


def _remember(words: Iterable[str]) -> None:
    stems = {word: stem(word) for word in words}
    stems |= {one: one for one in stems.values()}
    known = SearchWord.objects.filter(word__in=list(stems)).values_list("word", flat=True)
    fresh = sorted(stems.keys() - set(known))
    SearchWord.objects.bulk_create([SearchWord(word=word, stem=stems[word]) for word in fresh], ignore_conflicts=True)
    SearchSlip.objects.bulk_create(
        [SearchSlip(key=key, word_id=word) for word in fresh if is_forgivable(word) for key in slip_keys(word)],
        batch_size=BATCH_ROWS,
        ignore_conflicts=True,
    )


def _shuffled(clinic_id: UUID) -> int:
    return crc32(clinic_id.bytes) + LEAST_SHUFFLED


def _place(row: Clinic) -> tuple[float, float] | None:
    return (row.latitude, row.longitude) if row.latitude is not None and row.longitude is not None else None
