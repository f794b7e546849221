"""Registers in, decisions and charges out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from doctorlike.audit import commands as audit
from doctorlike.care import rules
from doctorlike.care.knowledge import Knowledge, learn
from doctorlike.care.models import Encounter, Register, RegisterLine
from doctorlike.care.rules import Adjudicated, ClaimedLine, Outcome, Refusal, UnreadableLine
from doctorlike.care.spreadsheet import read_register
from doctorlike.copay import commands as copay
from doctorlike.coverage import commands as coverage
from doctorlike.coverage.commands import UsedLimit
from doctorlike.kit import clock, storage
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock
from doctorlike.kit.money import Money


@dataclass(frozen=True, slots=True)
class RefusedRow:
    row: int
    words: str


@dataclass(frozen=True, slots=True)
class RegisterReport:
    """What became of a file. `rows` = accepted + refused + not_covered; `repeated` when the very same file had been
    loaded before, and this time nothing was done."""

    register_id: UUID
    repeated: bool
    rows: int
    accepted: int
    refused: Sequence[RefusedRow]
    not_covered: Sequence[RefusedRow]
    charges: int
    insurer_total: Money
    share_total: Money


def import_register(
    *, content: bytes, file_name: str, clinic_id: UUID | None = None, by: Actor, at: datetime
) -> RegisterReport:
    """Read, adjudicate and keep a register; each visit with a share to pay makes one charge. `clinic_id` is whose file
    it is; without it every line names its clinic. UnreadableRegisterError when the file as a whole cannot be read:
    then nothing of it is kept. The same file again changes nothing."""
    claimed = read_register(content, file_name)
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        # Two files at once could claim one service for the same visit.
        advisory_lock("care.adjudication")
        before = Register.objects.filter(sha256=sha256).first()
        if before is not None:
            return _report(before, repeated=True, charges=0)
        register = Register.objects.create(
            clinic_id=clinic_id,
            file_name=file_name[:200],
            sha256=sha256,
            storage_key=storage.keep(content, folder=f"registers/{at:%Y/%m}"),
            received_at=at,
            received_by=str(by),
            adjudicated_at=at,
        )
        charges = _adjudicate(register, claimed, by=by, at=at)
        report = _report(register, repeated=False, charges=charges)
        audit.record(
            by=by,
            at=at,
            action="register.adjudicated",
            subject_type="register",
            subject_id=register.pk,
            details={
                "rows": report.rows,
                "accepted": report.accepted,
                "refused": len(report.refused),
                "not_covered": len(report.not_covered),
                "sha256": sha256,
            },
        )
    return report


def _adjudicate(register: Register, claimed: Sequence[ClaimedLine | UnreadableLine], *, by: Actor, at: datetime) -> int:
    today = clock.insurer_date(at)
    readable = [line for line in claimed if isinstance(line, ClaimedLine)]
    knowledge = learn(readable, clinic_id=register.clinic_id)
    decided: dict[int, Adjudicated] = {}
    # As they were rendered: what one line uses of a limit is gone for those of later days.
    for line in sorted(readable, key=lambda one: (one.visit_on, one.row)):
        decided[line.row] = rules.adjudicate(line, knowledge.about(line), today=today)
        if decided[line.row].outcome is Outcome.ACCEPTED:
            knowledge.note_accepted(line)
    encounters = _encounters(readable, knowledge, decided)
    lines = RegisterLine.objects.bulk_create(
        [
            _unreadable(register, line, at)
            if isinstance(line, UnreadableLine)
            else _decided(register, line, knowledge, decided[line.row], encounters.get(knowledge.visit_of(line)), at)
            for line in claimed
        ],
        batch_size=2000,
    )
    _use_limits(readable, lines, knowledge, by=by, at=at)
    return _announce_charges(register, encounters.values(), by=by, at=at)


Visit = tuple[UUID, UUID, date]


def _encounters(
    lines: Iterable[ClaimedLine], knowledge: Knowledge, decided: dict[int, Adjudicated]
) -> dict[Visit | None, Encounter]:
    """The visits of all lines whose policy is proven by number and birth date, made where they are new."""
    strangers = {Refusal.UNKNOWN_CLINIC, Refusal.UNKNOWN_POLICY, Refusal.BIRTH_DATE_DIFFERS, Refusal.FUTURE_VISIT}
    visits = {
        visit
        for line in lines
        if not strangers.intersection(decided[line.row].reasons) and (visit := knowledge.visit_of(line)) is not None
    }
    Encounter.objects.bulk_create(
        [Encounter(policy_id=policy, clinic_id=clinic, visit_on=day) for policy, clinic, day in sorted(visits)],
        ignore_conflicts=True,
    )
    found = Encounter.objects.filter(policy__in={policy for policy, _clinic, _day in visits})
    return {visit: row for row in found if (visit := (row.policy_id, row.clinic_id, row.visit_on)) in visits}


def _unreadable(register: Register, line: UnreadableLine, at: datetime) -> RegisterLine:
    return RegisterLine(
        register=register,
        row=line.row,
        outcome=Outcome.REFUSED,
        reasons=[Refusal.UNREADABLE],
        refusal_text=rules.refusal_words(Refusal.UNREADABLE, None, None, f"{line.column} «{line.text}»")[:300],
        share=Money.zero(),
        insurer_part=Money.zero(),
        rules_version=rules.RULES_VERSION,
        adjudicated_at=at,
    )


def _decided(
    register: Register,
    line: ClaimedLine,
    knowledge: Knowledge,
    decision: Adjudicated,
    encounter: Encounter | None,
    at: datetime,
) -> RegisterLine:
    listed = knowledge.listed(line)
    words = ""
    if decision.outcome is Outcome.REFUSED:
        list_price = listed.price if listed else None
        words = " ".join(rules.refusal_words(reason, line, list_price) for reason in decision.reasons)
    return RegisterLine(
        register=register,
        row=line.row,
        encounter=encounter,
        service_code=line.service_code[:20],
        # The price list's wording is the order's; a clinic's own is kept only where there is none.
        service_name=(listed.service_name if listed else line.service_name)[:300],
        quantity=line.quantity,
        price=line.price,
        total=decision.total,
        outcome=decision.outcome,
        reasons=list(decision.reasons),
        refusal_text=words[:300],
        share=decision.share,
        insurer_part=decision.insurer_part,
        rules_version=rules.RULES_VERSION,
        adjudicated_at=at,
    )


def _use_limits(
    claimed: Iterable[ClaimedLine], lines: Iterable[RegisterLine], knowledge: Knowledge, *, by: Actor, at: datetime
) -> None:
    accepted = {line.row: line for line in lines if line.outcome == Outcome.ACCEPTED}
    coverage.use_limits(
        uses=[
            UsedLimit(
                line_id=accepted[line.row].pk,
                policy_id=knowledge.policy_by_number[line.policy_number].id,
                benefit_code=benefit.code,
                amount=line.price.times(line.quantity),
                used_on=line.visit_on,
            )
            for line in claimed
            if line.row in accepted and (benefit := knowledge.limited_benefit_of(line)) is not None
        ],
        by=by,
        at=at,
    )


def _announce_charges(register: Register, encounters: Iterable[Encounter], *, by: Actor, at: datetime) -> int:
    """One charge for each visit of this register: the shares of its accepted lines. Lines of the same visit in a
    later register make a charge of their own."""
    shares: dict[UUID, list[Money]] = {}
    lines = RegisterLine.objects.filter(register=register, outcome=Outcome.ACCEPTED)
    for encounter_id, share in lines.values_list("encounter_id", "share"):
        assert encounter_id is not None  # noqa: S101  # an accepted line has its visit
        shares.setdefault(encounter_id, []).append(share)
    charges = 0
    for encounter in encounters:
        amount = Money.total(shares.get(encounter.pk, ()))
        if not amount:
            continue
        copay.announce_charge(
            policy_id=encounter.policy_id,
            encounter_id=encounter.pk,
            batch_id=register.pk,
            visit_on=encounter.visit_on,
            amount=amount,
            by=by,
            at=at,
        )
        charges += 1
    return charges


def _report(register: Register, *, repeated: bool, charges: int) -> RegisterReport:
    lines = list(RegisterLine.objects.filter(register=register).order_by("row"))
    accepted = [line for line in lines if line.outcome == Outcome.ACCEPTED]
    return RegisterReport(
        register_id=register.pk,
        repeated=repeated,
        rows=len(lines),
        accepted=len(accepted),
        refused=[RefusedRow(line.row, line.refusal_text) for line in lines if line.outcome == Outcome.REFUSED],
        not_covered=[
            RefusedRow(line.row, ", ".join(line.reasons)) for line in lines if line.outcome == Outcome.NOT_COVERED
        ],
        charges=charges,
        insurer_total=Money.total(line.insurer_part for line in accepted),
        share_total=Money.total(line.share for line in accepted),
    )
