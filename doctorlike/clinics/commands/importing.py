"""Taking a list of clinics as insurers and clinics have them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.clinics.commands.network import BATCH_ROWS, open_memberships, scopes_of, store_spans
from doctorlike.clinics.commands.searching import index_clinics
from doctorlike.clinics.errors import UnreadableListError
from doctorlike.clinics.models import Clinic, ImportRow, ImportRun, ServicePrice
from doctorlike.clinics.rules import (
    ListedClinic,
    Outcome,
    RefusedRowError,
    Remark,
    read_clinic,
    region_names,
    search_text,
)
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.locks import advisory_lock
from doctorlike.kit.sheets import SheetRow, UnreadableSheetError, read_sheet
from doctorlike.kit.spelling import fold
from doctorlike.regions import queries as regions

COLUMNS_NEEDED = ("address", "clinic")
Places = Mapping[str, tuple[float, float]]

# What a list tells of a clinic, as columns of its table.
_LISTED = (
    "name",
    "region_id",
    "city",
    "address",
    "metro",
    "latitude",
    "longitude",
    "zone",
    "phones",
    "hours",
    "hours_text",
    "care_kinds",
    "website",
    "rating",
)


@dataclass(frozen=True, slots=True)
class ReportedRow:
    """What became of one row of the file; `remarks` say what in it could not be read."""

    number: int
    outcome: Outcome
    name: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Every row of the file, in its order. The counts by outcome add up to the number of rows."""

    run_id: UUID
    rows: tuple[ReportedRow, ...]
    new_memberships: int

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def with_remarks(self) -> int:
        """Of the rows stored, how many have something unread in them."""
        refused = (Outcome.REFUSED, Outcome.REPEATED)
        return sum(bool(row.remarks) and row.outcome not in refused for row in self.rows)


@dataclass(slots=True)
class _Read:
    row: SheetRow
    outcome: Outcome
    listed: ListedClinic | None
    remarks: tuple[Remark, ...]


def import_clinics(
    *,
    content: bytes,
    file_name: str,
    by: Actor,
    at: datetime,
    places: Places | None = None,
    scopes: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Add the list's clinics, change those it names again (by name and address), and take them into the coverage
    scopes of their regions, or into `scopes` only. `places` are (longitude, latitude) by address. All or nothing:
    UnreadableListError when the file cannot be trusted as a whole; single rows that cannot be used are in the report.
    Repeating changes nothing. Clinics that the list does not name stay as they are."""
    try:
        sheet = read_sheet(content)
    except UnreadableSheetError as wrong:
        raise UnreadableListError(**wrong.facts) from None
    lacking = [column for column in COLUMNS_NEEDED if column not in sheet.columns]
    if lacking:
        raise UnreadableListError(row=1, reason=_("нет столбцов {columns}").format(columns=", ".join(lacking)))
    with transaction.atomic():
        advisory_lock("clinics:import")
        known_regions = regions.all_regions()
        if not known_regions:
            raise UnreadableListError(row=0, reason=_("сначала загрузите регионы: import_regions"))
        reads = _read_rows(sheet.rows, region_names(known_regions), places or {}, progress)
        zones = {region.code: region.zones[0] for region in known_regions}
        clinic_ids = _store(reads, zones)
        index_clinics(clinic_ids.values(), on=clock.insurer_date(at))
        wanted = _memberships(reads, clinic_ids, scopes)
        new_memberships = open_memberships(wanted, clock.insurer_date(at))
        run_id = _keep_report(reads, clinic_ids, content, file_name, by, at)
    rows = tuple(ReportedRow(read.row.number, read.outcome, _name(read), read.remarks) for read in reads)
    return ImportReport(run_id, rows, new_memberships)


def _name(read: _Read) -> str:
    return read.listed.name if read.listed else read.row.cells.get("clinic", "")[:100]


def _read_rows(
    rows: Sequence[SheetRow],
    names: Mapping[tuple[str, ...], str],
    places: Places,
    progress: Callable[[int, int], None] | None,
) -> list[_Read]:
    reads: list[_Read] = []
    first_rows: dict[str, int] = {}
    for done, row in enumerate(rows, start=1):
        reads.append(_read_row(row, names, places, first_rows))
        if progress and (done % 500 == 0 or done == len(rows)):
            progress(done, len(rows))
    return reads


def _read_row(row: SheetRow, names: Mapping[tuple[str, ...], str], places: Places, first_rows: dict[str, int]) -> _Read:
    try:
        if row.spills:
            raise RefusedRowError("", _("ячеек больше, чем столбцов: в тексте лишний разделитель?"))
        listed = read_clinic(row.cells, names, _place(row, places))
    except RefusedRowError as refused:
        return _Read(row, Outcome.REFUSED, None, (refused.remark,))
    first = first_rows.setdefault(listed.source_key, row.number)
    if first != row.number:
        return _Read(
            row,
            Outcome.REPEATED,
            None,
            (Remark("clinic", _("та же клиника, что в строке {first}").format(first=first)),),
        )
    return _Read(row, Outcome.SAME, listed, listed.remarks)


def _place(row: SheetRow, places: Places) -> tuple[float, float] | None:
    apart = places.get(row.cells.get("address", ""))
    longitude, latitude = row.cells.get("longitude", ""), row.cells.get("latitude", "")
    if apart is not None or not (longitude and latitude):
        return apart
    try:
        return float(longitude.replace(",", ".")), float(latitude.replace(",", "."))
    except ValueError:
        return float("nan"), float("nan")


def _store(reads: Sequence[_Read], zones: Mapping[str, str]) -> dict[str, UUID]:
    """Write what is new or different and note the outcomes; returns every listed clinic's id by its source key."""
    listed = {read.listed.source_key: read for read in reads if read.listed is not None}
    stored = {clinic.source_key: clinic for clinic in Clinic.objects.filter(source_key__in=listed).select_for_update()}
    codes_by_clinic: dict[UUID, set[str]] = {}
    for clinic_id, code in ServicePrice.objects.filter(
        clinic__source_key__in=listed, valid_to_on__isnull=True
    ).values_list("clinic_id", "service_code"):
        codes_by_clinic.setdefault(clinic_id, set()).add(code)
    added: list[Clinic] = []
    changed: list[Clinic] = []
    hours: dict[UUID, Any] = {}
    for key, read in listed.items():
        if read.listed is None:
            continue
        before = stored.get(key)
        told = _told(read.listed, zones[read.listed.region_code])
        if before is not None and all(getattr(before, field) == value for field, value in told.items()):
            continue
        clinic_id = before.pk if before else new_id()
        clinic = Clinic(
            id=clinic_id,
            source_key=key,
            sort_key=fold(read.listed.name)[:300],
            search_text=search_text(
                name=read.listed.name,
                address=read.listed.address,
                metro=read.listed.metro,
                care_kinds=read.listed.care_kinds,
                service_codes=codes_by_clinic.get(clinic_id, ()),
            ),
            **told,
        )
        read.outcome = Outcome.CHANGED if before else Outcome.ADDED
        (changed if before else added).append(clinic)
        hours[clinic_id] = read.listed.hours
    Clinic.objects.bulk_create(added, batch_size=BATCH_ROWS)
    Clinic.objects.bulk_create(
        changed,
        batch_size=BATCH_ROWS,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*_LISTED, "sort_key", "search_text"],
    )
    store_spans(hours)
    return {key: clinic.pk for key, clinic in stored.items()} | {clinic.source_key: clinic.pk for clinic in added}


