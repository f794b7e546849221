"""The country as squares of one size, each at its rough place: how many clinics a region has, and how it stands with
the policy. What a colour says, a figure or a mark says too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from doctorlike.coverage.queries import ChosenRegion
from doctorlike.regions import queries as regions
from doctorlike.regions.rules import RegionCard, tile_map
from doctorlike.ui.words import amount, day

SIDE, STEP = 44, 46
# From so many clinics on a square has its shade; below the first it is blank.
SHADES = (1, 3, 10, 50)


class Stand(StrEnum):
    """How a region stands with the policy."""

    OFFERED = "offered"
    SERVING = "serving"
    PENDING = "pending"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Square:
    """`url` leads to the region's line on the page, or to its clinics; empty for a region outside of the scope. `told`
    is what the square says in words."""

    label: str
    clinics: int
    shade: int
    stand: Stand
    told: str
    url: str
    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.x + SIDE // 2


@dataclass(frozen=True, slots=True)
class CountryMap:
    squares: Sequence[Square]
    width: int
    height: int

    @property
    def shades(self) -> Sequence[tuple[int, str]]:
        """For the legend: the number of a shade and which counts it stands for."""
        tops = [str(following - 1) for following in SHADES[1:]]
        spans = [f"{first}–{top}" for first, top in zip(SHADES, tops, strict=False)]
        return list(enumerate(["0", *spans, _("{count} и больше").format(count=SHADES[-1])]))


def country_map(
    chosen: Iterable[ChosenRegion], offered: Collection[str], in_scope: Collection[str], *, clinics: Mapping[str, int]
) -> CountryMap:
    """`offered` are codes whose lines stand on the page to be ticked, as those of chosen ones do."""
    every = regions.all_regions()
    tiles = tile_map(every, regions.tiles())
    held = {one.code: one for one in chosen}
    english = (get_language() or "").startswith("en")
    squares = []
    for region in every:
        tile, count = tiles[region.code], clinics.get(region.code, 0)
        stand = _stand(region.code, held, in_scope)
        squares.append(
            Square(
                label=region.code.removeprefix("RU-") if english else tile.label,
                clinics=count,
                shade=sum(count >= least for least in SHADES),
                stand=stand,
                told=_told(region, stand, count, held),
                url=_url(region.code, stand, offered),
                x=tile.column * STEP + 1,
                y=tile.row * STEP + 1,
            )
        )
    width = max(tile.column for tile in tiles.values()) + 1 if tiles else 1
    height = max(tile.row for tile in tiles.values()) + 1 if tiles else 1
    return CountryMap(squares, width * STEP, height * STEP)


def _stand(code: str, held: Mapping[str, ChosenRegion], in_scope: Collection[str]) -> Stand:
    if code in held:
        return Stand.SERVING if held[code].serving else Stand.PENDING
    return Stand.OFFERED if code in in_scope else Stand.OUTSIDE


def _told(region: RegionCard, stand: Stand, clinics: int, held: Mapping[str, ChosenRegion]) -> str:
    count = _("Клиник: {counter}").format(counter=amount(clinics))
    match stand:
        case Stand.SERVING:
            return f"{region.shown_name}. {count}. {_('Открыт')}"
        case Stand.PENDING:
            opens = _("Откроется {day}").format(day=day(held[region.code].serves_from_on))
            return f"{region.shown_name}. {count}. {opens}"
        case Stand.OUTSIDE:
            return f"{region.shown_name}. {_('Не входит в покрытие полиса')}"
        case Stand.OFFERED:
            return f"{region.shown_name}. {count}"


def _url(code: str, stand: Stand, offered: Collection[str]) -> str:
    if stand is Stand.OUTSIDE:
        return ""
    if stand is Stand.OFFERED and code not in offered:
        return f"{reverse('clinics:list')}?region={code}"
    return f"#region-{code}"
