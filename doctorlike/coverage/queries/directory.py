"""The directory as one policy sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import ClinicCard, ClinicFilters
from doctorlike.coverage.queries.selection import RegionsChosen, chosen_regions
from doctorlike.policies.queries import PolicyView
from doctorlike.products.rules import region_in_scope

# In place of a region's code: every region the policy's scope has, chosen or not.
WHOLE_SCOPE = "all"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the client looks for: `region` is one code of the policy's scope, chosen or not, `WHOLE_SCOPE`, or empty
    for all regions of the policy; `open_at` an instant asked by each clinic's own clock; `near` (latitude, longitude)
    in degrees; `only` clinics that another room chose, such as those with free time."""

    text: str = ""
    region: str = ""
    specialty: str = ""
    service_code: str = ""
    online_booking: bool = False
    open_at: datetime | None = None
    near: tuple[float, float] | None = None
    only: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """`chosen` whether the clinic's region is one of the policy's; `opens_on` is set while it does not serve yet."""

    clinic: ClinicCard
    chosen: bool
    opens_on: date | None


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """`forgiven`, `meant`, `at_least` and `left_out` as `clinics.queries.FoundClinics` tells them."""

    entries: tuple[DirectoryEntry, ...]
    total: int
    forgiven: bool
    regions: RegionsChosen
    at_least: bool = False
    meant: str = ""
    left_out: tuple[str, ...] = ()


def clinics_for(policy: PolicyView, wish: Wish, *, on: date, offset: int = 0, limit: int = 20) -> DirectoryPage:
    """Clinics of the policy's network in its regions, those that open later included, or in the one region asked for.
    `on` is the insurer's date; before the policy starts its network is that of its first day. Constant queries."""
    view = chosen_regions(policy, on)
    codes: tuple[str, ...] | None = view.codes
    if wish.region == WHOLE_SCOPE:
        codes = None
    elif wish.region:
        codes = (wish.region,) if region_in_scope(policy.scope, wish.region) else ()
    found = clinics.search(
        ClinicFilters(
            scope=policy.scope,
            on=max(on, policy.period.starts_on),
            text=wish.text,
            regions=codes,
            specialty=wish.specialty,
            service_code=wish.service_code,
            online_booking=wish.online_booking,
            open_at=wish.open_at,
            near=wish.near,
            only=wish.only,
        ),
        offset=offset,
        limit=limit,
    )
    opens = {chosen.code: chosen.serves_from_on for chosen in view.chosen if not chosen.serving}
    entries = tuple(
        DirectoryEntry(clinic, clinic.region_code in view.codes, opens.get(clinic.region_code))
        for clinic in found.clinics
    )
    return DirectoryPage(entries, found.total, found.forgiven, view, found.at_least, found.meant, found.left_out)
