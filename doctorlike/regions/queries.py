"""Reading regions."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.reads import Read
from doctorlike.regions.models import Region
from doctorlike.regions.rules import FederalDistrict, RegionCard, Tile, find


def _card(row: Region) -> RegionCard:
    return RegionCard(
        row.code,
        row.name,
        row.short_name,
        row.name_en,
        tuple(row.aliases),
        FederalDistrict(row.federal_district),
        tuple(row.zones),
    )


_all = Read(
    lambda: Region.objects.order_by("sort_key").values_list(
        "code", "name", "short_name", "name_en", "aliases", "federal_district", "zones"
    ),
    prepared=True,
)


def all_regions() -> list[RegionCard]:
    """Every region, in the order of the Russian alphabet. One query."""
    return [
        RegionCard(code, name, short_name, name_en, tuple(aliases), FederalDistrict(district), tuple(zones))
        for code, name, short_name, name_en, aliases, district, zones in _all()
    ]


def region(code: str) -> RegionCard:
    """NotFoundError for a code nobody has."""
    try:
        return _card(Region.objects.get(pk=code))
    except Region.DoesNotExist:
        raise NotFoundError from None


def search(text: str) -> list[RegionCard]:
    """Regions the text may mean, best first (`rules.find`). One query."""
    return find(text, all_regions())


@cache
def towns() -> Mapping[str, tuple[str, ...]]:
    """The larger towns of each region by its code, the largest first: what people are offered when they type an
    address. Shipped with the product; no town is refused for not being here."""
    with (Path(__file__).with_name("data") / "towns.csv").open(encoding="utf-8", newline="") as listed:
        return MappingProxyType({row["code"]: tuple(row["towns"].split("|")) for row in csv.DictReader(listed)})


@cache
def tiles() -> Mapping[str, Tile]:
    """Where a map of the country as tiles shows each region that is shipped, by its code."""
    with (Path(__file__).with_name("data") / "tiles.csv").open(encoding="utf-8", newline="") as listed:
        rows = list(csv.DictReader(listed))
    return MappingProxyType({row["code"]: Tile(row["label"], int(row["column"]), int(row["row"])) for row in rows})
