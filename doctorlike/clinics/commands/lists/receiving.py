"""A file comes in: kept as it is, its heading found, its columns named."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.clinics.errors import MappingLacksError, UnreadableListError
from doctorlike.clinics.models import ColumnMapping, ImportRow, ImportRun
from doctorlike.clinics.rules import (
    FIELDS,
    HEADING_AMONG_ROWS,
    Heading,
    ListKind,
    RunEvent,
    RunState,
    find_heading,
    guess,
    needed_fields,
    next_run_state,
)
from doctorlike.kit import storage
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.kit.sheets import UnreadableSheetError, open_table

FOLDER = "lists"
# One list at a time is written or taken back: each is judged against what the one before left.
LOCK = "clinics:import"
# Files come in one at a time too, but wait for no list that is being written.
_RECEIVING = "clinics:receive"
_IN_USE = (RunState.RECEIVED, RunState.READ, RunState.APPLYING, RunState.APPLIED, RunState.TAKING_BACK)


@dataclass(frozen=True, slots=True)
class Received:
    """`repeated`: this very file is here already, as the run named. `recognised`: its heading was met before, so its
    columns are named, as of `source`."""

    run_id: UUID
    repeated: bool
    recognised: bool
    source: str


@transaction.atomic
def receive_list(
    *,
    kind: ListKind,
    content: bytes,
    file_name: str,
    by: Actor,
    at: datetime,
    sheet: str = "",
    clinic_id: UUID | None = None,
    prices_from_on: date | None = None,
) -> Received:
    """Keep a file as it came, and find its heading. UnreadableListError when it is no table; then nothing is kept. The
    same file of the same kind is here once, as long as no other list came after it: then its run is named again."""
    advisory_lock(_RECEIVING)
    sha256 = hashlib.sha256(content).hexdigest()
    if before := _same_file(kind, sha256, clinic_id):
        return Received(before.pk, repeated=True, recognised=bool(before.columns), source=before.source)
    run = new_run(kind, content=content, file_name=file_name, by=by, at=at, sheet=sheet)
    run.clinic_id, run.prices_from_on = clinic_id, prices_from_on
    run.save(force_insert=True)
    _note(run, "clinics.list_received", by, at)
    return Received(run.pk, repeated=False, recognised=bool(run.columns), source=run.source)


def new_run(kind: ListKind, *, content: bytes, file_name: str, by: Actor, at: datetime, sheet: str = "") -> ImportRun:
    """A run of a file that is kept as it came, with its heading, and its columns where that was met before; the run
    itself is not saved. UnreadableListError when it is no table; then nothing is kept."""
    run = ImportRun(
        kind=kind,
        state=RunState.RECEIVED,
        file_name=file_name[:200],
        content_sha256=hashlib.sha256(content).hexdigest(),
        imported_at=at,
        imported_by=str(by),
        **_NO_ROWS,
    )
    _look_into(run, content, sheet)
    run.file_key = storage.keep(content, folder=FOLDER)
    return run


_NO_ROWS: Mapping[str, int] = dict.fromkeys(("row_count", "added", "changed", "same", "repeated", "refused"), 0)


def _same_file(kind: ListKind, sha256: str, clinic_id: UUID | None) -> ImportRun | None:
    newest = ImportRun.objects.filter(kind=kind, state__in=_IN_USE).order_by("-imported_at", "-pk").first()
    if newest is not None and newest.content_sha256 == sha256 and newest.clinic_id == clinic_id:
        return newest
    waiting = ImportRun.objects.filter(kind=kind, content_sha256=sha256, state__in=(RunState.RECEIVED, RunState.READ))
    waiting = waiting.filter(clinic__isnull=True) if clinic_id is None else waiting.filter(clinic_id=clinic_id)
    return waiting.order_by("-imported_at").first()


def _look_into(run: ImportRun, content: bytes, sheet: str) -> None:
    """Finds the heading, and where it was met before, whose it is and what its columns are."""
    saved = {one.fingerprint: one for one in ColumnMapping.objects.filter(kind=run.kind).order_by("saved_at")}
    try:
        table = open_table(content, sheet=sheet, spread_merged=True)
        heading = find_heading(list(islice(table.rows, HEADING_AMONG_ROWS)), ListKind(run.kind), saved)
    except UnreadableSheetError as wrong:
        raise UnreadableListError(**wrong.facts) from None
    except LookupError:
        raise UnreadableListError(row=1, reason=_("в файле нет строк")) from None
    run.sheet, run.other_sheets = table.sheet[:100], list(table.others)
    run.heading_row, run.headings = heading.row_number, list(heading.columns)
    known = saved.get(heading.fingerprint)
    if known is not None:
        run.columns, run.source = known.columns, known.source


@transaction.atomic
def choose_sheet(*, run_id: UUID, sheet: str, by: Actor, at: datetime) -> None:
    """Read another sheet of the workbook, whose columns are then to be named anew; rows that were read are forgotten.
    UnreadableListError for a sheet that it has not; RunRefusedError once the list is being applied."""
    run = locked(ImportRun.objects, pk=run_id)
    run.state = next_run_state(run.state, RunEvent.RENAME)
    run.columns, run.problem = None, ""
    _look_into(run, storage.read(run.file_key), sheet)
    _forget_rows(run)
    run.save()
    _note(run, "clinics.list_sheet_chosen", by, at)


@transaction.atomic
def name_columns(
    *,
    run_id: UUID,
    columns: Mapping[str, str],
    source: str,
    by: Actor,
    at: datetime,
    scopes: Sequence[str] = (),
    save: bool = True,
) -> None:
    """Say which column is which field, and whose list it is; with `save` the next list of the same heading is read so
    without asking. Rows that were read by other names are forgotten. MappingLacksError without a needed column;
    RunRefusedError once the list is being applied."""
    run = locked(ImportRun.objects, pk=run_id)
    run.state = next_run_state(run.state, RunEvent.RENAME)
    headings = run.headings or []
    kind = ListKind(run.kind)
    known = {field.key for field in FIELDS[kind]}
    told = {field: column for field, column in columns.items() if field in known and column in headings}
    lacking = [str(field.title) for field in needed_fields(kind) if field.key not in told]
    if kind is ListKind.PRICES and run.clinic_id is None and "clinic" not in told:
        lacking.append(str(_("Клиника")))
    if lacking:
        raise MappingLacksError(columns=", ".join(lacking))
    run.columns, run.source, run.scopes, run.problem = told, source[:100], list(scopes) or None, ""
    _forget_rows(run)
    run.save()
    if save and source:
        fingerprint = Heading(run.heading_row or 1, tuple(headings)).fingerprint
        ColumnMapping.objects.update_or_create(
            kind=run.kind,
            source=source[:100],
            defaults={"fingerprint": fingerprint, "columns": told, "saved_at": at, "saved_by": str(by)},
        )
    _note(run, "clinics.list_columns_named", by, at)


def _forget_rows(run: ImportRun) -> None:
    ImportRow.objects.filter(run=run).delete()
    for count, none in _NO_ROWS.items():
        setattr(run, count, none)


@transaction.atomic
def go_on_with_list(*, run_id: UUID, by: Actor) -> None:
    """Have a job do what the list waits for: read it once its columns are named, apply it, take it back. Asking again,
    as after all tries of a job failed, is harmless, also while one is at it."""
    from doctorlike.clinics import tasks  # the tasks call back into this package

    # Not locked: a job that is at it holds the row for as long as it works, and looks at the state again itself.
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFoundError
    waits_for = {
        RunState.APPLYING: tasks.apply_list,
        RunState.TAKING_BACK: tasks.take_back_list,
        **({RunState.RECEIVED: tasks.read_list} if run.columns else {}),
    }
    if job := waits_for.get(RunState(run.state)):
        job.defer(run_id=str(run.pk), by_kind=by.kind, by_ref=by.ref)


def guessed_columns(kind: ListKind, headings: Sequence[str]) -> dict[str, str]:
    """Columns by their names alone. UnreadableListError where a needed one is lacking, or a name stands twice."""
    found = guess(kind, headings)
    lacking = [field.key for field in needed_fields(kind) if field.key not in found]
    if lacking:
        raise UnreadableListError(row=1, reason=_("нет столбцов {columns}").format(columns=", ".join(lacking)))
    twice = [column for column in found.values() if f"{column} (2)" in headings]
    if twice:
        raise UnreadableListError(row=1, reason=_("названия столбцов повторяются"))
    return found


def _note(run: ImportRun, action: str, by: Actor, at: datetime) -> None:
    audit.record(by=by, at=at, action=action, subject_type="clinic_import", subject_id=run.pk)
