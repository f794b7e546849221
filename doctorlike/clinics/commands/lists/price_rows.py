"""Rows of a price list: understood, compared with the prices that are known, written among them, put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from doctorlike.clinics.commands.lists.rows import Told, refuse_spilled, row_of
from doctorlike.clinics.commands.network import BATCH_ROWS
from doctorlike.clinics.commands.searching import index_clinics
from doctorlike.clinics.models import Clinic, ImportRow, ImportRun, ServicePrice
from doctorlike.clinics.rules import (
    DEMO_SERVICES,
    ListedPrice,
    Outcome,
    OverlapError,
    RefusedRowError,
    Remark,
    Spell,
    read_price,
    source_key,
    with_price,
)
from doctorlike.kit.money import Money
from doctorlike.kit.spelling import fold

Pair = tuple[UUID, str]


class PriceRows:
    """Understands the rows of one run, batch by batch, and remembers which prices it has met."""

    def __init__(self, run: ImportRun, *, today: date) -> None:
        self.run, self.today = run, today
        self.codes = _codes_by_name()
        self.met: dict[Pair, list[tuple[date, date | None, int]]] = {}

    def read(self, batch: Sequence[Told]) -> list[ImportRow]:
        """The rows with their outcomes; four queries a batch."""
        clinics = _Clinics(self.run, batch)
        rows = [self._read(told, clinics) for told in batch]
        judge(rows, stored_spells(rows))
        return rows

    def _read(self, told: Told, clinics: _Clinics) -> ImportRow:
        try:
            refuse_spilled(told)
            clinic_id = clinics.of(told.cells)
            listed = read_price(told.cells, codes=self.codes, from_on=self.run.prices_from_on, today=self.today)
            repeated = self._repeats(told, (clinic_id, listed.code), listed)
        except RefusedRowError as refused:
            return row_of(self.run, told, Outcome.REFUSED, [refused.remark])
        if repeated:
            words = _("та же цена, что в строке {first}").format(first=repeated)
            return row_of(self.run, told, Outcome.REPEATED, [Remark("service", words)])
        key = f"{clinic_id}:{listed.code}:{listed.from_on}"
        return row_of(self.run, told, Outcome.SAME, listed.remarks, key=key, meant=_meant(clinic_id, listed))

    def _repeats(self, told: Told, pair: Pair, listed: ListedPrice) -> int | None:
        """The row that said it before; RefusedRowError where an earlier row says otherwise of the same days."""
        met = self.met.setdefault(pair, [])
        for from_on, to_on, number in met:
            words = _("на эти дни цена уже есть в строке {first}").format(first=number)
            if from_on == listed.from_on:
                raise RefusedRowError("from", words)
            within = from_on < listed.from_on and to_on is not None and to_on > listed.from_on
            around = listed.from_on < from_on and listed.to_on is not None and listed.to_on > from_on
            if within or around:
                raise RefusedRowError("to" if around else "from", words)
        met.append((listed.from_on, listed.to_on, told.number))
        return None


def _codes_by_name() -> dict[str, str]:
    """Codes of order 804н by the folded names of services, from our own list and the price lists of clinics."""
    known = ServicePrice.objects.filter(service_code__regex=r"^[AB]\d").values_list("service_name", "service_code")
    stored = {fold(name): code for name, code in known.distinct()}
    return stored | {fold(service.name): service.code for service in DEMO_SERVICES}


class _Clinics:
    """Whose prices the rows of a batch are: by key, by name and address, or by a name that one clinic alone bears."""

    def __init__(self, run: ImportRun, batch: Iterable[Told]) -> None:
        self.only = run.clinic_id
        self.by_key: dict[str, UUID] = {}
        self.by_name: dict[str, set[UUID]] = {}
        if self.only is not None:
            return
        cells = [told.cells for told in batch]
        names = {one.get("clinic", "").strip() for one in cells}
        keys = names | {source_key(one.get("clinic", ""), one.get("address", "")) for one in cells}
        folded = {fold(name)[:300] for name in names}
        found = Clinic.objects.filter(Q(source_key__in=keys) | Q(sort_key__in=folded))
        for clinic_id, key, name in found.values_list("pk", "source_key", "sort_key"):
            self.by_key[key] = clinic_id
            self.by_name.setdefault(name, set()).add(clinic_id)

    def of(self, cells: Mapping[str, str]) -> UUID:
        """RefusedRowError for a clinic that nobody knows, or that several may be."""
        if self.only is not None:
            return self.only
        name, address = cells.get("clinic", "").strip(), cells.get("address", "").strip()
        if address:
            found = {self.by_key[key]} if (key := source_key(name, address)) in self.by_key else set()
        else:
            found = {self.by_key[name]} if name in self.by_key else self.by_name.get(fold(name)[:300], set())
        if len(found) > 1:
            raise RefusedRowError("clinic", _("таких клиник несколько: нужен и адрес"))
        if not found:
            raise RefusedRowError("address" if address else "clinic", _("такой клиники в сети нет"))
        return next(iter(found))


def _meant(clinic_id: UUID, listed: ListedPrice) -> dict[str, Any]:
    return {
        "clinic_id": str(clinic_id),
        "code": listed.code,
        "name": listed.name,
        "price": str(listed.price.amount),
        "from_on": listed.from_on.isoformat(),
        "to_on": listed.to_on.isoformat() if listed.to_on else None,
    }


def pair_of(row: ImportRow) -> Pair:
    meant = row.meant or {}
    return UUID(meant["clinic_id"]), meant["code"]


def spell_of(told: Mapping[str, Any]) -> Spell:
    to_on = told["to_on"]
    return Spell(
        date.fromisoformat(told["from_on"]),
        date.fromisoformat(to_on) if to_on else None,
        Money.of(told["price"]),
        told["name"],
    )


def written(spell: Spell) -> dict[str, Any]:
    """The other way round."""
    return {
        "from_on": spell.from_on.isoformat(),
        "to_on": spell.to_on.isoformat() if spell.to_on else None,
        "price": str(spell.price.amount),
        "name": spell.name,
    }


def stored_spells(rows: Iterable[ImportRow], *, lock: bool = False) -> dict[Pair, tuple[Spell, ...]]:
    """What is stored of the services that the rows name. One query."""
    pairs = {pair_of(row) for row in rows if row.meant is not None}
    found = ServicePrice.objects.filter(
        clinic_id__in={clinic_id for clinic_id, _code in pairs}, service_code__in={code for _clinic, code in pairs}
    ).order_by("valid_from_on")
    spells: dict[Pair, tuple[Spell, ...]] = {}
    for row in found.select_for_update() if lock else found:
        pair = (row.clinic_id, row.service_code)
        if pair in pairs:
            one = Spell(row.valid_from_on, row.valid_to_on, row.price, row.service_name)
            spells[pair] = (*spells.get(pair, ()), one)
    return spells


def judge(rows: Iterable[ImportRow], stored: Mapping[Pair, tuple[Spell, ...]]) -> dict[Pair, tuple[Spell, ...]]:
    """Note on each row that can be taken what it would change, `before` being all that was stored of its service until
    this very row; returns the services that come out different. One that overlaps a price of another list is
    refused."""
    now = dict(stored)
    different: dict[Pair, tuple[Spell, ...]] = {}
    ordered = sorted((row for row in rows if row.meant is not None), key=lambda row: (row.key, row.row_number))
    for row in ordered:
        pair = pair_of(row)
        before = now.get(pair, ())
        row.clinic_id = pair[0]
        try:
            after = with_price(before, spell_of(row.meant or {}))
        except OverlapError as overlap:
            words = _("пересекается с ценой, которая начинается {day}").format(day=f"{overlap.on:%d.%m.%Y}")
            row.outcome, row.meant, row.before = Outcome.REFUSED.value, None, None
            row.remarks = [*row.remarks, ["to", words]]
            continue
        if after == before:
            row.outcome, row.before = Outcome.SAME.value, None
            continue
        row.outcome = (Outcome.CHANGED if before else Outcome.ADDED).value
        row.before = {"spells": [written(spell) for spell in before]}
        now[pair] = different[pair] = after
    return different


def write(rows: Sequence[ImportRow], *, on: date) -> None:
    """Put the rows' prices among those that are stored. `on` is the insurer's date."""
    store(judge(rows, stored_spells(rows, lock=True)), on=on)


def store(spells: Mapping[Pair, Sequence[Spell]], *, on: date) -> None:
    """What is known of these services, in place of what was; the clinics are found by them from now on."""
    if not spells:
        return
    clinic_ids = {clinic_id for clinic_id, _code in spells}
    stored = ServicePrice.objects.filter(
        clinic_id__in=clinic_ids, service_code__in={code for _clinic, code in spells}
    ).values_list("pk", "clinic_id", "service_code")
    gone = [pk for pk, clinic_id, code in stored if (clinic_id, code) in spells]
    ServicePrice.objects.filter(pk__in=gone).delete()
    ServicePrice.objects.bulk_create(
        [
            ServicePrice(
                clinic_id=clinic_id,
                service_code=code,
                service_name=spell.name,
                price=spell.price,
                valid_from_on=spell.from_on,
                valid_to_on=spell.to_on,
            )
            for (clinic_id, code), told in spells.items()
            for spell in told
        ],
        batch_size=BATCH_ROWS,
    )
    index_clinics(clinic_ids, on=on)
