"""What the client looks for, as conditions. A set of filters has a shape, and each shape is one statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from doctorlike.clinics.rules import SPECIALTIES


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
            "regions": list(self.regions or ()),
            "specialty": SPECIALTIES[self.specialty].service_code if self.specialty else "",
            "service": self.service_code,
            "open_at": self.open_at,
            "only": list(self.only or ()),
        }


@dataclass(frozen=True, slots=True)
class Shape:
    """Which conditions there are, whatever their values."""

    online_booking: bool
    specialty: bool
    service: bool
    opened: bool
    chosen: bool

    def fitting(self, clinic_id: str) -> str:
        """A single row where the clinic of that key serves in the scope that day and fits, for a join; else none.
        Clinics are looked at one after the other, so of many in an order only the first are."""
        conditions = "".join(f" and {one}" for one in self._conditions(clinic_id))
        return f"""(select from clinics_networkmembership m where m.clinic_id = {clinic_id} and m.scope = %(scope)s
            and m.from_on <= %(on)s and (m.to_on is null or m.to_on > %(on)s){conditions} limit 1)"""  # constants

    def _conditions(self, clinic_id: str) -> Iterator[str]:
        if self.chosen:
            yield f"{clinic_id} = any(%(only)s::uuid[])"
        if self.online_booking:
            yield f"exists (select from clinics_clinic o where o.id = {clinic_id} and o.online_booking)"
        if self.specialty:
            yield _priced(clinic_id, "specialty")
        if self.service:
            yield _priced(clinic_id, "service")
        if self.opened:
            yield _open(clinic_id)


def _priced(clinic_id: str, code: str) -> str:
    return f"""exists (select from clinics_serviceprice p
        where p.service_code = %({code})s and p.clinic_id = {clinic_id}
        and p.valid_from_on <= %(on)s and (p.valid_to_on is null or p.valid_to_on > %(on)s))"""  # constants


def _open(clinic_id: str) -> str:
    # Minutes from Monday's midnight by the clock of the clinic's zone. Counted from 1970, which began on a Thursday.
    return f"""exists (select from clinics_clinic z
        cross join lateral (select mod(floor(
            extract(epoch from %(open_at)s::timestamptz at time zone z.zone) / 60)::bigint + 4320, 10080)
            as minute offset 0) as now
        join clinics_openingspan s on s.clinic_id = z.id
        where z.id = {clinic_id} and s.opens_minute <= now.minute and s.closes_minute > now.minute)"""  # noqa: S608
