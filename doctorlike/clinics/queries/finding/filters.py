"""What the client looks for, as conditions. A set of filters has a shape, and each shape is one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    F,
    Func,
    Model,
    OuterRef,
    Q,
    QuerySet,
)

from doctorlike.clinics.models import NetworkMembership, OpeningSpan, ServicePrice
from doctorlike.clinics.rules import SPECIALTIES
from doctorlike.kit.reads import Among, Told

Found = TypeVar("Found", bound=Model)


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

    @property
    def can_find(self) -> bool:
        """Whether there is a clinic at all that they could fit."""
        return self.specialty in ("", *SPECIALTIES) and self.regions != () and self.only != frozenset()

    @property
    def shape(self) -> Shape:
        return Shape(
            in_regions=self.regions is not None,
            online_booking=self.online_booking,
            specialty=bool(self.specialty),
            service=bool(self.service_code),
            opened=self.open_at is not None,
            chosen=self.only is not None,
        )

    @property
    def told(self) -> Mapping[str, Any]:
        """Values for the statements of the shape; it has no use for those that it does not ask for."""
        return {
            "scope": self.scope,
            "on": self.on,
            "regions": self.regions,
            "specialty": SPECIALTIES[self.specialty].service_code if self.specialty else "",
            "service": self.service_code,
            "open_at": self.open_at,
            "only": self.only,
        }


@dataclass(frozen=True, slots=True)
class Shape:
    """Which conditions there are, whatever their values. Without `members` whether a clinic serves in the scope that
    day is left to be asked apart."""

    in_regions: bool
    online_booking: bool
    specialty: bool
    service: bool
    opened: bool
    chosen: bool
    members: bool = True

    def fitting(self, rows: QuerySet[Found], clinic: str = "") -> QuerySet[Found]:
        """Of rows with the clinic's key and a region of their own, those that fit. `clinic` leads from a row to its
        clinic: empty, or «clinic__»."""
        if self.members:
            held = NetworkMembership.objects.filter(scope=Told("scope", CharField()), clinic_id=OuterRef("pk"))
            rows = rows.filter(Exists(in_force(held, Told("on", DateField()))))
        if self.in_regions:
            rows = rows.filter(Among("region_id", "regions"))
        if self.online_booking:
            rows = rows.filter(**{f"{clinic}online_booking": True})
        if self.specialty:
            rows = rows.filter(_priced("specialty"))
        if self.service:
            rows = rows.filter(_priced("service"))
        if self.opened:
            rows = rows.filter(_open(f"{clinic}zone"))
        if self.chosen:
            rows = rows.filter(Among("pk", "only"))
        return rows


class Matching(Func):
    """A condition: the vector answers the question told under `name`."""

    output_field = BooleanField()
    template = "%(expressions)s::tsquery"
    arg_joiner = " @@ "

    def __init__(self, vector: str, name: str) -> None:
        super().__init__(F(vector), Told(name, CharField()))


def in_force(memberships: QuerySet[Any], on: Any) -> QuerySet[Any]:
    """Of memberships, those that hold that day."""
    return memberships.filter(Q(to_on__isnull=True) | Q(to_on__gt=on), from_on__lte=on)


def _priced(code: str) -> Exists:
    on = Told("on", DateField())
    return Exists(
        ServicePrice.objects.filter(
            Q(valid_to_on__isnull=True) | Q(valid_to_on__gt=on),
            service_code=Told(code, CharField()),
            valid_from_on__lte=on,
            clinic_id=OuterRef("pk"),
        )
    )


class _MinuteOfWeek(Func):
    """Minutes from Monday's midnight by the clock of a zone. Counted from 1970, which began on a Thursday."""

    output_field = BigIntegerField()
    template = "mod(floor(extract(epoch from (%(expressions)s)) / 60)::bigint + 4320, 10080)"
    arg_joiner = "::timestamptz at time zone "


def _open(zone: str) -> Exists:
    minute = _MinuteOfWeek(Told("open_at", DateTimeField()), OuterRef(zone))
    spans: QuerySet[Any] = OpeningSpan.objects.filter(clinic_id=OuterRef("pk")).alias(minute=minute)
    return Exists(spans.filter(opens_minute__lte=F("minute"), closes_minute__gt=F("minute")))
