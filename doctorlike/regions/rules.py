"""What a region is called, how people look for it, how a row of a region list is read (docs/rules/regions.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
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


@dataclass(frozen=True, slots=True)
class Tile:
    """A region on a map that gives each the same square at its rough place: `column` from the west, `row` from the
    north, both from 0."""

    label: str
    column: int
    row: int


# The south-east of the map is sea and foreign land: there stand the regions that an insurer added.
SPARE_COLUMN, SPARE_ROW, SPARE_COLUMNS = 10, 7, 8


def tile_map(regions: Iterable[RegionCard], known: Mapping[str, Tile]) -> dict[str, Tile]:
    """A tile for every region, none on another: its own place where it has one, else the next spare."""
    placed: dict[str, Tile] = {}
    spares = 0
    for region in regions:
        tile = known.get(region.code)
        if tile is None:
            down, right = divmod(spares, SPARE_COLUMNS)
            tile = Tile(region.short_name[:6].strip(), SPARE_COLUMN + right, SPARE_ROW + down)
            spares += 1
        placed[region.code] = tile
    return placed


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


@dataclass(frozen=True, slots=True)
class _Known:
    """A region's names as they are compared: folded; each alone and as words."""

    names: tuple[str, ...]
    aliases: tuple[str, ...]
    words: frozenset[str]


# As many as a country may have, in a few versions: a search asks all of them at each key that is pressed.
@lru_cache(maxsize=1024)
def _known(region: RegionCard) -> _Known:
    names = tuple(fold(name) for name in (region.name, region.short_name, region.name_en))
    aliases = tuple(fold(alias) for alias in region.aliases)
    return _Known(names, aliases, frozenset(word for name in (*names, *aliases) for word in name.split()))


def _fit(query: str, region: RegionCard) -> int:
    known = _known(region)
    if query in known.names:
        return _EXACT
    if query in known.aliases:
        return _ALIAS
    every = (*known.names, *known.aliases)
    if any(name.startswith(query) for name in every):
        return _BEGINS
    asked = query.split()
    for name in every:
        words = name.split()
        if all(any(word.startswith(part) for word in words) for part in asked):
            return _WORDS
    return 0


def _fit_with_slips(query: str, region: RegionCard) -> int:
    allowed = slips_allowed(query)
    if not allowed:
        return 0
    known = _known(region)
    told = set(known.words)
    for name in (*known.names, *known.aliases):
        told |= {name, name[: len(query)]}
    letters = _letters(query)
    fewest = min(
        (
            slips
            for word in told
            # A slip changes two of a word's letters at most; this is told far sooner than how many slips there are.
            if (letters ^ _letters(word)).bit_count() <= 2 * allowed
            and (slips := slips_between(query, word, allowed)) is not None
        ),
        default=None,
    )
    return 0 if fewest is None else _SLIPS - fewest


@lru_cache(maxsize=8192)
def _letters(word: str) -> int:
    """Which letters there are in a word, as bits."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) % 61)
    return bits
