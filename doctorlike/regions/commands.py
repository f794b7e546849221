"""Bringing regions in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.kit.sheets import UnreadableSheetError, read_sheet
from doctorlike.regions.errors import WrongRegionListError
from doctorlike.regions.models import Region
from doctorlike.regions.rules import COLUMNS, RegionCard, WrongRowError, read_row

SHIPPED = Path(__file__).with_name("data") / "subjects.csv"


@dataclass(frozen=True, slots=True)
class RegionImport:
    """What became of each row of the file, by the row's number."""

    added: tuple[tuple[int, str], ...]
    changed: tuple[tuple[int, str], ...]
    same: tuple[tuple[int, str], ...]


@transaction.atomic
def load_shipped_regions(*, by: Actor, at: datetime) -> int:
    """Add the subjects of ISO 3166-2:RU that are not there yet; what an insurer changed stays as it is. Returns how
    many were added; repeating adds none."""
    known = set(Region.objects.values_list("code", flat=True)) | set(Region.objects.values_list("name", flat=True))
    missing = [
        card for _number, card in _read(SHIPPED.read_bytes()) if card.code not in known and card.name not in known
    ]
    if missing:
        Region.objects.bulk_create([_row(card) for card in missing])
        codes: list[object] = [card.code for card in missing]
        audit.record_many(by=by, at=at, action="region.shipped", subject_type="region", subject_ids=codes)
    return len(missing)


@transaction.atomic
def import_regions(*, content: bytes, by: Actor, at: datetime) -> RegionImport:
    """Add the file's regions and change those it names by code. UnreadableSheetError for no table,
    WrongRegionListError with every wrong row; then nothing is stored. Repeating changes nothing."""
    told = _read(content)
    stored = {row.code: row for row in Region.objects.select_for_update()}
    added: list[tuple[int, RegionCard]] = []
    changed: list[tuple[int, RegionCard]] = []
    same: list[tuple[int, RegionCard]] = []
    for number, card in told:
        outcome = added if card.code not in stored else same if _told(stored[card.code]) == card else changed
        outcome.append((number, card))
    _refuse_taken_names(told, stored)
    Region.objects.bulk_create([_row(card) for _number, card in added])
    fields = [column for column in COLUMNS if column != "code"] + ["sort_key"]
    Region.objects.bulk_update([_row(card) for _number, card in changed], fields)
    touched: list[object] = [card.code for _number, card in (*added, *changed)]
    audit.record_many(by=by, at=at, action="region.imported", subject_type="region", subject_ids=touched)

    def names(rows: list[tuple[int, RegionCard]]) -> tuple[tuple[int, str], ...]:
        return tuple((number, card.name) for number, card in rows)

    return RegionImport(names(added), names(changed), names(same))


def _read(content: bytes) -> list[tuple[int, RegionCard]]:
    sheet = read_sheet(content)
    lacking = [column for column in COLUMNS if column not in sheet.columns]
    if lacking:
        raise UnreadableSheetError(row=1, reason=_("нет столбцов {columns}").format(columns=", ".join(lacking)))
    told: list[tuple[int, RegionCard]] = []
    wrongs: list[tuple[int, str]] = []
    seen: set[str] = set()
    for row in sheet.rows:
        try:
            card = read_row(row.cells)
        except WrongRowError as wrong:
            wrongs.append((row.number, str(wrong)))
            continue
        if {card.code, card.name} & seen:
            wrongs.append((row.number, _("код {code} или название уже есть в файле").format(code=card.code)))
        seen |= {card.code, card.name}
        told.append((row.number, card))
    if wrongs:
        raise WrongRegionListError(count=len(wrongs), wrongs=tuple(wrongs))
    return told


def _refuse_taken_names(told: list[tuple[int, RegionCard]], stored: dict[str, Region]) -> None:
    kept = {code: row.name for code, row in stored.items()} | {card.code: card.name for _number, card in told}
    owners: dict[str, str] = {}
    for code, name in kept.items():
        owners.setdefault(name, code)
    wrongs = tuple(
        (number, _("название занято регионом {code}").format(code=owners[card.name]))
        for number, card in told
        if owners[card.name] != card.code
    )
    if wrongs:
        raise WrongRegionListError(count=len(wrongs), wrongs=wrongs)


def _row(card: RegionCard) -> Region:
    return Region(
        code=card.code,
        name=card.name,
        name_en=card.name_en,
        short_name=card.short_name,
        aliases=list(card.aliases),
        federal_district=card.federal_district.value,
        zones=list(card.zones),
        sort_key=card.sort_key,
    )


def _told(row: Region) -> RegionCard:
    return read_row(
        {
            **{column: getattr(row, column) for column in COLUMNS},
            "aliases": "|".join(row.aliases),
            "zones": "|".join(row.zones),
        }
    )
