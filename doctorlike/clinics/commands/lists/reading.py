"""A list is read: each row judged against what is stored, and kept beside it until a person decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.clinics.commands.lists.clinic_rows import ClinicRows, Places
from doctorlike.clinics.commands.lists.price_rows import PriceRows
from doctorlike.clinics.commands.lists.rows import Told
from doctorlike.clinics.commands.network import BATCH_ROWS
from doctorlike.clinics.errors import UnreadableListError
from doctorlike.clinics.models import ImportRow, ImportRun
from doctorlike.clinics.rules import ListKind, Outcome, RunEvent, RunState, next_run_state, progress_name
from doctorlike.kit import clock, storage
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked
from doctorlike.kit.progress import Progress
from doctorlike.kit.sheets import MOST_ROWS, UnreadableSheetError, open_table
from doctorlike.kit.sheets.columns import places as places_of

LONGEST_TOLD = 2000


def read_list(
    *,
    run_id: UUID,
    by: Actor,
    at: datetime,
    places: Places | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Read a received list by its named columns. Every row is kept with what is wrong in it and what it would change. A
    file that cannot be trusted as a whole leaves no row: its run becomes `failed` and says why. One that was read
    already, or was not named yet, stays as it is: repeating is safe."""
    try:
        _read(run_id, by, at, places, progress)
    except UnreadableListError as wrong:
        _fail(run_id, str(wrong), by, at)


@transaction.atomic
def _read(
    run_id: UUID,
    by: Actor,
    at: datetime,
    places: Places | None,
    progress: Callable[[int, int], None] | None,
) -> None:
    run = locked(ImportRun.objects, pk=run_id)
    if run.state != "received" or not run.columns:
        return
    read_rows(run, storage.read(run.file_key), at=at, places=places, progress=progress)
    run.state = next_run_state(run.state, RunEvent.READ)
    run.save()
    audit.record(
        by=by,
        at=at,
        action="clinics.list_read",
        subject_type="clinic_import",
        subject_id=run.pk,
        details={outcome.value: getattr(run, outcome.value) for outcome in Outcome},
    )


def read_rows(
    run: ImportRun,
    content: bytes,
    *,
    at: datetime,
    places: Places | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Keep the rows of a file and count them on the run, which is not saved. UnreadableListError."""
    reader = row_reader(run, at=at, places=places or {})
    counts: Counter[str] = Counter()
    shown, told = Progress(progress_name(run.pk, RunState.RECEIVED)), _told_rows(run, content)
    # How many rows there are is known at the end alone; their share of the file is as good.
    guessed = max(1, len(content) // 200)
    while batch := list(islice(told, BATCH_ROWS)):
        rows = reader.read(batch)
        ImportRow.objects.bulk_create(rows, batch_size=BATCH_ROWS)
        counts.update(row.outcome for row in rows)
        done = counts.total()
        shown.tell(min(done, guessed), guessed + 1)
        if progress:
            progress(done, max(done, guessed))
    if progress:
        progress(counts.total(), counts.total())
    if not counts:
        raise UnreadableListError(row=run.heading_row or 1, reason=_("под названиями столбцов нет строк"))
    run.row_count = counts.total()
    for outcome in Outcome:
        setattr(run, outcome.value, counts[outcome.value])


def row_reader(run: ImportRun, *, at: datetime, places: Places) -> ClinicRows | PriceRows:
    """Who understands the rows of this run."""
    today = clock.insurer_date(at)
    if run.kind == ListKind.PRICES:
        return PriceRows(run, today=today)
    return ClinicRows(run, places=places)


def _told_rows(run: ImportRun, content: bytes) -> Iterator[Told]:
    try:
        table = open_table(content, sheet=run.sheet, spread_merged=True)
        headings: Sequence[str] = run.headings or []
        places = places_of(headings, run.columns or {})
        count = 0
        for number, cells in table.rows:
            if number <= (run.heading_row or 0):
                continue
            count += 1
            if count > MOST_ROWS:
                raise UnreadableListError(row=number, reason=_("в файле больше 200 000 строк"))
            told = {field: cells[at][:LONGEST_TOLD] for field, at in places.items() if at < len(cells)}
            # In a workbook a cell cannot slip into the next column; in a text one unquoted separator moves them all.
            yield Told(number, told, spills=not run.sheet and len(cells) > len(headings))
    except UnreadableSheetError as wrong:
        raise UnreadableListError(**wrong.facts) from None


@transaction.atomic
def _fail(run_id: UUID, problem: str, by: Actor, at: datetime) -> None:
    run = locked(ImportRun.objects, pk=run_id)
    run.state, run.problem = next_run_state(run.state, RunEvent.FAIL), problem[:500]
    run.save(update_fields=["state", "problem"])
    audit.record(by=by, at=at, action="clinics.list_failed", subject_type="clinic_import", subject_id=run.pk)
