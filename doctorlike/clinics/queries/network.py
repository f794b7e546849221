"""Who serves in which coverage, asked by the eligibility decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from doctorlike.clinics.models import Clinic
from doctorlike.kit.reads import Among, Read


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a clinic is, its clock, and when it serves in which scope: (scope, from, to; the last not included)."""

    region_code: str
    zone: ZoneInfo
    memberships: tuple[tuple[str, date, date | None], ...]

    def in_network(self, scope: str, on: date) -> bool:
        return any(
            held == scope and from_on <= on and (to_on is None or on < to_on)
            for held, from_on, to_on in self.memberships
        )

    def joins_on(self, scope: str, after: date) -> date | None:
        """The first later day on which it is known to serve in the scope."""
        return min(
            (
                from_on
                for held, from_on, to_on in self.memberships
                if held == scope and from_on > after and (to_on is None or from_on < to_on)
            ),
            default=None,
        )


_standings = Read(
    lambda: Clinic.objects.filter(Among("pk", "clinic_ids")).values_list(
        "pk", "region_id", "zone", "memberships__scope", "memberships__from_on", "memberships__to_on"
    ),
    prepared=True,
)


def standings(clinic_ids: Iterable[UUID]) -> dict[UUID, Standing]:
    """By clinic; those that do not exist are missing. One query."""
    places: dict[UUID, tuple[str, str]] = {}
    held: dict[UUID, list[tuple[str, date, date | None]]] = {}
    for clinic_id, region_code, zone, scope, from_on, to_on in _standings(clinic_ids=set(clinic_ids)):
        places[clinic_id] = (region_code, zone)
        if scope is not None:
            held.setdefault(clinic_id, []).append((scope, from_on, to_on))
    return {
        clinic_id: Standing(region_code, ZoneInfo(zone), tuple(held.get(clinic_id, ())))
        for clinic_id, (region_code, zone) in places.items()
    }


def in_network(clinic_id: UUID, scope: str, on: date) -> bool:
    """Whether the clinic serves policies of the scope that day; False for a clinic that does not exist."""
    standing = standings([clinic_id]).get(clinic_id)
    return standing is not None and standing.in_network(scope, on)


_cities = Read(
    lambda: Clinic.objects.exclude(city="").order_by().values_list("region_id", "city").distinct(), prepared=True
)


def network_cities() -> list[tuple[str, str]]:
    """Region code and city wherever the network has a clinic. One query."""
    return sorted(_cities())
