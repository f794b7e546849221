"""What a region is called, how people look for it, how a row of a region list is read (docs/rules/regions.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from doctorlike.kit.spelling import fold, other_layout, slips_allowed, slips_between


class FederalDistrict(StrEnum):
    CENTRAL = "central"
    NORTHWEST = "northwest"
    SOUTH = "south"
    NORTH_CAUCASUS = "north_caucasus"
    VOLGA = "volga"
    URAL = "ural"
    SIBERIA = "siberia"
    FAR_EAST = "far_east"


# From west to east, the order in which pages list them.
DISTRICT_NAMES: Mapping[FederalDistrict, Any] = MappingProxyType(
    {
        FederalDistrict.CENTRAL: _("Центральный"),
        FederalDistrict.NORTHWEST: _("Северо-Западный"),
        FederalDistrict.SOUTH: _("Южный"),
        FederalDistrict.NORTH_CAUCASUS: _("Северо-Кавказский"),
        FederalDistrict.VOLGA: _("Приволжский"),
        FederalDistrict.URAL: _("Уральский"),
        FederalDistrict.SIBERIA: _("Сибирский"),
        FederalDistrict.FAR_EAST: _("Дальневосточный"),
    }
)

COLUMNS = ("code", "name", "short_name", "name_en", "aliases", "federal_district", "zones")


def shown_name(short_name: str, name_en: str) -> str:
    """A region's name in the reader's language."""
    return name_en if (get_language() or "").startswith("en") else short_name


@dataclass(frozen=True, slots=True)
class RegionCard:
    """A region as pages show it. `zones` are IANA names, the capital's first."""

    code: str
    name: str
    short_name: str
    name_en: str
    aliases: tuple[str, ...]
    federal_district: FederalDistrict
    zones: tuple[str, ...]

    @property
    def shown_name(self) -> str:
        return shown_name(self.short_name, self.name_en)

    @property
    def district_name(self) -> Any:
        return DISTRICT_NAMES[self.federal_district]

    @property
    def sort_key(self) -> str:
        return fold(self.short_name)


class WrongRowError(ValueError):
    """A row of a region list cannot be used; the text says which column and why."""


def read_row(cells: Mapping[str, str]) -> RegionCard:
    """A region from a list's row, several aliases and zones parted by «|». WrongRowError."""
    told = {column: cells.get(column, "").strip() for column in COLUMNS}
    for column in COLUMNS:
        if not told[column] and column != "aliases":
            raise WrongRowError(_("столбец {column}: пусто").format(column=column))
    for column, longest in (("code", 10), ("name", 100), ("short_name", 60), ("name_en", 100)):
        if len(told[column]) > longest:
            raise WrongRowError(_("столбец {column}: длиннее {longest} знаков").format(column=column, longest=longest))
    if told["federal_district"] not in list(FederalDistrict):
        raise WrongRowError(_("столбец federal_district: нет такого округа"))
    aliases, zones = _several(told["aliases"]), _several(told["zones"])
    if any(len(alias) > 60 for alias in aliases):
        raise WrongRowError(_("столбец aliases: имя длиннее 60 знаков"))
    for zone in zones:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise WrongRowError(_("столбец zones: нет пояса {zone}").format(zone=zone)) from None
    return RegionCard(
        told["code"],
        told["name"],
        told["short_name"],
        told["name_en"],
        aliases,
        FederalDistrict(told["federal_district"]),
        zones,
    )


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


_EXACT, _ALIAS, _BEGINS, _WORDS, _SLIPS = 100, 95, 90, 80, 60
_TOWN_WORDS = frozenset({"г", "город"})


def find(text: str, regions: Iterable[RegionCard]) -> list[RegionCard]:
    """Regions that the text may mean, best first: by full, short, English or old name, by its beginning, with the
    keyboard in the wrong layout; only when nothing fits so, with one or two slips. Nothing typed, nothing found."""
    every = list(regions)
    queries = [query for query in (_query(text), _query(other_layout(text))) if query]
    for score in (_fit, _fit_with_slips):
        found = [
            (best, region) for region in every if (best := max((score(query, region) for query in queries), default=0))
        ]
        if found:
            return [region for _best, region in sorted(found, key=lambda one: (-one[0], one[1].sort_key))]
    return []


def _query(text: str) -> str:
    words = fold(text).split()
    return " ".join(word for word in words if word not in _TOWN_WORDS or len(words) == 1)


def _fit(query: str, region: RegionCard) -> int:
    names = [fold(name) for name in (region.name, region.short_name, region.name_en)]
    aliases = [fold(alias) for alias in region.aliases]
    if query in names:
        return _EXACT
    if query in aliases:
        return _ALIAS
    if any(name.startswith(query) for name in (*names, *aliases)):
        return _BEGINS
    asked = query.split()
    for name in (*names, *aliases):
        words = name.split()
        if all(any(word.startswith(part) for word in words) for part in asked):
            return _WORDS
    return 0


def _fit_with_slips(query: str, region: RegionCard) -> int:
    allowed = slips_allowed(query)
    if not allowed:
        return 0
    told: set[str] = set()
    for name in (region.name, region.short_name, region.name_en, *region.aliases):
        folded = fold(name)
        told |= {folded, folded[: len(query)], *folded.split()}
    fewest = min((slips for word in told if (slips := slips_between(query, word, allowed)) is not None), default=None)
    return 0 if fewest is None else _SLIPS - fewest
