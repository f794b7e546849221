"""Policies sold elsewhere come in from the insurer's list (docs/operations/import-policies.md)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doctorlike.accounts.commands.bringing import NewPerson, create_people
from doctorlike.audit import commands as audit
from doctorlike.kit import clock, facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock
from doctorlike.kit.sheets import Sheet, SheetRow, UnreadableSheetError, read_sheet
from doctorlike.policies.commands.issuing import pass_over_borne
from doctorlike.policies.errors import UnreadablePolicyListError
from doctorlike.policies.facts import PoliciesImported
from doctorlike.policies.importing import (
    COLUMNS_NEEDED,
    Catalogue,
    ListedPerson,
    ListedPolicy,
    Outcome,
    RefusedRowError,
    Remark,
    differences,
    keys_of,
    read_policy,
    title,
)
from doctorlike.policies.models import HandedOver, NumberSeries, Policy, TakenNumber
from doctorlike.products import queries as products
from doctorlike.products.rules import Terms

# Such a list of a hundred thousand rows, names in two bytes a letter, with room to spare.
LARGEST_LIST_BYTES = 150_000_000
BATCH_ROWS = 1000
_DIFFERS = _("в системе записано другое, не меняем")


@dataclass(slots=True)
class ReportedRow:
    """What became of one row of the file."""

    number: int
    outcome: Outcome
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Every row of the file, in its order; the counts by outcome add up to the number of rows. `unknown` are columns
    that nobody reads. `linked` is how many of the new policies stand in an account already."""

    rows: tuple[ReportedRow, ...]
    unknown: tuple[str, ...]
    linked: int

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)


@dataclass(slots=True)
class _Read:
    told: ReportedRow
    listed: ListedPolicy | None


def import_policies(
    *, content: bytes, apply: bool, by: Actor, at: datetime, progress: Callable[[int, int], None] | None = None
) -> ImportReport:
    """Look a list of policies through and, when told to `apply`, take the new ones in: their people, numbers, and links
    to the accounts that fit (PoliciesImported). Nothing that is here already is changed, no letter is sent, no premium
    is posted. A thousand rows are one transaction each: broken off, it is simply run again. Repeating changes nothing.
    UnreadablePolicyListError when the file cannot be trusted as a whole; then nothing is written."""
    try:
        sheet = read_sheet(content, most_bytes=LARGEST_LIST_BYTES)
    except UnreadableSheetError as wrong:
        raise UnreadablePolicyListError(**wrong.facts) from None
    keys, unknown = _columns(sheet)
    catalogue = _catalogue()
    reads = [_read_row(row, keys, catalogue, today=clock.insurer_date(at)) for row in sheet.rows]
    del sheet
    _refuse_repeated(reads)
    linked = 0
    for first in range(0, len(reads), BATCH_ROWS):
        batch = [read for read in reads[first : first + BATCH_ROWS] if read.listed is not None]
        linked += _take(batch, catalogue, apply=apply, by=by, at=at)
        if progress:
            progress(min(first + BATCH_ROWS, len(reads)), len(reads))
    report = ImportReport(tuple(read.told for read in reads), tuple(unknown), linked)
    if apply:
        audit.record(
            by=by,
            at=at,
            action="policies.imported",
            subject_type="policy_list",
            subject_id=hashlib.sha256(content).hexdigest()[:60],
            details={outcome.value: report.count(outcome) for outcome in Outcome},
        )
    return report


def _columns(sheet: Sheet) -> tuple[dict[str, str], list[str]]:
    keys, unknown, twice = keys_of(sheet.columns)
    if twice:
        reason = _("столбец назван дважды: {columns}").format(columns=", ".join(twice))
        raise UnreadablePolicyListError(row=1, reason=reason)
    lacking = [title(one[0]) for one in COLUMNS_NEEDED if not set(one) & set(keys.values())]
    if lacking:
        raise UnreadablePolicyListError(row=1, reason=_("нет столбцов {columns}").format(columns=", ".join(lacking)))
    return keys, unknown


def _catalogue() -> Catalogue:
    versions = tuple(products.published_versions())
    if not versions:
        raise UnreadablePolicyListError(row=0, reason=_("в системе ещё нет ни одной версии продукта"))
    return Catalogue(versions, {one.version_id: products.terms_of(one.version_id) for one in versions})


def _read_row(row: SheetRow, keys: dict[str, str], catalogue: Catalogue, *, today: date) -> _Read:
    told = ReportedRow(row.number, Outcome.REFUSED, ())
    if row.spills:
        told.remarks = (Remark("", _("ячеек больше, чем столбцов: в тексте лишний разделитель?")),)
        return _Read(told, None)
    cells = {keys[column]: text for column, text in row.cells.items() if column in keys}
    try:
        listed = read_policy(cells, catalogue, today=today)
    except RefusedRowError as refused:
        told.remarks = refused.remarks
        return _Read(told, None)
    told.outcome, told.remarks = Outcome.NEW, listed.remarks
    return _Read(told, listed)


