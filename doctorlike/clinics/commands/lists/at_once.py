"""A list of clinics taken in one go, as the console does: received, read and applied, or nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.clinics.commands.lists.applying import apply_rows, note_applied
from doctorlike.clinics.commands.lists.clinic_rows import Places
from doctorlike.clinics.commands.lists.reading import read_rows
from doctorlike.clinics.commands.lists.receiving import LOCK, guessed_columns, new_run
from doctorlike.clinics.models import ImportRun
from doctorlike.clinics.rules import ListKind, Outcome, Remark, RunState
from doctorlike.kit import storage
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock


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


@transaction.atomic
def import_clinics(
    *,
    content: bytes,
    file_name: str,
    by: Actor,
    at: datetime,
    places: Places | None = None,
    scopes: Sequence[str] = (),
    source: str = "",
    columns: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Add the list's clinics, change those it names again (by name and address), and take them into the coverage
    scopes of their regions, or into `scopes` only. `places` are (longitude, latitude) by address; `columns` by field
    where neither the heading nor a mapping that was saved tells them. All or nothing: UnreadableListError when the file
    cannot be trusted as a whole; single rows that cannot be used are in the report. Repeating changes nothing. Clinics
    that the list does not name stay as they are. The run can be mended and taken back at the desk."""
    advisory_lock(LOCK)
    run = new_run(ListKind.CLINICS, content=content, file_name=file_name, by=by, at=at)
    with ExitStack() as undone:
        undone.callback(storage.forget, run.file_key)  # what is rolled back leaves no file behind
        run.columns = dict(columns or run.columns or guessed_columns(ListKind.CLINICS, run.headings or []))
        run.source, run.scopes = source or run.source, list(scopes) or None
        run.save(force_insert=True)
        read_rows(run, content, at=at, places=places, progress=progress)
        apply_rows(run, at=at)
        run.state, run.applied_at, run.applied_by = RunState.APPLIED, at, str(by)
        run.save()
        note_applied(run, by=by, at=at)
        undone.pop_all()
    return _report(run)


def _report(run: ImportRun) -> ImportReport:
    told = run.rows.order_by("row_number").values_list("row_number", "outcome", "told__clinic", "remarks")
    rows = tuple(
        ReportedRow(
            number, Outcome(outcome), (name or "")[:100], tuple(Remark(column, text) for column, text in remarks)
        )
        for number, outcome, name, remarks in told.iterator(chunk_size=5000)
    )
    return ImportReport(run.pk, rows, run.joined or 0)
