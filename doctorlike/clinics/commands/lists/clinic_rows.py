"""Rows of a list of clinics: understood, compared with the network, written into it, put back."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doctorlike.clinics.commands.demo import PLACES
from doctorlike.clinics.commands.lists.rows import Told, refuse_spilled, row_of
from doctorlike.clinics.commands.network import scopes_of, store_clinics
from doctorlike.clinics.errors import UnreadableListError
from doctorlike.clinics.models import Clinic, ImportRow, ImportRun
from doctorlike.clinics.rules import (
    Centres,
    ListedClinic,
    Outcome,
    RefusedRowError,
    Remark,
    place_of,
    read_clinic,
    region_names,
)
from doctorlike.kit.ids import new_id
from doctorlike.regions import queries as regions

# (longitude, latitude) by address, where a list has them apart.
Places = Mapping[str, tuple[float, float]]
# What the list tells of a clinic, by the column that tells it; name and address tell the first line's.
_ALWAYS = ("name", "region_id", "city", "address", "metro", "zone")
_BY_COLUMN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "phone": ("phones",),
        "hours": ("hours", "hours_text"),
        "services": ("care_kinds",),
        "website": ("website",),
        "email": ("email",),
        "rating": ("rating",),
    }
)


class ClinicRows:
    """Understands the rows of one run, batch by batch, and remembers which clinics it has met."""

    def __init__(self, run: ImportRun, *, places: Places) -> None:
        known = regions.all_regions()
        if not known:
            raise UnreadableListError(row=0, reason=_("сначала загрузите регионы: import_regions"))
        self.run, self.places = run, places
        self.names = region_names(known)
        self.zones = {region.code: region.zones[0] for region in known}
        self.first_rows: dict[str, int] = {}

    def read(self, batch: Iterable[Told]) -> list[ImportRow]:
        """The rows with their outcomes; one query a batch."""
        rows = [self._read(told) for told in batch]
        judge(rows, stored_by_key(row.key for row in rows if row.meant is not None))
        return rows

    def _read(self, told: Told) -> ImportRow:
        place = self.places.get(told.cells.get("address", "")) or place_of(told.cells)
        try:
            refuse_spilled(told)
            listed = read_clinic(told.cells, self.names, place, _centres())
        except RefusedRowError as refused:
            return row_of(self.run, told, Outcome.REFUSED, [refused.remark])
        first = self.first_rows.setdefault(listed.source_key, told.number)
        if first != told.number:
            words = _("та же клиника, что в строке {first}").format(first=first)
            return row_of(self.run, told, Outcome.REPEATED, [Remark("clinic", words)])
        remarks = list(listed.remarks)
        if not scopes_wanted(listed.region_code, self.run.scopes):
            remarks.append(Remark("address", _("регион вне названного покрытия, в сеть не включена")))
        meant = _meant(listed, told.cells, self.zones[listed.region_code])
        return row_of(self.run, told, Outcome.SAME, remarks, key=listed.source_key, meant=meant)


@cache
def _centres() -> Centres:
    """(latitude, longitude) of the regions' chief towns."""
    with PLACES.open(encoding="utf-8", newline="") as file:
        return {row["code"]: (float(row["latitude"]), float(row["longitude"])) for row in csv.DictReader(file)}


def scopes_wanted(region_code: str, scopes: Collection[str] | None) -> tuple[str, ...]:
    """The scopes that a clinic of the region is taken into by a list for these only, or, without any, for all."""
    return tuple(scope for scope in scopes_of(region_code) if not scopes or scope in scopes)


def _meant(listed: ListedClinic, cells: Mapping[str, str], zone: str) -> dict[str, Any]:
    """What the row says, by the model's names. What the list has no column for, and what of it cannot be read where
    there is something better to keep, is left out: that stays as it is stored."""
    told: dict[str, Any] = {
        "name": listed.name,
        "region_id": listed.region_code,
        "city": listed.city,
        "address": listed.address,
        "metro": list(listed.metro),
        "zone": zone,
        "phones": [[phone.e164, phone.extension] for phone in listed.phones],
        "hours": listed.hours.as_json() if listed.hours else None,
        "hours_text": listed.hours_text,
        "care_kinds": [kind.value for kind in listed.care_kinds],
        "website": listed.website,
        "email": listed.email,
        "rating": None if listed.rating is None else str(listed.rating),
    }
    unread = {remark.column for remark in listed.remarks} - {"hours"}
    names = list(_ALWAYS)
    for column, fields in _BY_COLUMN.items():
        if column in cells and (column not in unread or any(told[field] for field in fields)):
            names += fields
    meant = {name: told[name] for name in names}
    if listed.latitude is not None:
        meant |= {"latitude": listed.latitude, "longitude": listed.longitude}
    return meant


def stored_by_key(keys: Iterable[str], *, lock: bool = False) -> dict[str, Clinic]:
    rows = Clinic.objects.filter(source_key__in=set(keys))
    return {clinic.source_key: clinic for clinic in (rows.select_for_update().order_by("pk") if lock else rows)}


def judge(rows: Iterable[ImportRow], stored: Mapping[str, Clinic]) -> None:
    """Note on each row that can be taken what it would change: its outcome, and in `before` what it would replace."""
    for row in rows:
        if row.meant is None:
            continue
        clinic = stored.get(row.key)
        row.clinic, row.before = clinic, None
        if clinic is None:
            row.outcome = Outcome.ADDED.value
            continue
        before = as_meant(clinic, row.meant)
        different = {name: before[name] for name, value in row.meant.items() if before[name] != value}
        row.outcome = (Outcome.CHANGED if different else Outcome.SAME).value
        row.before = different or None


def as_meant(clinic: Clinic, names: Iterable[str]) -> dict[str, Any]:
    """What is stored of a clinic, in the form that rows mean it in."""
    told = {name: getattr(clinic, name) for name in names}
    if told.get("rating") is not None:
        told["rating"] = str(told["rating"])
    return told


def write(rows: Sequence[ImportRow], *, on: date) -> None:
    """Add and change the rows' clinics and note their ids. `on` is the insurer's date."""
    stored = stored_by_key((row.key for row in rows), lock=True)
    judge(rows, stored)
    added: list[Clinic] = []
    changed: list[Clinic] = []
    for row in rows:
        clinic = stored.get(row.key) or Clinic(id=new_id(), source_key=row.key)
        if row.outcome == Outcome.SAME:
            continue
        _put(clinic, row.meant or {})
        (added if row.outcome == Outcome.ADDED else changed).append(clinic)
        row.clinic = clinic
    store_clinics(added=added, changed=changed, on=on)


def put_back(rows: Iterable[ImportRow], stored: Mapping[UUID | None, Clinic], *, on: date) -> None:
    """What changed rows replaced is stored again."""
    changed = []
    for row in rows:
        clinic = stored[row.clinic_id]
        _put(clinic, row.before or {})
        changed.append(clinic)
    store_clinics(added=[], changed=changed, on=on)


def _put(clinic: Clinic, told: Mapping[str, Any]) -> None:
    for name, value in told.items():
        setattr(clinic, name, value)
