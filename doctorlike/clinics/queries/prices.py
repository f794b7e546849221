"""Price lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from doctorlike.clinics.models import ServicePrice
from doctorlike.clinics.rules import SPECIALTY_BY_SERVICE
from doctorlike.kit.money import Money


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


def prices_of(clinic_id: UUID, on: date) -> list[PriceCard]:
    """The clinic's price list of that day, visits first. One query."""
    cards = [
        PriceCard(row.service_code, row.service_name, row.price, SPECIALTY_BY_SERVICE.get(row.service_code, ""))
        for row in _valid(on).filter(clinic_id=clinic_id).order_by("service_code", "-valid_from_on")
    ]
    newest = {one.service_code: one for one in reversed(cards)}
    return sorted(newest.values(), key=lambda one: (not one.service_code.startswith("B01"), one.service_code))


def price(clinic_id: UUID, service_code: str, on: date) -> Money | None:
    """The clinic's price of a service that day; None when its list has none."""
    row = _valid(on).filter(clinic_id=clinic_id, service_code=service_code).order_by("-valid_from_on").first()
    return row.price if row else None


def _valid(on: date) -> QuerySet[ServicePrice]:
    return ServicePrice.objects.filter(Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=on), valid_from_on__lte=on)


def price_spans(clinic_ids: Iterable[UUID]) -> dict[tuple[UUID, str], list[PriceSpan]]:
    """Every price of the clinics' lists by clinic and service code, the newest first. One query."""
    spans: dict[tuple[UUID, str], list[PriceSpan]] = {}
    rows = ServicePrice.objects.filter(clinic_id__in=set(clinic_ids)).order_by("-valid_from_on")
    for row in rows.only("clinic_id", "service_code", "service_name", "price", "valid_from_on", "valid_to_on"):
        span = PriceSpan(row.service_name, row.price, row.valid_from_on, row.valid_to_on)
        spans.setdefault((row.clinic_id, row.service_code), []).append(span)
    return spans
