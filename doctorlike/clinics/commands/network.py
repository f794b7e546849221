"""What every way of bringing clinics in does alike: memberships and opening spans, set by set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q

from doctorlike.clinics.commands.searching import index_clinics
from doctorlike.clinics.models import Clinic, NetworkMembership, OpeningSpan
from doctorlike.clinics.rules import OpeningHours, search_text
from doctorlike.kit.spelling import fold
from doctorlike.products.rules import SCOPES, region_in_scope

BATCH_ROWS = 2000


def scopes_of(region_code: str) -> tuple[str, ...]:
    """Every coverage scope that a clinic of the region can serve."""
    return tuple(scope for scope in SCOPES if region_in_scope(scope, region_code))


def store_clinics(*, added: Sequence[Clinic], changed: Sequence[Clinic], on: date) -> None:
    """Write clinics whole, with the hours that «open now» is asked of and the words they are found by on that day."""
    written = [*added, *changed]
    for clinic in written:
        clinic.sort_key = fold(clinic.name)[:300]
        clinic.search_text = search_text(
            name=clinic.name, address=clinic.address, metro=clinic.metro, care_kinds=clinic.care_kinds
        )
    Clinic.objects.bulk_create(added, batch_size=BATCH_ROWS)
    Clinic.objects.bulk_create(
        changed,
        batch_size=BATCH_ROWS,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            field.name for field in Clinic._meta.concrete_fields if field.name not in ("id", "source_key", "is_demo")
        ],
    )
    store_spans({one.pk: OpeningHours.from_json(one.hours) if one.hours else None for one in written})
    index_clinics([one.pk for one in written], on=on)


def open_memberships(scopes: Mapping[UUID, Iterable[str]], on: date, *, run_id: UUID | None = None) -> int:
    """Take the clinics into the scopes from that day on, where they do not serve in them then or later; returns how
    many were new. A departure that was decided for a later day stands. `run_id`: the list that brings them."""
    held = set(
        NetworkMembership.objects.filter(clinic_id__in=scopes)
        .filter(Q(to_on__isnull=True) | Q(to_on__gt=on))
        .values_list("clinic_id", "scope")
    )
    fresh = [
        NetworkMembership(clinic_id=clinic_id, scope=scope, from_on=on, opened_in=run_id)
        for clinic_id, wanted in scopes.items()
        for scope in wanted
        if (clinic_id, scope) not in held
    ]
    NetworkMembership.objects.bulk_create(fresh, batch_size=BATCH_ROWS)
    return len(fresh)


def store_spans(hours: Mapping[UUID, OpeningHours | None]) -> None:
    """Put the hours in the form that «open now» is asked of, in place of what was there."""
    OpeningSpan.objects.filter(clinic_id__in=hours).delete()
    OpeningSpan.objects.bulk_create(
        [
            OpeningSpan(clinic_id=clinic_id, opens_minute=span.opens_minute, closes_minute=span.closes_minute)
            for clinic_id, told in hours.items()
            if told is not None
            for span in told.spans_of_week()
        ],
        batch_size=BATCH_ROWS,
    )
