"""Lists that were brought in: what they would change, what waits to be mended, what they leave out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from doctorlike.clinics.models import Clinic, ImportRow, ImportRun, NetworkMembership
from doctorlike.clinics.queries.cards import ClinicCard, card
from doctorlike.clinics.rules import Absent, ListKind, Outcome, Remark, RunState, progress_name
from doctorlike.kit import storage
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.progress import progress_of
from doctorlike.kit.sheets import open_table
from doctorlike.kit.spelling import fold

SHOWN_VALUES = 3
# What a clinic's row may change is shown in this order.
_TAKEN = (Outcome.ADDED, Outcome.CHANGED, Outcome.SAME)


@dataclass(frozen=True, slots=True)
class RunView:
    """`columns` by field; `hundredths` done of what a job is at, None when none is."""

    id: UUID
    kind: ListKind
    state: RunState
    source: str
    file_name: str
    sheet: str
    other_sheets: tuple[str, ...]
    headings: tuple[str, ...]
    columns: Mapping[str, str]
    scopes: tuple[str, ...]
    clinic_id: UUID | None
    clinic_name: str
    prices_from_on: date | None
    absent: Absent
    absent_on: date | None
    problem: str
    row_count: int
    counts: Mapping[Outcome, int]
    joined: int
    left: int
    received_at: datetime
    received_by: str
    applied_at: datetime | None
    taken_back_at: datetime | None
    hundredths: int | None = None

    @property
    def under_way(self) -> bool:
        """Whether a job is at it, or is about to be."""
        waits = self.state is RunState.RECEIVED and bool(self.columns)
        return waits or self.state in (RunState.APPLYING, RunState.TAKING_BACK)

    @property
    def taken(self) -> int:
        """Rows that can be applied."""
        return sum(self.counts[outcome] for outcome in _TAKEN)


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that a row would change; `before` is None where nothing was stored."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RowView:
    """`told` by field. `differences` are told of rows that change what is stored."""

    number: int
    outcome: Outcome
    clinic_id: UUID | None
    told: Mapping[str, str]
    remarks: tuple[Remark, ...]
    differences: tuple[Difference, ...]
    meant: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ColumnValues:
    """A column of a file with its first values."""

    name: str
    values: tuple[str, ...]


def runs(limit: int = 50) -> list[RunView]:
    """Lists that were brought in, the newest first. One query."""
    return [_view(row) for row in ImportRun.objects.select_related("clinic").order_by("-imported_at", "-id")[:limit]]


def run(run_id: UUID) -> RunView:
    """NotFoundError when there is none."""
    row = ImportRun.objects.select_related("clinic").filter(pk=run_id).first()
    if row is None:
        raise NotFoundError
    return _view(row, hundredths=progress_of(progress_name(row.pk, RunState(row.state))))


def _view(row: ImportRun, hundredths: int | None = None) -> RunView:
    return RunView(
        id=row.pk,
        kind=ListKind(row.kind),
        state=RunState(row.state),
        source=row.source,
        file_name=row.file_name,
        sheet=row.sheet,
        other_sheets=tuple(row.other_sheets or ()),
        headings=tuple(row.headings or ()),
        columns=row.columns or {},
        scopes=tuple(row.scopes or ()),
        clinic_id=row.clinic_id,
        clinic_name=row.clinic.name if row.clinic else "",
        prices_from_on=row.prices_from_on,
        absent=Absent(row.absent),
        absent_on=row.absent_on,
        problem=row.problem,
        row_count=row.row_count,
        counts={outcome: getattr(row, outcome.value) for outcome in Outcome},
        joined=row.joined or 0,
        left=row.left or 0,
        received_at=row.imported_at,
        received_by=row.imported_by,
        applied_at=row.applied_at,
        taken_back_at=row.taken_back_at,
        hundredths=hundredths,
    )


def columns_of(run_id: UUID, *, sheet: str = "") -> list[ColumnValues]:
    """The columns of a run's file with their first values, read from the file itself. UnreadableSheetError for a sheet
    that it has not; NotFoundError for no run."""
    row = ImportRun.objects.filter(pk=run_id).exclude(file_key="").first()
    if row is None:
        raise NotFoundError
    table = open_table(storage.read(row.file_key), sheet=sheet or row.sheet, spread_merged=True)
    below = (cells for number, cells in table.rows if number > (row.heading_row or 0))
    first = list(islice(below, 200))
    return [
        ColumnValues(name, tuple(islice(_values(first, at), SHOWN_VALUES)))
        for at, name in enumerate(row.headings or ())
    ]


def _values(rows: list[list[str]], at: int) -> Iterator[str]:
    return (cells[at][:80] for cells in rows if at < len(cells) and cells[at])


class ListedRows:
    """Rows of a run in the file's order, cut into pages by whoever shows them: one query for their number, and one for
    each page."""

    def __init__(self, rows: QuerySet[ImportRow]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return self._rows.count()

    def __getitem__(self, page: slice) -> list[RowView]:
        return [row_view(row) for row in self._rows[page]]


def list_rows(run_id: UUID, outcome: Outcome | None = None, *, to_mend: bool = False) -> ListedRows:
    """Rows with this outcome, or all; `to_mend`: only those with something to put right."""
    rows = ImportRow.objects.filter(run_id=run_id).order_by("row_number")
    if to_mend:
        rows = rows.exclude(remarks=[])
    return ListedRows(rows if outcome is None else rows.filter(outcome=outcome))


def list_row(run_id: UUID, row_number: int) -> RowView:
    """NotFoundError when the run has no such row."""
    row = ImportRow.objects.filter(run_id=run_id, row_number=row_number).first()
    if row is None:
        raise NotFoundError
    return row_view(row)


def row_view(row: ImportRow) -> RowView:
    """A row as pages show it. No query."""
    return RowView(
        number=row.row_number,
        outcome=Outcome(row.outcome),
        clinic_id=row.clinic_id,
        told=row.told,
        remarks=tuple(Remark(column, text) for column, text in row.remarks),
        differences=tuple(_differences(row)),
        meant=row.meant or {},
    )


def _differences(row: ImportRow) -> Iterator[Difference]:
    if row.outcome != Outcome.CHANGED or row.meant is None or row.before is None:
        return
    spells = row.before.get("spells")
    if spells is None:
        yield from (Difference(name, before, row.meant.get(name)) for name, before in row.before.items())
        return
    on = row.meant["from_on"]
    held = next((one for one in spells if one["from_on"] <= on and (one["to_on"] is None or on < one["to_on"])), None)
    for name in ("price", "name"):
        before = held[name] if held else None
        if before != row.meant[name]:
            yield Difference(name, before, row.meant[name])
    ends_on = held["to_on"] if held else None
    if row.meant["to_on"] != ends_on:
        yield Difference("to_on", ends_on, row.meant["to_on"])


def absent_memberships(run: ImportRun, absent: Absent, on: date) -> QuerySet[NetworkMembership]:
    """Memberships of clinics that serve on that day, in the scopes the list is for, and that the list does not name. A
    clinic whose row was refused counts as named."""
    named = ImportRow.objects.filter(run=run, clinic=OuterRef("clinic"))
    refused = {
        fold(name or "")[:300]
        for name in run.rows.filter(outcome=Outcome.REFUSED).values_list("told__clinic", flat=True)
    }
    rows = NetworkMembership.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gt=on), ~Exists(named), clinic__is_demo=False
    ).exclude(clinic__sort_key__in=refused)
    if run.scopes:
        rows = rows.filter(scope__in=run.scopes)
    if absent is Absent.OF_SOURCE:
        earlier = ImportRow.objects.filter(
            run__kind=ListKind.CLINICS,
            run__state=RunState.APPLIED,
            run__source=run.source,
            clinic=OuterRef("clinic"),
        )
        return rows.filter(Exists(earlier))
    if absent is Absent.OF_REGIONS:
        told = run.rows.exclude(meant=None).values_list("meant__region_id", flat=True).distinct()
        return rows.filter(clinic__region_id__in=set(told))
    return rows.none()


@dataclass(frozen=True, slots=True)
class AbsentClinics:
    """How many clinics would leave, and the first of them by name, each with its address."""

    count: int
    first: tuple[tuple[UUID, str, str], ...]


def absent_clinics(run_id: UUID, absent: Absent, on: date, *, most: int = 100) -> AbsentClinics:
    """The clinics that would leave on that day. NotFoundError for no run. Three queries."""
    row = ImportRun.objects.filter(pk=run_id).first()
    if row is None:
        raise NotFoundError
    leaving = absent_memberships(row, absent, on).order_by().values("clinic_id")
    clinics = Clinic.objects.filter(pk__in=leaving).order_by("sort_key", "id")
    return AbsentClinics(clinics.count(), tuple(clinics.values_list("id", "name", "address")[:most]))


@dataclass(frozen=True, slots=True)
class MembershipView:
    scope: str
    from_on: date
    to_on: date | None


def memberships_of(clinic_id: UUID) -> list[MembershipView]:
    """A clinic's whole history in the network, by scope, the latest first."""
    rows = NetworkMembership.objects.filter(clinic_id=clinic_id).exclude(from_on=F("to_on"))
    return [MembershipView(row.scope, row.from_on, row.to_on) for row in rows.order_by("scope", "-from_on")]


def clinics_like(text: str, *, most: int) -> list[ClinicCard]:
    """Clinics in whose name, address or metro all these words stand, in the network or not, by name. One query."""
    rows = Clinic.objects.select_related("region").order_by("sort_key", "id")
    for word in fold(text[:200]).split():
        rows = rows.filter(search_text__contains=word)
    return [card(row) for row in rows[:most]]
