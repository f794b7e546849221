"""A list is taken back as a whole: what was stored before it is stored again, unless something came after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import ForeignObjectRel, Model, QuerySet
from django.utils.translation import gettext as _

from doctorlike.audit import commands as audit
from doctorlike.clinics.commands.lists import clinic_rows, price_rows
from doctorlike.clinics.commands.lists.receiving import LOCK, go_on_with_list
from doctorlike.clinics.commands.memberships import reopen_memberships
from doctorlike.clinics.commands.network import BATCH_ROWS
from doctorlike.clinics.errors import LaterDependsError
from doctorlike.clinics.models import Clinic, ImportRow, ImportRun, NetworkMembership
from doctorlike.clinics.rules import (
    ListKind,
    Outcome,
    RunEvent,
    RunState,
    Spell,
    next_run_state,
    progress_name,
    with_price,
)
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.kit.progress import Progress

_NAMED = 3


@transaction.atomic
def ask_to_take_back(*, run_id: UUID, by: Actor, at: datetime) -> None:
    """Have a job take an applied list back; one that was only read is taken back at once. RunRefusedError when neither
    can be."""
    run = locked(ImportRun.objects, pk=run_id)
    run.state, run.problem = next_run_state(run.state, RunEvent.TAKE_BACK), ""
    if run.state == RunState.TAKEN_BACK:
        run.taken_back_at, run.taken_back_by = at, str(by)
    run.save(update_fields=["state", "problem", "taken_back_at", "taken_back_by"])
    go_on_with_list(run_id=run_id, by=by)
    audit.record(by=by, at=at, action="clinics.list_take_back_asked", subject_type="clinic_import", subject_id=run.pk)


def take_back_list(*, run_id: UUID, by: Actor, at: datetime) -> None:
    """Restore what was there before the list. Where something depends on what it brought, everything stays and the run
    says in words what. Repeating, or asking for a run that does not wait for it, changes nothing."""
    try:
        with transaction.atomic():
            advisory_lock(LOCK)
            run = locked(ImportRun.objects, pk=run_id)
            if run.state != RunState.TAKING_BACK:
                return
            _take_back(run, at=at)
            run.state = next_run_state(run.state, RunEvent.TAKEN_BACK)
            run.taken_back_at, run.taken_back_by = at, str(by)
            run.save()
            _note(run, "clinics.list_taken_back", by, at)
    except LaterDependsError as refusal:
        with transaction.atomic():
            run = locked(ImportRun.objects, pk=run_id)
            run.state, run.problem = next_run_state(run.state, RunEvent.KEEP), str(refusal)[:500]
            run.save(update_fields=["state", "problem"])
            _note(run, "clinics.list_kept", by, at)


def _note(run: ImportRun, action: str, by: Actor, at: datetime) -> None:
    audit.record(by=by, at=at, action=action, subject_type="clinic_import", subject_id=run.pk)


def _take_back(run: ImportRun, *, at: datetime) -> None:
    today = clock.insurer_date(at)
    shown, done = Progress(progress_name(run.pk, RunState.TAKING_BACK)), 0
    changed = run.rows.filter(outcome__in=(Outcome.ADDED, Outcome.CHANGED)).exclude(meant=None)
    if run.kind == ListKind.CLINICS:
        _memberships(run, at=at)
    for rows in _backwards(changed):
        if run.kind == ListKind.PRICES:
            _prices(rows, on=today)
        else:
            _clinics(rows, on=today)
        done += len(rows)
        shown.tell(done, run.added + run.changed)


def _backwards(rows: QuerySet[ImportRow]) -> Iterator[list[ImportRow]]:
    """What was written last is put back first. The rows stay as they are, as the history of what was there."""
    ordered = rows.order_by("-key", "-row_number")
    first = 0
    while batch := list(ordered[first : first + BATCH_ROWS]):
        yield batch
        first += BATCH_ROWS


def _memberships(run: ImportRun, *, at: datetime) -> None:
    opened = NetworkMembership.objects.filter(opened_in=run.pk).select_for_update()
    ended = [row for row in opened if row.to_on is not None]
    if ended:
        names = _names(row.clinic_id for row in ended)
        raise LaterDependsError(reason=_("после загрузки участие в сети меняли: {names}").format(names=names))
    closed = list(NetworkMembership.objects.filter(closed_in=run.pk).select_for_update())
    again = NetworkMembership.objects.filter(
        clinic_id__in={row.clinic_id for row in closed}, to_on__isnull=True
    ).values_list("clinic_id", "scope")
    taken = set(again) & {(row.clinic_id, row.scope) for row in closed}
    if taken:
        names = _names(clinic_id for clinic_id, _scope in taken)
        raise LaterDependsError(reason=_("клиники уже вернулись в сеть: {names}").format(names=names))
    opened.delete()
    reopen_memberships(closed, at=at)


def _clinics(rows: list[ImportRow], *, on: date) -> None:
    stored: dict[UUID | None, Clinic] = {
        clinic.pk: clinic
        for clinic in Clinic.objects.filter(pk__in={row.clinic_id for row in rows}).select_for_update().order_by("pk")
    }
    later = [row.clinic_id for row in rows if not _is_as_written(row, stored)]
    if later:
        raise LaterDependsError(reason=_("после загрузки изменили клиники: {names}").format(names=_names(later)))
    added = {row.clinic_id for row in rows if row.outcome == Outcome.ADDED and row.clinic_id is not None}
    used = _used(added)
    if used:
        words = _("этими клиниками уже пользуются, у них есть прайс-лист, врачи или записи: {names}")
        raise LaterDependsError(reason=words.format(names=_names(used)))
    clinic_rows.put_back([row for row in rows if row.outcome == Outcome.CHANGED], stored, on=on)
    Clinic.objects.filter(pk__in=added).delete()


def _is_as_written(row: ImportRow, stored: Mapping[UUID | None, Clinic]) -> bool:
    """Whether nobody has changed the row's clinic since: of one that the list added, anything; of another, what the
    list tells of it."""
    clinic, meant = stored.get(row.clinic_id), row.meant or {}
    if clinic is None or clinic_rows.as_meant(clinic, meant) != meant:
        return False
    if row.outcome != Outcome.ADDED:
        return True
    fresh = Clinic()
    others = [field.attname for field in Clinic._meta.concrete_fields if field.attname not in {*meant, *_MADE}]
    return all(getattr(clinic, name) == getattr(fresh, name) for name in others)


_MADE = ("id", "source_key", "sort_key", "search_text")


def _used(clinic_ids: set[UUID]) -> set[UUID]:
    """Clinics that anything points at but what a list itself brings, of whatever app: found by the tables' keys."""
    used: set[UUID] = set()
    for relation in Clinic._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel):
            continue
        model: type[Model] = relation.related_model
        if model._meta.model_name in _BROUGHT and model._meta.app_label == Clinic._meta.app_label:
            continue
        name = relation.field.name
        pointing = model._base_manager.filter(**{f"{name}__in": clinic_ids})
        used |= set(pointing.values_list(f"{name}_id", flat=True))
    return used


_BROUGHT = ("openingspan", "networkmembership", "importrow", "importrun", "searchentry")


def _prices(rows: list[ImportRow], *, on: date) -> None:
    now = dict(price_rows.stored_spells(rows, lock=True))
    restored: dict[price_rows.Pair, tuple[Spell, ...]] = {}
    for row in rows:
        pair = price_rows.pair_of(row)
        before = tuple(price_rows.spell_of(told) for told in (row.before or {}).get("spells", ()))
        if now.get(pair, ()) != with_price(before, price_rows.spell_of(row.meant or {})):
            words = _("после загрузки меняли цены: {names}").format(names=_names([pair[0]]))
            raise LaterDependsError(reason=words)
        now[pair] = restored[pair] = before
    price_rows.store(restored, on=on)


def _names(clinic_ids: Iterable[UUID | None]) -> str:
    """Some of the clinics by name, and how many more."""
    wanted = {one for one in clinic_ids if one is not None}
    names = list(Clinic.objects.filter(pk__in=wanted).order_by("sort_key").values_list("name", flat=True)[:_NAMED])
    more = len(wanted) - len(names)
    return ", ".join(names) + (_(" и ещё {more}").format(more=more) if more > 0 and names else "")
