"""«Список ЛПУ» as a file: what it is asked for, how it is called, and when it is made beforehand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

# Up to so many clinics a file is made while its reader waits, about half a second; a longer one is made by a job.
MOST_AT_ONCE: Mapping[str, int] = MappingProxyType({"xlsx": 4_000, "pdf": 300})
# Typst holds a document in memory as a whole: 8,000 clinics took 15 s and 1 GB. A longer list is a table, or a PDF of
# one region.
MOST_IN_PDF = 3_000
# The list as of a day is made once for everybody who asks that day.
DAYS_KEPT = 2
_STATIONS_IN_BRACKETS = re.compile(r"\s*\((?:м|метро)\b[^)]*\)?")
_NOT_IN_A_NAME = re.compile(r"[^\w\-]+")


class ListFormat(StrEnum):
    XLSX = "xlsx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class ListAsked:
    """Clinics of a coverage scope on a day, of these regions; `regions` None for every region of the scope."""

    scope: str
    on: date
    regions: tuple[str, ...] | None
    format: ListFormat

    @property
    def regions_key(self) -> str:
        """The same for the same regions, however they are ordered."""
        return "" if self.regions is None else ",".join(sorted(self.regions)) or "-"

    def fits(self, count: int) -> bool:
        """Whether so many clinics can be a file of this format at all."""
        return self.format is not ListFormat.PDF or count <= MOST_IN_PDF

    def at_once(self, count: int) -> bool:
        return count <= MOST_AT_ONCE[self.format]


def address_beside_metro(address: str, metro: Sequence[str]) -> str:
    """The address without the stations that lists write into it in brackets, where they are told apart anyway."""
    return _STATIONS_IN_BRACKETS.sub("", address).strip() if metro else address


def file_name(insurer: str, what: str, on: date, extension: str) -> str:
    """«СОГАЗ — список ЛПУ — Самарская область — 2026-03-24.xlsx», without what a file system does not take."""
    parts = (insurer, "список ЛПУ", what, f"{on:%Y-%m-%d}")
    tidy: Iterable[str] = (_NOT_IN_A_NAME.sub(" ", part).strip() for part in parts)
    return " — ".join(part for part in tidy if part)[:150] + f".{extension}"