def _told(listed: ListedClinic, zone: str) -> dict[str, Any]:
    values = (
        listed.name,
        listed.region_code,
        listed.city,
        listed.address,
        list(listed.metro),
        listed.latitude,
        listed.longitude,
        zone,
        [[phone.e164, phone.extension] for phone in listed.phones],
        listed.hours.as_json() if listed.hours else None,
        listed.hours_text,
        [kind.value for kind in listed.care_kinds],
        listed.website,
        listed.rating,
    )
    return dict(zip(_LISTED, values, strict=True))


def _memberships(
    reads: Sequence[_Read], clinic_ids: Mapping[str, UUID], scopes: Sequence[str]
) -> dict[UUID, tuple[str, ...]]:
    wanted: dict[UUID, tuple[str, ...]] = {}
    for read in reads:
        if read.listed is None:
            continue
        possible = scopes_of(read.listed.region_code)
        taken = tuple(scope for scope in possible if not scopes or scope in scopes)
        if not taken:
            read.remarks += (Remark("address", _("регион вне названного покрытия, в сеть не включена")),)
        wanted[clinic_ids[read.listed.source_key]] = taken
    return wanted


def _keep_report(
    reads: Sequence[_Read], clinic_ids: Mapping[str, UUID], content: bytes, file_name: str, by: Actor, at: datetime
) -> UUID:
    counts = Counter(read.outcome for read in reads)
    run = ImportRun.objects.create(
        file_name=file_name[:200],
        content_sha256=hashlib.sha256(content).hexdigest(),
        imported_at=at,
        imported_by=str(by),
        row_count=len(reads),
        **{outcome.value: counts[outcome] for outcome in Outcome},
    )
    ImportRow.objects.bulk_create(
        [
            ImportRow(
                run=run,
                row_number=read.row.number,
                outcome=read.outcome.value,
                clinic_id=clinic_ids[read.listed.source_key] if read.listed else None,
                told=read.row.cells,
                remarks=[[remark.column, remark.text] for remark in read.remarks],
            )
            for read in reads
            if read.remarks
        ],
        batch_size=BATCH_ROWS,
    )
    audit.record(
        by=by,
        at=at,
        action="clinics.imported",
        subject_type="clinic_import",
        subject_id=run.pk,
        details={outcome.value: counts[outcome] for outcome in Outcome},
    )
    return run.pk
