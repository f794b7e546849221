"""What lists were taken, and what in them waits to be mended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doctorlike.clinics.models import ImportRow, ImportRun
from doctorlike.clinics.rules import Outcome, Remark


@dataclass(frozen=True, slots=True)
class ImportSummary:
    id: UUID
    file_name: str
    imported_at: datetime
    imported_by: str
    row_count: int
    counts: dict[Outcome, int]


@dataclass(frozen=True, slots=True)
class MendRow:
    number: int
    outcome: Outcome
    clinic_id: UUID | None
    told: dict[str, str]
    remarks: tuple[Remark, ...]


def imports(limit: int = 50) -> list[ImportSummary]:
    """Lists taken, newest first."""
    return [
        ImportSummary(
            run.pk,
            run.file_name,
            run.imported_at,
            run.imported_by,
            run.row_count,
            {outcome: getattr(run, outcome.value) for outcome in Outcome},
        )
        for run in ImportRun.objects.order_by("-imported_at", "-id")[:limit]
    ]


def import_rows(run_id: UUID) -> list[MendRow]:
    """The rows of a list that need mending, in the list's order."""
    return [
        MendRow(
            row.row_number,
            Outcome(row.outcome),
            row.clinic_id,
            row.told,
            tuple(Remark(column, text) for column, text in row.remarks),
        )
        for row in ImportRow.objects.filter(run_id=run_id).exclude(remarks=[]).order_by("row_number")
    ]
