"""«Список ЛПУ»: every clinic of a coverage scope, or of some regions of it, as it stands on a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from doctorlike.clinics.models import Clinic, ListFile, NetworkMembership
from doctorlike.clinics.rules import Phone
from doctorlike.clinics.rules.listing import ListAsked, address_beside_metro
from doctorlike.kit import storage
from doctorlike.kit.errors import NotFoundError

_CHUNK_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class ListLine:
    """`hours` as the clinic wrote them; `phones` may have extensions."""

    name: str
    address: str
    region_code: str
    region_name: str
    metro: tuple[str, ...]
    phones: tuple[Phone, ...]
    hours: str
    online_booking: bool


@dataclass(frozen=True, slots=True)
class ListFileCard:
    id: UUID
    is_ready: bool
    clinic_count: int


def list_count(asked: ListAsked) -> int:
    """How many clinics the list has. One query."""
    return _listed(asked).count()


def list_lines(asked: ListAsked, *, offset: int = 0, limit: int | None = None) -> Iterator[ListLine]:
    """The clinics, by region and name. One query; rows come as they are read."""
    rows = _listed(asked).order_by("region__sort_key", "region_id", "sort_key", "id")
    told = rows.values_list(
        *("name", "address", "region_id", "region__short_name", "region__name", "metro", "phones"),
        *("hours_text", "online_booking"),
    )
    window = told[offset : None if limit is None else offset + limit]
    for name, address, region, short_name, region_name, metro, phones, hours, online in window.iterator(_CHUNK_ROWS):
        pairs = tuple(Phone(e164, extension) for e164, extension in phones)
        shown = address_beside_metro(address, metro)
        yield ListLine(name, shown, region, short_name or region_name, tuple(metro), pairs, hours, online)


def _listed(asked: ListAsked) -> QuerySet[Any]:
    serving = NetworkMembership.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gt=asked.on),
        clinic_id=OuterRef("pk"),
        scope=asked.scope,
        from_on__lte=asked.on,
    )
    rows = Clinic.objects.filter(Exists(serving))
    return rows if asked.regions is None else rows.filter(region_id__in=asked.regions)


def list_file(asked: ListAsked) -> ListFileCard | None:
    """The file made for that day, or being made; None when nobody has asked for it yet."""
    row = ListFile.objects.filter(
        scope=asked.scope, on=asked.on, format=asked.format, regions=asked.regions_key
    ).first()
    return ListFileCard(row.pk, row.ready_at is not None, row.clinic_count) if row else None


def read_list_file(file_id: UUID) -> bytes:
    """NotFoundError while it is not there."""
    row = ListFile.objects.filter(pk=file_id, ready_at__isnull=False).first()
    if row is None:
        raise NotFoundError
    return storage.read(row.storage_key)
