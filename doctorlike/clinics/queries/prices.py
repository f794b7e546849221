"""Price lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import CharField, DateField, Q, QuerySet, UUIDField

from doctorlike.clinics.models import ServicePrice
from doctorlike.clinics.rules import SPECIALTY_BY_SERVICE
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Read, Told


@dataclass(frozen=True, slots=True)
class PriceCard:
    """`specialty` is the code of the specialty whose first visit this is, or none."""

    service_code: str
    service_name: str
    price: Money
    specialty: str


@dataclass(frozen=True, slots=True)
class PriceSpan:
    """A price, how the list words the service, and the days it holds; the last is not included."""

    service_name: str
    price: Money
    valid_from_on: date
    valid_to_on: date | None

    def holds_on(self, day: date) -> bool:
        return self.valid_from_on <= day and (self.valid_to_on is None or day < self.valid_to_on)


_list_of = Read(
    lambda: (
        _valid(Told("on", DateField()))
        .filter(clinic_id=Told("clinic_id", UUIDField()))
        .order_by("service_code", "-valid_from_on")
    )
)
_price = Read(
    lambda: (
        _valid(Told("on", DateField()))
        .filter(clinic_id=Told("clinic_id", UUIDField()), service_code=Told("service_code", CharField()))
        .order_by("-valid_from_on")
        .values_list("price", flat=True)[:1]
    ),
    prepared=True,
)


def prices_of(clinic_id: UUID, on: date) -> list[PriceCard]:
    """The clinic's price list of that day, visits first. One query."""
    cards = [
        PriceCard(row.service_code, row.service_name, row.price, SPECIALTY_BY_SERVICE.get(row.service_code, ""))
        for row in _list_of(clinic_id=clinic_id, on=on)
    ]
    newest = {one.service_code: one for one in reversed(cards)}
    return sorted(newest.values(), key=lambda one: (not one.service_code.startswith("B01"), one.service_code))


def price(clinic_id: UUID, service_code: str, on: date) -> Money | None:
    """The clinic's price of a service that day; None when its list has none."""
    return next(iter(_price(clinic_id=clinic_id, service_code=service_code, on=on)), None)


def _valid(on: Told) -> QuerySet[ServicePrice]:
    return ServicePrice.objects.filter(Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=on), valid_from_on__lte=on)


def price_spans(
    clinic_ids: Iterable[UUID], *, service_codes: Collection[str] | None = None
) -> dict[tuple[UUID, str], list[PriceSpan]]:
    """Every price of the clinics' lists by clinic and service code, or those of a few services, the newest first. One
    query."""
    spans: dict[tuple[UUID, str], list[PriceSpan]] = {}
    rows = ServicePrice.objects.filter(clinic_id__in=set(clinic_ids)).order_by("-valid_from_on")
    if service_codes is not None:
        rows = rows.filter(service_code__in=service_codes)
    for row in rows.only("clinic_id", "service_code", "service_name", "price", "valid_from_on", "valid_to_on"):
        span = PriceSpan(row.service_name, row.price, row.valid_from_on, row.valid_to_on)
        spans.setdefault((row.clinic_id, row.service_code), []).append(span)
    return spans
