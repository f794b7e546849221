"""The list of regions as the page lays it out: by federal district, each with its clinics, ticks kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from doctorlike.coverage.queries import RegionsView
from doctorlike.policies.queries import PolicyView
from doctorlike.products.rules import region_in_scope
from doctorlike.regions import queries as regions
from doctorlike.regions.rules import DISTRICT_NAMES, RegionCard, find


@dataclass(frozen=True, slots=True)
class RegionLine:
    """A region that can still be chosen."""

    code: str
    name: str
    clinics: int
    ticked: bool


@dataclass(frozen=True, slots=True)
class DistrictGroup:
    name: Any
    lines: Sequence[RegionLine]


@dataclass(frozen=True, slots=True)
class RegionList:
    """`ticked` stand on their own so that searching on loses none of them; `groups` are what was found or all."""

    ticked: Sequence[RegionLine]
    groups: Sequence[DistrictGroup]


def on_offer(policy: PolicyView, view: RegionsView) -> list[RegionCard]:
    """What the scope holds and the policy has not yet."""
    held = set(view.codes)
    return [one for one in regions.all_regions() if one.code not in held and region_in_scope(policy.scope, one.code)]


def lay_out(
    offered: Sequence[RegionCard], *, text: str, ticked: Collection[str], clinics: Mapping[str, int]
) -> RegionList:
    """Without a search every region by district; with one those found, best first, in one group."""

    def line(region: RegionCard) -> RegionLine:
        return RegionLine(region.code, region.shown_name, clinics.get(region.code, 0), region.code in ticked)

    if text:
        found = [line(region) for region in find(text, offered) if region.code not in ticked]
        groups = [DistrictGroup("", found)] if found else []
        return RegionList([line(region) for region in offered if region.code in ticked], groups)
    order = list(DISTRICT_NAMES)
    by_district = sorted(offered, key=lambda region: (order.index(region.federal_district), region.sort_key))
    return RegionList(
        [],
        [
            DistrictGroup(DISTRICT_NAMES[district], [line(region) for region in group])
            for district, group in groupby(by_district, key=lambda region: region.federal_district)
        ],
    )
