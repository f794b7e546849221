"""A row that was refused, or taken with something unread in it, is put right by a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.clinics.commands.lists.applying import count_outcomes, write_rows
from doctorlike.clinics.commands.lists.reading import LONGEST_TOLD, row_reader
from doctorlike.clinics.commands.lists.receiving import LOCK
from doctorlike.clinics.commands.lists.rows import Told
from doctorlike.clinics.errors import RowNotMendedError
from doctorlike.clinics.models import ImportRow, ImportRun
from doctorlike.clinics.rules import FIELDS, ListKind, Outcome, Remark, RunEvent, RunState, next_run_state
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock, locked


@transaction.atomic
def mend_row(*, run_id: UUID, row_number: int, cells: Mapping[str, str], by: Actor, at: datetime) -> None:
    """Read a row again from what a person wrote, by field. In a list that was applied it is taken at once, as part of
    it; in one that was only read it waits with the others. RowNotMendedError (`remarks`) when it still is no row that
    can be taken: then everything stays. RunRefusedError once the list was taken back, NotFoundError for no row."""
    writes = ImportRun.objects.filter(pk=run_id, state=RunState.APPLIED).exists()
    if writes:
        advisory_lock(LOCK)
    run = locked(ImportRun.objects, pk=run_id)
    # Refused as well when the list was applied, or taken back, between the two looks.
    next_run_state(run.state, RunEvent.APPLIED if writes else RunEvent.READ)
    row = locked(ImportRow.objects, run_id=run_id, row_number=row_number)
    fields = {field.key for field in FIELDS[ListKind(run.kind)]}
    told = {field: text.strip()[:LONGEST_TOLD] for field, text in cells.items() if field in fields}
    (read,) = row_reader(run, at=at, places={}).read([Told(row.row_number, {**row.told, **told})])
    refused = read.meant is None or _taken_by_another(row, read)
    if refused:
        remarks = tuple(Remark(column, text) for column, text in read.remarks)
        raise RowNotMendedError(remarks=remarks)
    was_written = run.state == RunState.APPLIED and row.meant is not None
    if was_written and row.key != read.key:
        words = _("строка уже загружена, о другой клинике или услуге она говорить не может")
        raise RowNotMendedError(remarks=(Remark("clinic", words),))
    kept = (row.outcome, row.before) if was_written else None
    row.told, row.remarks, row.key, row.meant = read.told, read.remarks, read.key, read.meant
    row.outcome, row.before, row.clinic = read.outcome, read.before, read.clinic
    if run.state == RunState.APPLIED:
        run.joined = (run.joined or 0) + write_rows(run, [row], on=clock.insurer_date(at))
        if kept is not None:
            _as_first_written(row, *kept)
    row.save()
    count_outcomes(run)
    run.save()
    audit.record(
        by=by,
        at=at,
        action="clinics.row_mended",
        subject_type="clinic_import",
        subject_id=run.pk,
        details={"row": row_number},
    )


def _taken_by_another(row: ImportRow, read: ImportRow) -> bool:
    """Whether another row of the list is about the same: then the remark says which."""
    other = ImportRow.objects.filter(run_id=row.run_id, key=read.key).exclude(pk=row.pk).exclude(meant=None).first()
    if other is None:
        return False
    read.remarks = [["clinic", _("об этом уже говорит строка {first}").format(first=other.row_number)]]
    return True


def _as_first_written(row: ImportRow, outcome: str, before: dict[str, object] | None) -> None:
    """What is put back when the list is taken back is what was there before its first writing."""
    if outcome == Outcome.ADDED:
        row.outcome, row.before = outcome, None
    elif before is not None and "spells" not in before:
        row.outcome, row.before = Outcome.CHANGED.value, {**(row.before or {}), **before}
    elif before is not None:
        row.outcome, row.before = outcome, before