def _refuse_repeated(reads: Sequence[_Read]) -> None:
    """A number stands once. The same row again is told and left out; where two rows say different things of one number
    nobody knows which is right, so neither is taken."""
    first: dict[str, _Read] = {}
    apart: set[str] = set()
    for read in reads:
        if read.listed is None:
            continue
        number = read.listed.number
        before = first.setdefault(number, read)
        if before is read:
            continue
        if before.listed == read.listed:
            read.told.outcome = Outcome.REPEATED
            words = _("то же, что в строке {row}")
        else:
            apart.add(number)
            read.told.outcome = Outcome.REFUSED
            words = _("этот номер стоит и в строке {row}, а данные другие")
        read.told.remarks = (Remark("number", words.format(row=before.told.number)),)
    for number in apart:
        words = _("этот номер стоит и в другой строке, а данные другие")
        first[number].told.outcome, first[number].told.remarks = Outcome.REFUSED, (Remark("number", words),)
    for read in reads:
        if read.told.outcome is not Outcome.NEW:
            read.listed = None


@transaction.atomic
def _take(batch: Sequence[_Read], catalogue: Catalogue, *, apply: bool, by: Actor, at: datetime) -> int:
    """Judge a batch against what is here and store what is new; returns how many were linked."""
    listed = {read.listed.number: read for read in batch if read.listed is not None}
    series = _locked_series(listed, catalogue) if apply else []
    stored = {
        row.number: row
        for row in Policy.objects.filter(number__in=listed).select_related("insured", "policyholder", "handed_over")
    }
    void = set(
        TakenNumber.objects.filter(number__in=set(listed) - set(stored), policy__isnull=True).values_list(
            "number", flat=True
        )
    )
    new: list[ListedPolicy] = []
    for number, read in listed.items():
        told = read.told
        if read.listed is None:
            continue
        if number in void:
            told.outcome = Outcome.REFUSED
            told.remarks = (Remark("number", _("номер уже учтён как испорченный, выдать его нельзя")),)
        elif number not in stored:
            new.append(read.listed)
        elif apart := differences(read.listed, stored[number]):
            told.outcome, told.remarks = Outcome.DIFFERS, tuple(Remark(key, str(_DIFFERS)) for key in apart)
        else:
            told.outcome, told.remarks = Outcome.SAME, ()
    if not apply or not new:
        return 0
    return _store(new, series, catalogue, by=by, at=at)


def _locked_series(numbers: Iterable[str], catalogue: Catalogue) -> list[NumberSeries]:
    """Numbers of the shape our own series give are taken while no sale takes the next one."""
    advisory_lock("policies:import")
    prefixes = {terms.number_prefix for terms in catalogue.terms.values()}
    begun = {found[1] for one in numbers if (found := re.match(r"([A-Z]+)-\d", one))}
    return list(NumberSeries.objects.select_for_update().filter(prefix__in=prefixes & begun).order_by("pk"))


def _store(
    new: Sequence[ListedPolicy], series: Sequence[NumberSeries], catalogue: Catalogue, *, by: Actor, at: datetime
) -> int:
    people = [person for one in new for person in _people(one)]
    ids = iter(create_people([_new_person(person) for person in people], by=by, at=at))
    policies = [_policy(one, ids, by=by, at=at) for one in new]
    Policy.objects.bulk_create(policies)
    HandedOver.objects.bulk_create(
        HandedOver(
            policy=policy,
            holder_phone=one.policyholder.phone,
            holder_email=one.policyholder.email,
            handed_at=at,
            handed_by=str(by),
        )
        for one, policy in zip(new, policies, strict=True)
        if one.own_contacts
    )
    policy_ids = tuple(policy.pk for policy in policies)
    audit.record_many(by=by, at=at, action="policy.imported", subject_type="policy", subject_ids=[*policy_ids])
    # The newest version of a prefix is the one that goes on numbering.
    numbering = {terms.number_prefix: terms for terms in reversed(_newest_first(catalogue))}
    for one in series:
        pass_over_borne(one, numbering[one.prefix], by=by, at=at)
    facts.publish(PoliciesImported(policy_ids, at))
    return Policy.objects.filter(pk__in=policy_ids, links__isnull=False).distinct().count()


def _newest_first(catalogue: Catalogue) -> list[Terms]:
    return [catalogue.terms[version.version_id] for version in catalogue.versions]


def _people(one: ListedPolicy) -> Iterator[ListedPerson]:
    yield one.policyholder
    if one.insured is not None:
        yield one.insured


def _new_person(one: ListedPerson) -> NewPerson:
    return NewPerson(one.surname, one.given_name, one.patronymic, one.born_on, one.sex, one.identity)


def _policy(one: ListedPolicy, ids: Iterator[UUID], *, by: Actor, at: datetime) -> Policy:
    policyholder_id = next(ids)
    phone, email = one.contacts
    return Policy(
        number=one.number,
        version_id=one.version_id,
        policyholder_id=policyholder_id,
        insured_id=policyholder_id if one.insured is None else next(ids),
        contact_phone=phone,
        contact_email=email,
        programme=one.programme,
        scope=one.scope,
        copay_percent=one.copay_percent,
        starts_on=one.period.starts_on,
        ends_on=one.period.ends_on,
        premium=one.premium,
        # The list tells the day alone.
        concluded_at=min(datetime.combine(one.concluded_on, time(12), tzinfo=clock.insurer_zone()), at),
        concluded_by=str(by),
    )
