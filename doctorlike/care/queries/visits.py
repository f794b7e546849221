"""The client's control of rendered services: visits with their lines, shares and charges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from doctorlike.care.models import Encounter, RegisterLine
from doctorlike.care.rules import DISPUTABLE, Outcome, RegisterState
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
        # Of a register that is still being decided or charged nothing is shown: its charges are not there yet.
        .filter(outcome__in=DISPUTABLE, reversed_at__isnull=True, register__state=RegisterState.ANSWERED)
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
