"""What an address tells: subject of the Federation, town, metro stations (docs/rules/regions.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from doctorlike.kit.spelling import fold
from doctorlike.regions.rules import RegionCard

Words = tuple[str, ...]

_SHORT = {"обл": ("область",), "респ": ("республика",), "кр": ("край",), "ао": ("автономный", "округ")}
_DROPPED = frozenset({"г", "город", "россия", "рф"})
_METRO = re.compile(r"\((?:м|метро)\b\.?\s*([^)]*)\)?")
_POSTCODE = re.compile(r"^\s*\d{6}\b\s*,?")
_TOWN = re.compile(r"^(?:г|город|пгт|рп|п|пос|село|с|д|дер|деревня)\b\.?\s*(?P<name>[А-ЯЁ].*)$")
_STREET = re.compile(
    r"\b(?:ул|улица|пр-кт|просп|проспект|пер|ш|шоссе|б-р|пл|наб|проезд|пр-д|мкр|км|д|дом|р-н|район|тер)\b"
)


class AddressRead(NamedTuple):
    """`region_code` is None when no part of the address names a region."""

    region_code: str | None
    city: str
    metro: tuple[str, ...]


def region_names(regions: Iterable[RegionCard]) -> Mapping[Words, str]:
    """Every way an address may name a region, by its words in alphabetical order; a name of two regions is none."""
    owners: dict[Words, set[str]] = {}
    for region in regions:
        for name in (region.name, region.short_name, *region.aliases):
            words = _words(name)
            owners.setdefault(words, set()).add(region.code)
            owners.setdefault(tuple(word for word in words if word != "республика"), set()).add(region.code)
    return {words: codes.copy().pop() for words, codes in owners.items() if words and len(codes) == 1}


def read_address(text: str, names: Mapping[Words, str], *, region: str = "") -> AddressRead:
    """Reads «г Москва, ул …, д.3 (м. …)», «Московская обл, г Химки, …», with or without a postcode. `names` are those
    of `region_names`. The region stands among the first three parts, or else in a column of its own (`region`)."""
    metro = tuple(
        station.strip() for found in _METRO.findall(text) for station in re.split("[,;]", found) if station.strip()
    )
    parts = [part.strip() for part in _POSTCODE.sub("", _METRO.sub("", text)).split(",")]
    for at, part in enumerate(parts[:3]):
        code = names.get(_words(part))
        if code is not None:
            return AddressRead(code, _city(part, parts[at + 1 :]), metro)
    code = names.get(_words(region)) if region.strip() else None
    return AddressRead(code, _city(region, parts) if code else "", metro)


def _words(name: str) -> Words:
    words: list[str] = []
    for word in fold(name).split():
        if word not in _DROPPED:
            words.extend(_SHORT.get(word, (word,)))
    return tuple(sorted(words))


def _city(region_part: str, rest: list[str]) -> str:
    """The town after the region; a city that is a region of its own is the town itself."""
    words = fold(region_part).split()
    if not {"область", "обл", "край", "кр", "республика", "респ", "округ", "ао"} & set(words):
        return re.sub(r"^(?:г|город)\b\.?\s*|\s+г$", "", region_part)
    for part in rest[:2]:
        town = _TOWN.match(part)
        if town:
            return town["name"]
        if part and not _STREET.search(part) and not any(sign.isdigit() for sign in part):
            return part
    return ""
