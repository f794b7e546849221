"""A place typed by hand, found among what the directory knows: metro stations, towns and addresses of clinics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from statistics import median

from doctorlike.kit.spelling import fold

# A station or a street lies within it; what is spread wider is several places of one name.
ONE_PLACE_METRES = 12_000
ONE_TOWN_METRES = 60_000
_EARTH_RADIUS_METRES = 6_371_000
_SAID_BESIDE = frozenset(
    {"г", "город", "ул", "улица", "д", "дом", "м", "метро", "станция", "рядом", "с", "у", "около", "ближе", "к"}
)


class PlaceKind(StrEnum):
    METRO = "metro"
    TOWN = "town"
    HOUSE = "house"
    STREET = "street"


@dataclass(frozen=True, slots=True)
class Located:
    """What one clinic tells of the place it stands at. `near_to` is whether its region is one the asker uses."""

    city: str
    metro: tuple[str, ...]
    address: str
    latitude: float
    longitude: float
    near_to: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A point by our own data: where the clinics of the station, town or street stand, not the place to the metre."""

    kind: PlaceKind
    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class SoughtPlace:
    """`place` is None when nothing of that name is known; then `towns` names those of several places of one name."""

    place: Place | None
    towns: tuple[str, ...] = ()


def place_words(text: str) -> tuple[str, ...]:
    """The words that name the place: «м. Сокол» → «сокол»."""
    words = fold(text[:200]).split()
    return tuple(word for word in words if word not in _SAID_BESIDE) or tuple(words)


def street_words(words: Sequence[str]) -> tuple[str, ...]:
    """Without the numbers of house and flat, or nothing where there is nothing else."""
    return tuple(word for word in words if not word[0].isdigit())


def metres_between(from_latitude: float, from_longitude: float, latitude: float, longitude: float) -> float:
    """Along the great circle."""
    north, east = radians(latitude - from_latitude), radians(longitude - from_longitude)
    half = sin(north / 2) ** 2 + cos(radians(from_latitude)) * cos(radians(latitude)) * sin(east / 2) ** 2
    return 2 * _EARTH_RADIUS_METRES * asin(sqrt(half))


def place_among(words: Sequence[str], rows: Iterable[Located]) -> SoughtPlace:
    """The place that the words (`place_words`) name: a station before a town before an address, one in the asker's own
    regions before others."""
    known, asked = list(rows), frozenset(words)
    for kind, name_of in (
        (PlaceKind.METRO, _station),
        (PlaceKind.TOWN, _town),
        (PlaceKind.HOUSE if any(word[0].isdigit() for word in words) else PlaceKind.STREET, _address),
    ):
        named = [(row, name) for row in known if (name := name_of(row, asked))]
        if named:
            return _one_place(kind, named)
    return SoughtPlace(None)


def _one_place(kind: PlaceKind, named: list[tuple[Located, str]]) -> SoughtPlace:
    own = [one for one in named if one[0].near_to]
    chosen = own or named
    latitude, longitude = median(row.latitude for row, _ in chosen), median(row.longitude for row, _ in chosen)
    wide = ONE_TOWN_METRES if kind is PlaceKind.TOWN else ONE_PLACE_METRES
    close = [row for row, _ in chosen if metres_between(latitude, longitude, row.latitude, row.longitude) < wide]
    towns = tuple(sorted({row.city for row, _ in chosen if row.city}))
    # A long street of one town is still one place.
    if len(close) * 5 < len(chosen) * 4 and len(towns) != 1:
        return SoughtPlace(None, towns[:6])
    return SoughtPlace(Place(kind, chosen[0][1], latitude, longitude))


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


def _station(row: Located, asked: frozenset[str]) -> str:
    town = _words(row.city)
    return next(
        (name for name in row.metro if (words := _words(name)) and words <= asked and asked <= words | town), ""
    )


def _town(row: Located, asked: frozenset[str]) -> str:
    words = _words(row.city)
    region = _words(row.address.partition(",")[0])
    return row.city if words and words <= asked and asked <= words | region else ""


def _address(row: Located, asked: frozenset[str]) -> str:
    words = _words(row.address)
    fits = all(word in words or (not word[0].isdigit() and _begins(word, words)) for word in asked)
    return row.address if fits else ""


def _begins(word: str, words: frozenset[str]) -> bool:
    return len(word) > 3 and any(one.startswith(word) for one in words)
