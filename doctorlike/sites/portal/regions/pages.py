"""The list of regions as the page lays it out: by federal district, each with its clinics, ticks kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doctorlike.coverage.queries import ChosenRegion, RegionsView
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.policies.rules import LinkRole
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
    """`ticked` stand on their own so that searching on loses none of them; `groups` are what was found or all. Found
    too, but not to be chosen: regions `held` already and names of those `outside` of the scope."""

    ticked: Sequence[RegionLine]
    groups: Sequence[DistrictGroup]
    held: Sequence[ChosenRegion] = ()
    outside: Sequence[str] = ()

    @property
    def found_any(self) -> bool:
        return bool(self.groups or self.held or self.outside)


def on_offer(policy: PolicyView, view: RegionsView) -> list[RegionCard]:
    """What the scope holds and the policy has not yet."""
    held = set(view.codes)
    return [one for one in in_scope(policy) if one.code not in held]


def in_scope(policy: PolicyView) -> list[RegionCard]:
    """Every region in which the policy can be used at all."""
    return [one for one in regions.all_regions() if region_in_scope(policy.scope, one.code)]


def lay_out(offered: Sequence[RegionCard], *, ticked: Collection[str], clinics: Mapping[str, int]) -> RegionList:
    """Every region by district."""
    order = list(DISTRICT_NAMES)
    by_district = sorted(offered, key=lambda region: (order.index(region.federal_district), region.sort_key))
    return RegionList(
        [],
        [
            DistrictGroup(DISTRICT_NAMES[district], [_line(region, ticked, clinics) for region in group])
            for district, group in groupby(by_district, key=lambda region: region.federal_district)
        ],
    )


def lay_out_found(
    text: str,
    offered: Sequence[RegionCard],
    view: RegionsView,
    *,
    ticked: Collection[str],
    clinics: Mapping[str, int],
) -> RegionList:
    """What the words may mean, best first, in one group. It is looked for in the whole country: that a region is held
    already or not in the scope is an answer too."""
    can_choose = {one.code for one in offered}
    held = {one.code: one for one in view.chosen}
    found = find(text, regions.all_regions())
    lines = [_line(one, ticked, clinics) for one in found if one.code in can_choose and one.code not in ticked]
    return RegionList(
        ticked=[_line(one, ticked, clinics) for one in offered if one.code in ticked],
        groups=[DistrictGroup("", lines)] if lines else [],
        held=[held[one.code] for one in found if one.code in held],
        outside=[one.shown_name for one in found if one.code not in held and one.code not in can_choose],
    )


def _line(region: RegionCard, ticked: Collection[str], clinics: Mapping[str, int]) -> RegionLine:
    return RegionLine(region.code, region.shown_name, clinics.get(region.code, 0), region.code in ticked)


@dataclass(frozen=True, slots=True)
class Choice:
    """Regions that were chosen with one word."""

    at: datetime
    by: str
    names: Sequence[str]
    serves_from_on: date


def history(view: RegionsView, policy: PolicyView, viewer_id: UUID) -> list[Choice]:
    """Every choice so far, the latest first. Who else chose is told by what they are to the contract, and asked for
    only where somebody else did."""
    by_deed: dict[tuple[datetime, str], list[ChosenRegion]] = {}
    for one in view.chosen:
        if one.selected_at is not None:
            by_deed.setdefault((one.selected_at, one.selected_by), []).append(one)
    others = any(by.startswith("user:") and by != f"user:{viewer_id}" for _at, by in by_deed)
    roles = {f"user:{link.user.id}": link.role for link in policies.links_of(policy.id)} if others else {}
    return [
        Choice(at, _who(by, viewer_id, roles), [one.name for one in chosen], chosen[0].serves_from_on)
        for (at, by), chosen in sorted(by_deed.items(), reverse=True)
    ]


def _who(by: str, viewer_id: UUID, roles: Mapping[str, LinkRole]) -> str:
    kind, _colon, _ref = by.partition(":")
    if by == f"user:{viewer_id}":
        return _("вы")
    if kind == "staff":
        return _("сотрудник контактного центра")
    if kind == "system":
        return _("автоматически")
    match roles.get(by):
        case LinkRole.SELF:
            return _("застрахованный")
        case LinkRole.GUARDIAN:
            return _("страхователь")
        case _:
            return _("аккаунт, у которого доступа больше нет")
