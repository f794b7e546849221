"""What every way of bringing clinics in does alike: memberships and opening spans, set by set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from doctorlike.clinics.models import NetworkMembership, OpeningSpan
from doctorlike.clinics.rules import OpeningHours
from doctorlike.products.rules import SCOPES, region_in_scope

BATCH_ROWS = 2000


def scopes_of(region_code: str) -> tuple[str, ...]:
    """Every coverage scope that a clinic of the region can serve."""
    return tuple(scope for scope in SCOPES if region_in_scope(scope, region_code))


def open_memberships(scopes: Mapping[UUID, Iterable[str]], on: date) -> int:
    """Take the clinics into the scopes from that day on, where they are not in them; returns how many were new."""
    held = set(
        NetworkMembership.objects.filter(clinic_id__in=scopes, to_on__isnull=True).values_list("clinic_id", "scope")
    )
    fresh = [
        NetworkMembership(clinic_id=clinic_id, scope=scope, from_on=on)
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
