"""A clinic as pages show it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from doctorlike.clinics.models import Clinic, ClinicStaff
from doctorlike.clinics.rules import CARE_KIND_NAMES, CareKind, OpeningHours, Phone
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.prepared import prepared_cursor
from doctorlike.regions.rules import shown_name


@dataclass(frozen=True, slots=True)
class ClinicCard:
    """`hours` is None when the list told none that could be read; then `hours_text` is all there is. `zone` is the
    clinic's IANA zone. `insurance_note` is what the clinic asks of insured people, `confirmed_on` the day somebody last
    checked what is told here. `distance_metres` is set on what was searched for near a place, and on nothing else."""

    id: UUID
    source_key: str
    name: str
    address: str
    city: str
    metro: tuple[str, ...]
    region_code: str
    region_name: str
    zone: str
    phones: tuple[Phone, ...]
    hours: OpeningHours | None
    hours_text: str
    latitude: float | None
    longitude: float | None
    care_kinds: tuple[CareKind, ...]
    website: str
    email: str
    rating: Decimal | None
    online_booking: bool
    is_demo: bool
    insurance_note: str
    confirmed_on: date | None
    distance_metres: int | None = None

    @property
    def care_kind_names(self) -> tuple[Any, ...]:
        return tuple(CARE_KIND_NAMES[kind] for kind in self.care_kinds)


def card(row: Clinic, distance_metres: int | None = None) -> ClinicCard:
    """The card of a row that was read together with its region."""
    return ClinicCard(
        id=row.pk,
        source_key=row.source_key,
        name=row.name,
        address=row.address,
        city=row.city,
        metro=tuple(row.metro),
        region_code=row.region_id,
        region_name=row.region.shown_name,
        zone=row.zone,
        phones=tuple(Phone(e164, extension) for e164, extension in row.phones),
        hours=OpeningHours.from_json(row.hours) if row.hours else None,
        hours_text=row.hours_text,
        latitude=row.latitude,
        longitude=row.longitude,
        care_kinds=tuple(CareKind(kind) for kind in row.care_kinds),
        website=row.website,
        email=row.email,
        rating=row.rating,
        online_booking=row.online_booking,
        is_demo=row.is_demo,
        insurance_note=row.insurance_note,
        confirmed_on=row.confirmed_on,
        distance_metres=distance_metres,
    )


# Of the tables of clinics, c, and regions, r, in the order that `card_of` takes.
CARD_COLUMNS = """c.id, c.source_key, c.name, c.address, c.city, c.metro, c.region_id, r.short_name, r.name_en, c.zone,
    c.phones, c.hours, c.hours_text, c.latitude, c.longitude, c.care_kinds, c.website, c.email, c.rating,
    c.online_booking, c.is_demo, c.insurance_note, c.confirmed_on"""
_BY_ID = f"""
    select {CARD_COLUMNS} from clinics_clinic c join regions_region r on r.code = c.region_id
    where c.id = any(%(ids)s::uuid[])"""  # noqa: S608  # a constant


def card_of(columns: Sequence[Any]) -> ClinicCard:
    """The card of a row of `CARD_COLUMNS`."""
    (clinic_id, source_key, name, address, city, metro, region_code, short_name, name_en, zone, phones, hours) = (
        columns[:12]
    )
    (hours_text, latitude, longitude, care_kinds, website, email, rating, online, is_demo, note, confirmed) = columns[
        12:
    ]
    return ClinicCard(
        clinic_id,
        source_key,
        name,
        address,
        city,
        tuple(metro),
        region_code,
        shown_name(short_name, name_en),
        zone,
        tuple(Phone(e164, extension) for e164, extension in json.loads(phones)),
        OpeningHours.from_json(json.loads(hours)) if hours else None,
        hours_text,
        latitude,
        longitude,
        tuple(CareKind(kind) for kind in care_kinds),
        website,
        email,
        rating,
        online,
        is_demo,
        note,
        confirmed,
    )


def clinic(clinic_id: UUID) -> ClinicCard:
    """NotFoundError when there is none. One query."""
    found = clinics([clinic_id])
    if not found:
        raise NotFoundError
    return found[clinic_id]


def clinics(clinic_ids: Iterable[UUID]) -> dict[UUID, ClinicCard]:
    """Cards by id; those that do not exist are missing. One query."""
    with prepared_cursor() as cursor:
        cursor.execute(_BY_ID, {"ids": list(set(clinic_ids))})
        return {row[0]: card_of(row) for row in cursor.fetchall()}


def clinic_by_key(source_key: str) -> ClinicCard | None:
    """The clinic that lists know under this key."""
    row = Clinic.objects.filter(source_key=source_key).select_related("region").first()
    return card(row) if row else None


def find_by_key(keys: Iterable[str]) -> dict[str, UUID]:
    """Clinics by what lists and registers call them: the list's own key, our id as text, or the exact name where only
    one clinic bears it. Unknown and ambiguous keys are missing. One query."""
    asked = set(keys)
    ids = {key for key in asked if _is_uuid(key)}
    rows = Clinic.objects.filter(Q(source_key__in=asked) | Q(name__in=asked) | Q(pk__in=ids))
    found: dict[str, set[UUID]] = {}
    for pk, source_key, name in rows.values_list("pk", "source_key", "name"):
        for key in {source_key, name, str(pk)} & asked:
            found.setdefault(key, set()).add(pk)
    return {key: bearers.pop() for key, bearers in found.items() if len(bearers) == 1}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def clinic_of_staff(user_id: UUID) -> ClinicCard | None:
    """Whose reception this user works at."""
    row = ClinicStaff.objects.filter(user_id=user_id).select_related("clinic__region").first()
    return card(row.clinic) if row else None


def demo_clinics_in(region_code: str) -> list[ClinicCard]:
    """The region's clinics of the demonstration, in the order they were invented."""
    rows = Clinic.objects.filter(is_demo=True, region_id=region_code).select_related("region").order_by("source_key")
    return [card(row) for row in rows]
