"""An address as one line: region or city first, then street, house, flat (docs/rules/people.md)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from doctorlike.clinics.rules import read_address, region_names
from doctorlike.regions.rules import RegionCard, find
from doctorlike.shop.errors import (
    AddressHouseError,
    AddressLettersError,
    AddressRegionError,
    AddressSlipError,
    AddressTownError,
    LookAlikeError,
)

LONGEST_ADDRESS = 300
_LOOK_ALIKES = str.maketrans("ABCEHKMOPTXYaceopxy", "АВСЕНКМОРТХУасеорху")
_WORD = re.compile(r"[^\W_]+")
_LATIN, _RUSSIAN, _ROMAN = re.compile(r"[A-Za-z]"), re.compile(r"[А-Яа-яЁё]"), re.compile(r"[IVXivx]+")
_NO_HOUSE = re.compile(r"\bбез\s+(?:номера|дома)\b|\bб/н\b", re.IGNORECASE)
_POSTCODE = re.compile(r"^\s*\d{6}\b[\s,]*")
_REGION_WORDS = re.compile(r"\b(?:обл|область|край|респ|республика|округ|ао)\b", re.IGNORECASE)
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class AddressBook:
    """What the beginning of an address is held against. `names` as of `clinics.rules.region_names`, cities among
    them; empty while an insurer has brought no regions in: then nothing is held against it. `suggestions` are
    beginnings of addresses."""

    regions: tuple[RegionCard, ...]
    names: Mapping[tuple[str, ...], str]
    suggestions: tuple[str, ...]


@lru_cache(maxsize=4)
def address_book(regions: tuple[RegionCard, ...], towns: tuple[tuple[str, str], ...]) -> AddressBook:
    """`towns` are (region code, town), the first of a region being the most wanted; a town of two names none."""
    held: dict[str, list[str]] = {}
    for code, town in towns:
        known = held.setdefault(code, [])
        if town not in known:
            known.append(town)
    suggestions = []
    for region in regions:
        suggestions.append(f"{region.name}, ")
        # A city that is a region of its own stands in no region.
        suggestions += [f"{region.name}, г. {town}, " for town in held.get(region.code, ()) if town != region.name]
    cards = [replace(region, aliases=(*region.aliases, *held.get(region.code, ()))) for region in regions]
    return AddressBook(regions, region_names(cards), tuple(suggestions))


def check_address(text: str, book: AddressBook) -> str:
    """The address with spare spaces and signs left out and Latin look-alikes put right. AddressLettersError,
    AddressRegionError (nothing recognised), AddressSlipError (with the region that may be meant), AddressTownError (a
    region alone), AddressHouseError."""
    address = _one_alphabet(_tidied(text))
    body = _POSTCODE.sub("", address)
    if book.names:
        _hold_to_regions(body, book)
    if not any(sign.isdecimal() for sign in body) and not _NO_HOUSE.search(body):
        raise AddressHouseError
    return address


def check_document_text(text: str, *, foreign: bool = False) -> str:
    """A birth place or an issuer, tidied. LookAlikeError when a word mixes alphabets and, unless the document is
    `foreign`, for any Latin word but Roman figures."""
    tidy = _tidied(text)
    for word in _WORD.findall(tidy):
        latin = _LATIN.findall(word)
        if latin and (_RUSSIAN.search(word) or not (foreign or _ROMAN.fullmatch(word))):
            raise LookAlikeError(signs="".join(dict.fromkeys(latin)), word=word)
    return tidy


def _tidied(text: str) -> str:
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text).replace("\u00ad", ""))
    return re.sub(r"(?: ?, ?)+", ", ", plain).strip(" ,;")


def _one_alphabet(address: str) -> str:
    def put_right(found: re.Match[str]) -> str:
        word = found[0].translate(_LOOK_ALIKES)
        if _LATIN.search(word) and not _ROMAN.fullmatch(word):
            raise AddressLettersError(word=found[0])
        return word

    return _WORD.sub(put_right, address)


def _hold_to_regions(body: str, book: AddressBook) -> None:
    told = read_address(body, book.names).region_code
    if told is None:
        words = re.split(r"[\s,]+", body)
        beginnings = (" ".join(words[:count]) for count in range(1, min(len(words), _MOST_WORDS) + 1))
        told = next((code for one in beginnings if (code := read_address(one, book.names).region_code)), None)
    if told is None:
        first = body.split(",")[0]
        meant = find(first, book.regions) if _REGION_WORDS.search(first) or "," in body else []
        raise AddressSlipError(typed=first[:60], meant=meant[0].name) if meant else AddressRegionError
    if len(_WORD.findall(body)) < 4 and _REGION_WORDS.search(body):
        raise AddressTownError
