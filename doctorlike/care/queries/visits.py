"""The client's control of rendered services: visits with their lines, shares and charges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q

from doctorlike.care.models import Encounter, Register, RegisterLine
from doctorlike.care.rules import Outcome
from doctorlike.copay import queries as copay
from doctorlike.copay.queries import ChargeView
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Among, Read

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One rendered service as the client sees it. `share` leaves the card, `insurer_part` the insurer pays;
    `reasons` say why it is not covered (codes of the eligibility decision)."""

    id: UUID
    service_code: str
    service_name: str
    quantity: int
    total: Money
    covered: bool
    reasons: Sequence[str]
    share: Money
    insurer_part: Money


@dataclass(frozen=True, slots=True)
class EncounterView:
    """A visit with everything rendered in it. Several charges: lines that came late are charged by themselves."""

    id: UUID
    policy_id: UUID
    clinic_name: str
    clinic_address: str
    visit_on: date
    lines: Sequence[ServiceLine]
    charges: Sequence[ChargeView]

    @property
    def share_total(self) -> Money:
        return Money.total(line.share for line in self.lines)

    @property
    def insurer_total(self) -> Money:
        return Money.total(line.insurer_part for line in self.lines)

    @property
    def total(self) -> Money:
        return self.share_total + self.insurer_total


_latest = Read(
    lambda: (
        Encounter.objects.filter(Among("policy", "policy_ids"))
        .select_related("clinic")
        .only("policy_id", "visit_on", "clinic__name", "clinic__address")
        .order_by("-visit_on", "-id")[:MOST_SHOWN]
    )
)
_lines_of = Read(
    lambda: (
        RegisterLine.objects.filter(Among("encounter", "encounter_ids"))
        .exclude(outcome=Outcome.REFUSED)
        .order_by("register__received_at", "row")
        .values_list(
            *("encounter_id", "id", "service_code", "service_name", "quantity", "total", "outcome", "reasons"),
            *("share", "insurer_part"),
        )
    )
)


def encounters_of(policy_ids: Iterable[UUID]) -> list[EncounterView]:
    """The latest visits under those policies, newest first; so many queries for one visit as for all."""
    return _views(_latest(policy_ids=list(policy_ids)))


def encounter(encounter_id: UUID, policy_ids: Iterable[UUID]) -> EncounterView:
    """One visit under one of those policies; NotFoundError for any other."""
    row = Encounter.objects.filter(pk=encounter_id, policy__in=list(policy_ids)).select_related("clinic").first()
    if row is None:
        raise NotFoundError
    return _views([row])[0]


def _views(encounters: Sequence[Encounter]) -> list[EncounterView]:
    lines: dict[UUID, list[ServiceLine]] = {}
    ids = [one.pk for one in encounters]
    for encounter_id, line_id, code, name, quantity, total, outcome, reasons, share, insurer_part in _lines_of(
        encounter_ids=ids
    ):
        covered = outcome == Outcome.ACCEPTED
        line = ServiceLine(line_id, code, name, quantity, total, covered, tuple(reasons), share, insurer_part)
        lines.setdefault(encounter_id, []).append(line)
    charges = copay.charges_for_encounters(ids)
    return [
        EncounterView(
            id=one.pk,
            policy_id=one.policy_id,
            clinic_name=one.clinic.name,
            clinic_address=one.clinic.address,
            visit_on=one.visit_on,
            lines=lines.get(one.pk, []),
            charges=charges.get(one.pk, []),
        )
        for one in encounters
        # A visit whose lines were all refused is the clinic's matter and nothing to show yet.
        if one.pk in lines
    ]


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A register in the desk's list."""

    id: UUID
    clinic_name: str
    file_name: str
    received_at: datetime
    rows: int
    refused: int
    not_covered: int


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """A line of a register with the answer the clinic gets."""

    row: int
    service_code: str
    service_name: str
    visit_on: date | None
    total: Money | None
    outcome: str
    reasons: Sequence[str]
    refusal_text: str


def registers(limit: int = 50) -> list[RegisterRow]:
    """The latest registers, newest first; one query."""
    rows = (
        Register.objects.select_related("clinic")
        .annotate(
            rows=Count("lines"),
            refused=Count("lines", filter=Q(lines__outcome=Outcome.REFUSED)),
            not_covered=Count("lines", filter=Q(lines__outcome=Outcome.NOT_COVERED)),
        )
        .order_by("-received_at", "-id")[:limit]
    )
    return [
        RegisterRow(
            id=row.pk,
            clinic_name=row.clinic.name if row.clinic is not None else "",
            file_name=row.file_name,
            received_at=row.received_at,
            rows=row.rows,
            refused=row.refused,
            not_covered=row.not_covered,
        )
        for row in rows
    ]


def register_answer(register_id: UUID) -> tuple[str, list[AnsweredLine]]:
    """The file's name and every line's answer; NotFoundError when there is no such register."""
    register = Register.objects.filter(pk=register_id).first()
    if register is None:
        raise NotFoundError
    lines = register.lines.select_related("encounter").order_by("row")
    return register.file_name, [
        AnsweredLine(
            row=line.row,
            service_code=line.service_code,
            service_name=line.service_name,
            visit_on=line.encounter.visit_on if line.encounter is not None else None,
            total=line.total,
            outcome=line.outcome,
            reasons=tuple(line.reasons),
            refusal_text=line.refusal_text,
        )
        for line in lines
    ]
