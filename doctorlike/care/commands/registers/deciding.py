"""A piece of a register is decided: its lines in the order of their visits, then of their rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import IntegerField, UUIDField
from django.utils.translation import gettext as _

from doctorlike.care.cells import CellReader, told_cells
from doctorlike.care.commands.registers.charging import ChargedVisit
from doctorlike.care.knowledge import Knowledge, KnownVisit, Network, StandingLine, learn
from doctorlike.care.models import ClaimedRow, Encounter, Register, RegisterLine, RegisterPiece
from doctorlike.care.rules import (
    RULES_VERSION,
    TITLES,
    Adjudicated,
    ClaimedLine,
    LineFacts,
    Outcome,
    Refusal,
    UnreadableLine,
    adjudicate,
    refusal_words,
    steps_of,
)
from doctorlike.clinics.queries import PriceSpan
from doctorlike.coverage import commands as coverage
from doctorlike.coverage import queries as limits
from doctorlike.coverage.commands import UsedLimit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_key
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Read, Told
from doctorlike.kit.writes import NULL, copy_lines, written
from doctorlike.policies.queries import InsuredPolicy

_NOTHING = Money.zero()
# Taken together with a policy proven by number and birth date, anything else leaves a visit to show.
_STRANGERS = frozenset(
    (Refusal.UNKNOWN_CLINIC, Refusal.UNKNOWN_POLICY, Refusal.BIRTH_DATE_DIFFERS, Refusal.FUTURE_VISIT)
)
_MOST_FATES = 100_000
_MOST_SERVICES = 20_000
_rows = Read(
    lambda: ClaimedRow.objects.filter(
        register_id=Told("register_id", UUIDField()),
        slice__gte=Told("from_slice", IntegerField()),
        slice__lt=Told("to_slice", IntegerField()),
    ).values_list("row", "cells"),
    prepared=True,
)


@dataclass(frozen=True, slots=True)
class Fate:
    """What was decided about lines of the same facts, and how they have it written."""

    decided: Adjudicated
    written: str

    @classmethod
    def of(cls, facts: LineFacts, decided: Adjudicated) -> Fate:
        words = ""
        if decided.outcome is Outcome.REFUSED:
            words = " ".join(
                refusal_words(reason, total=decided.total, list_price=facts.list_price) for reason in decided.reasons
            )
        columns = (
            *(facts.quantity, facts.price, decided.total, decided.outcome, decided.reasons, words[:300]),
            *(decided.share, decided.insurer_part, decided.steps),
        )
        return cls(decided, written(columns))


@dataclass(slots=True)
class Court:
    """Decides the pieces of one register in one process: what pieces have in common is learned once, and of lines with
    the same facts the rule is asked once."""

    register: Register
    network: Network = field(init=False)
    reader: CellReader = field(init=False)
    today: date = field(init=False)
    # What every line of the register has.
    written: str = field(init=False)
    _fates: dict[tuple[Any, ...], Fate] = field(default_factory=dict)
    _services: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.network = Network(self.register.clinic_id)
        self.reader = CellReader(corrects=self.register.corrects_id is not None)
        # Not the day on which a worker came to it: the same file has the same fate whenever that is.
        self.today = clock.insurer_date(self.register.received_at)
        self.written = written((self.register.pk, RULES_VERSION))

    def decide_piece(self, piece: RegisterPiece, *, by: Actor, at: datetime) -> None:
        """Every line of a piece that the caller has locked and that is not decided: lines, visits, limits used and
        lines taken back are written in the caller's transaction, and nothing is charged. The counts are noted on the
        piece, which is saved."""
        told = _rows(register_id=piece.register_id, from_slice=piece.from_slice, to_slice=piece.to_slice)
        hearing = _Hearing(self, at=at)
        hearing.hear(told)
        hearing.write(by=by)
        for outcome in Outcome:
            setattr(piece, outcome.value, hearing.counts[outcome])
        piece.reversed, piece.decided_at = len(hearing.reversed), at
        piece.share, piece.insurer_part = Money(hearing.share), Money(hearing.insurer_part)
        piece.visits = hearing.charged_visits()
        piece.taken_back = [line_id.hex for line_id in hearing.reversed]
        piece.save()
        rows = ClaimedRow.objects.filter(register_id=piece.register_id)
        # Nothing refers to a claimed row: there is nothing for the ORM to look for.
        rows.filter(slice__gte=piece.from_slice, slice__lt=piece.to_slice)._raw_delete(rows.db)

    def fate(
        self,
        line: ClaimedLine,
        listed: PriceSpan | None,
        policy: InsuredPolicy | None,
        clinic_known: bool,
        accepted_before: bool,
        reasons: tuple[str, ...],
    ) -> Fate:
        """Of a line: most lines of a register have had their like before them."""
        total = line.total
        key = (
            # Amounts of money are dearer to tell apart than their figures.
            line.price.amount,
            None if total is None else total.amount,
            None if listed is None else listed.price.amount,
            line.quantity,
            clinic_known,
            None if policy is None else policy.born_on == line.born_on,
            line.visit_on > self.today,
            0 if policy is None else policy.copay_percent,
            accepted_before,
            reasons,
        )
        try:
            return self._fates[key]
        except KeyError:
            facts = LineFacts(
                line.price,
                line.quantity,
                total,
                clinic_known,
                born_on_fits=key[5],
                in_future=key[6],
                list_price=listed.price if listed is not None else None,
                copay_percent=key[7],
                accepted_before=accepted_before,
                coverage_reasons=reasons,
                withdraws=line.quantity == 0,
            )
            fate = Fate.of(facts, adjudicate(facts))
            if len(self._fates) < _MOST_FATES:
                self._fates[key] = fate
            return fate

    def service(self, code: str, name: str) -> str:
        """A service as a line has it written."""
        told = self._services.get((code, name))
        if told is None:
            told = written((code[:20], name[:300]))
            if len(self._services) < _MOST_SERVICES:
                self._services[code, name] = told
        return told


@dataclass(slots=True)
class _Hearing:
    """One piece on its way."""

    court: Court
    at: datetime
    known: Knowledge = field(init=False)
    # What every line has behind its own: its register, the rules, the instant.
    ending: str = field(init=False)
    # By their rows, as COPY reads them.
    lines: list[tuple[int, str]] = field(default_factory=list)
    encounters: list[str] = field(default_factory=list)
    uses: list[UsedLimit] = field(default_factory=list)
    reversed: list[UUID] = field(default_factory=list)
    share: Decimal = _NOTHING.amount
    insurer_part: Decimal = _NOTHING.amount
    counts: Counter[Outcome] = field(default_factory=Counter)
    # What lines that may be taken back count for in the limits: nothing, after a dispute that was upheld.
    used: Mapping[UUID, Money] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ending = f"{self.court.written}\t{written((self.at,))}"

    def hear(self, told: Sequence[tuple[int, str]]) -> None:
        cells = dict(told)
        read = [self.court.reader.read(row, text) for row, text in told]
        claimed = [line for line in read if isinstance(line, ClaimedLine)]
        claimed.sort(key=lambda line: (line.visit_on, line.row))
        self.known = learn(claimed, self.court.network)
        if self.court.register.corrects_id is not None:
            standing = (line for lines in self.known.standing.values() for line in lines.values())
            self.used = limits.used_by_lines(line.id for line in standing if line is not None)
        for unread in read:
            if isinstance(unread, UnreadableLine):
                self._note_unreadable(unread, cells[unread.row])
        for line in claimed:
            self._decide(line, cells)
        # Rows beside each other in the file lie beside each other in the table.
        self.lines.sort()

    def charged_visits(self) -> list[list[Any]]:
        """Visits with accepted lines of this piece, as it keeps them."""
        return [
            ChargedVisit.written(visit.encounter_key, visit.policy_key, visit.clinic_key, visit.on, visit.share)
            for visit in self.known.visits
            if visit.share is not None
        ]

    def write(self, *, by: Actor) -> None:
        if self.reversed:
            RegisterLine.objects.filter(pk__in=self.reversed).update(
                reversed_at=self.at, reversed_in=self.court.register
            )
            coverage.release_limits(line_ids=self.reversed, by=by, at=self.at)
        copy_lines(Encounter, ("id", "policy_id", "clinic_id", "visit_on"), self.encounters)
        copy_lines(RegisterLine, _LINE_COLUMNS, (line for _row, line in self.lines))
        coverage.use_limits(uses=self.uses, by=by, at=self.at)

    def _decide(self, line: ClaimedLine, cells: dict[int, str]) -> None:
        court = self.court
        clinic_id = court.network.clinic_of(line)
        policy = self.known.policy_by_number.get(line.policy_number)
        visit = listed = taken_back = None
        reasons: tuple[str, ...] = ()
        accepted_before = False
        if policy is not None and clinic_id is not None and policy.born_on == line.born_on:
            visit = self.known.visit_of(line, policy.id, clinic_id)
            listed = court.network.listed(line)
            if line.service_code in visit.standing:
                accepted_before = True
                before = visit.standing[line.service_code]
                if before is not None and self._replaces(line, before):
                    taken_back, accepted_before = before, line.quantity == 0
                    self._note_use(visit, line.service_code, -self.used.get(before.id, _NOTHING))
            decision = visit.book.decide(line.service_code)
            reasons = tuple([reason.code for reason in decision.reasons]) if decision.reasons else ()
        fate = court.fate(line, listed, policy, clinic_id is not None, accepted_before, reasons)
        if taken_back is not None and visit is not None:
            self._take_back(taken_back, visit, line, fate.decided)
        self._settle(line, fate, visit, listed, cells)

    def _replaces(self, line: ClaimedLine, before: StandingLine) -> bool:
        """Whether the line says otherwise of what the corrected register claimed; the same again is a repetition."""
        corrects_id = self.court.register.corrects_id
        return before.register_id == corrects_id and line.price.times(line.quantity) != before.total

    def _take_back(self, before: StandingLine, visit: KnownVisit, line: ClaimedLine, decided: Adjudicated) -> None:
        """What a correction replaces is reversed, unless the correction itself is refused."""
        if decided.outcome is Outcome.REFUSED:
            self._note_use(visit, line.service_code, self.used.get(before.id, _NOTHING))
        else:
            self.reversed.append(before.id)
            del visit.standing[line.service_code]

    def _settle(
        self,
        line: ClaimedLine,
        fate: Fate,
        visit: KnownVisit | None,
        listed: PriceSpan | None,
        cells: dict[int, str],
    ) -> None:
        line_key, decided, code = new_key(), fate.decided, line.service_code
        outcome = decided.outcome
        if outcome is Outcome.ACCEPTED and visit is not None:
            self.share += decided.share.amount
            self.insurer_part += decided.insurer_part.amount
            visit.share = decided.share.amount if visit.share is None else visit.share + decided.share.amount
            visit.standing[code] = None
            benefit_code = self._note_use(visit, code, decided.total)
            if benefit_code is not None:
                self.uses.append(UsedLimit(line_key, visit.policy_key, benefit_code, decided.total, line.visit_on))
        # The price list's wording is the order's; a clinic's own is kept only where there is none.
        name = listed.service_name if listed is not None else line.service_name
        told = told_cells(cells[line.row]) if outcome is Outcome.REFUSED else None
        shown = visit is not None and (not decided.reasons or _STRANGERS.isdisjoint(decided.reasons))
        encounter_key = self._encounter(visit) if visit is not None and shown else None
        self._note(line_key, line.row, encounter_key, self.court.service(code, name), fate, told)

    def _note(
        self, key: str, row: int, encounter_key: str | None, service: str, fate: Fate, told: dict[str, str] | None
    ) -> None:
        self.counts[fate.decided.outcome] += 1
        own = f"{key}\t{row}\t{encounter_key or NULL}\t{NULL if told is None else written((told,))}"
        self.lines.append((row, f"{own}\t{service}\t{fate.written}\t{self.ending}"))

    def _note_use(self, visit: KnownVisit, service_code: str, amount: Money) -> str | None:
        """What a line costs counts for all that follow, where the contract limits it; the benefit it draws on."""
        benefit_code = visit.book.uses(service_code)
        if benefit_code is not None:
            visit.book.note(benefit_code, amount)
        return benefit_code

    def _encounter(self, visit: KnownVisit) -> str:
        if not visit.encounter_key:
            visit.encounter_key = new_key()
            own = f"{visit.encounter_key}\t{visit.policy_key}\t{visit.clinic_key}\t{visit.on.isoformat()}"
            self.encounters.append(own)
        return visit.encounter_key

    def _note_unreadable(self, line: UnreadableLine, text: str) -> None:
        what = f"{TITLES[line.column]} «{line.text}»" if line.column else _("ячеек больше, чем столбцов")
        reasons = (Refusal.UNREADABLE,)
        words, steps = refusal_words(Refusal.UNREADABLE, column=what)[:300], steps_of(Outcome.REFUSED, reasons)
        decided = Adjudicated(Outcome.REFUSED, reasons, _NOTHING, _NOTHING, _NOTHING, steps)
        columns = (1, None, None, Outcome.REFUSED, reasons, words, _NOTHING, _NOTHING, steps)
        fate = Fate(decided, written(columns))
        self._note(new_key(), line.row, None, self.court.service("", ""), fate, told_cells(text))


# The line's own, its service, its fate, and what all have: each part is written by itself.
_LINE_COLUMNS = (
    *("id", "row", "encounter_id", "told"),
    *("service_code", "service_name"),
    *("quantity", "price", "total", "outcome", "reasons", "refusal_text", "share", "insurer_part", "steps"),
    *("register_id", "rules_version", "adjudicated_at"),
)
