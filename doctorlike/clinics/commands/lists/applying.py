"""A list that was read goes into the network, as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.clinics.commands.lists import clinic_rows, price_rows
from doctorlike.clinics.commands.lists.clinic_rows import scopes_wanted
from doctorlike.clinics.commands.lists.receiving import LOCK, go_on_with_list
from doctorlike.clinics.commands.memberships import end_memberships
from doctorlike.clinics.commands.network import BATCH_ROWS, open_memberships
from doctorlike.clinics.errors import MembershipDayError, NothingToApplyError
from doctorlike.clinics.models import ImportRow, ImportRun
from doctorlike.clinics.queries.lists import absent_memberships
from doctorlike.clinics.rules import Absent, ListKind, Outcome, RunEvent, RunState, next_run_state, progress_name
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.kit.progress import Progress


@transaction.atomic
def ask_to_apply(
    *, run_id: UUID, absent: Absent = Absent.LEAVE, absent_on: date | None = None, by: Actor, at: datetime
) -> None:
    """Have a job apply a list that was read, and say what becomes of clinics it does not name: they stay, or leave the
    network on `absent_on`, today at the earliest (MembershipDayError). NothingToApplyError without a row to be taken;
    RunRefusedError unless it waits for this."""
    run = locked(ImportRun.objects, pk=run_id)
    run.state = next_run_state(run.state, RunEvent.APPLY)
    if not run.added + run.changed + run.same:
        raise NothingToApplyError
    if absent is not Absent.LEAVE:
        if absent_on is None or absent_on < clock.insurer_date(at):
            raise MembershipDayError(reason=_("клиники уходят из сети сегодня или позже"))
        run.absent, run.absent_on = absent, absent_on
    run.save(update_fields=["state", "absent", "absent_on"])
    audit.record(by=by, at=at, action="clinics.list_apply_asked", subject_type="clinic_import", subject_id=run.pk)
    go_on_with_list(run_id=run_id, by=by)


@transaction.atomic
def apply_list(*, run_id: UUID, by: Actor, at: datetime) -> None:
    """Write what the list means now: outcomes are judged anew, for the network may have changed since it was read. All
    or nothing. Repeating, or asking for a run that does not wait for it, changes nothing."""
    advisory_lock(LOCK)
    run = locked(ImportRun.objects, pk=run_id)
    if run.state != RunState.APPLYING:
        return
    apply_rows(run, at=at)
    run.state = next_run_state(run.state, RunEvent.APPLIED)
    run.applied_at, run.applied_by = at, str(by)
    run.save()
    note_applied(run, by=by, at=at)


def apply_rows(run: ImportRun, *, at: datetime) -> None:
    """The same for a run that is locked; it is not saved."""
    today = clock.insurer_date(at)
    shown, done, joined = Progress(progress_name(run.pk, RunState.APPLYING)), 0, 0
    for rows in _batches(run):
        joined += write_rows(run, rows, on=today)
        done += len(rows)
        shown.tell(done, run.row_count)
    count_outcomes(run)
    run.joined = (run.joined or 0) + joined
    run.left = 0
    if run.absent != Absent.LEAVE and run.absent_on is not None:
        gone = absent_memberships(run, Absent(run.absent), run.absent_on)
        run.left = end_memberships(gone, on=run.absent_on, at=at, run_id=run.pk)


def note_applied(run: ImportRun, *, by: Actor, at: datetime) -> None:
    audit.record(
        by=by,
        at=at,
        action="clinics.imported",
        subject_type="clinic_import",
        subject_id=run.pk,
        details={
            **{outcome.value: getattr(run, outcome.value) for outcome in Outcome},
            "joined": run.joined or 0,
            "left": run.left or 0,
        },
    )


def write_rows(run: ImportRun, rows: list[ImportRow], *, on: date) -> int:
    """Write rows that can be taken, keep what they replaced, and return how many memberships began."""
    write: Callable[..., None] = price_rows.write if run.kind == ListKind.PRICES else clinic_rows.write
    write(rows, on=on)
    ImportRow.objects.bulk_create(
        rows,
        batch_size=BATCH_ROWS,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["outcome", "clinic", "remarks", "meant", "before"],
    )
    if run.kind == ListKind.PRICES:
        return 0
    wanted = {
        row.clinic_id: scopes_wanted(row.meant["region_id"], run.scopes)
        for row in rows
        if row.clinic_id is not None and row.meant is not None
    }
    return open_memberships(wanted, on, run_id=run.pk)


def count_outcomes(run: ImportRun) -> None:
    """The run's counts as its rows are now; it is not saved."""
    counts = dict(run.rows.values_list("outcome").annotate(Count("pk")))
    for outcome in Outcome:
        setattr(run, outcome.value, counts.get(outcome.value, 0))
    run.row_count = sum(counts.values())


def _batches(run: ImportRun) -> Iterator[list[ImportRow]]:
    """Rows that can be taken, so that the prices of a service follow each other."""
    after = ""
    taken = run.rows.exclude(meant=None).order_by("key")
    # Keys differ within a run: a row that says the same again is not taken.
    while rows := list(taken.filter(key__gt=after)[:BATCH_ROWS]):
        yield rows
        after = rows[-1].key
