"""Everything adjudication needs to know about a piece of a register, learned in a few set-based questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from doctorlike.care.models import Encounter, RegisterLine
from doctorlike.care.rules import ClaimedLine, Outcome
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import PriceSpan
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.queries import CoverageBook, VisitBook
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Among, Read
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import InsuredPolicy

Visit = tuple[UUID, UUID, date]


@dataclass(slots=True)
class Network:
    """What pieces of a register have in common: clinics as its lines call them, and their price lists. It grows as
    pieces name other clinics."""

    one_clinic: UUID | None
    _by_key: dict[str, UUID | None] = field(default_factory=dict)
    _prices: dict[tuple[UUID, str], Sequence[PriceSpan]] = field(default_factory=dict)
    _listed: dict[tuple[str, str, date], PriceSpan | None] = field(default_factory=dict)
    _known: set[UUID] = field(default_factory=set)

    def learn(self, lines: Iterable[ClaimedLine]) -> None:
        """At most two queries, none where nothing is new."""
        keys = {line.clinic for line in lines if line.clinic} - self._by_key.keys()
        if keys:
            found = clinics.find_by_key(keys)
            self._by_key |= {key: found.get(key) for key in keys}
        named = {clinic_id for clinic_id in (*self._by_key.values(), self.one_clinic) if clinic_id is not None}
        fresh = named - self._known
        if fresh:
            self._prices |= clinics.price_spans(fresh)
            self._known |= fresh

    @property
    def clinic_ids(self) -> set[UUID]:
        return self._known

    def clinic_of(self, line: ClaimedLine) -> UUID | None:
        """Whose line it is; a line that names another clinic than the file's own is nobody's."""
        named = self._by_key.get(line.clinic) if line.clinic else self.one_clinic
        return None if self.one_clinic is not None and named != self.one_clinic else named

    def listed(self, line: ClaimedLine) -> PriceSpan | None:
        """The clinic's own price for the code on the visit's day."""
        key = (line.clinic, line.service_code, line.visit_on)
        try:
            return self._listed[key]
        except KeyError:
            clinic_id = self.clinic_of(line)
            spans = self._prices.get((clinic_id, line.service_code), ()) if clinic_id is not None else ()
            listed = self._listed[key] = next((span for span in spans if span.holds_on(line.visit_on)), None)
            return listed


@dataclass(frozen=True, slots=True)
class StandingLine:
    """An accepted line that nothing has taken back."""

    id: UUID
    register_id: UUID
    total: Money


@dataclass(slots=True)
class KnownVisit:
    """A visit that lines of the piece claim. Keys are ids in their 32 figures; `encounter_key` is empty until the visit
    is written. `standing` are its accepted lines by service, None for one of the register that is being decided;
    `share` is what new ones cost the client, None while there is none."""

    policy_key: str
    clinic_key: str
    on: date
    book: VisitBook
    encounter_key: str
    standing: dict[str, StandingLine | None]
    share: Decimal | None = None


@dataclass(slots=True)
class Knowledge:
    """About the policies of one piece. `encounters` are the visits that are there already, `standing` their accepted
    lines by visit and service."""

    policy_by_number: Mapping[str, InsuredPolicy]
    book: CoverageBook
    encounters: Mapping[Visit, UUID]
    standing: Mapping[UUID, dict[str, StandingLine | None]]
    # Lines of a register write a clinic in few ways: what it is called there is quicker to look up than its id.
    _visits: dict[tuple[str, str, date], KnownVisit] = field(default_factory=dict)
    _by_ids: dict[Visit, KnownVisit] = field(default_factory=dict)

    def visit_of(self, line: ClaimedLine, policy_id: UUID, clinic_id: UUID) -> KnownVisit:
        """The same for all lines of the visit."""
        key = (line.policy_number, line.clinic, line.visit_on)
        known = self._visits.get(key)
        if known is None:
            known = self._visits[key] = self._visit((policy_id, clinic_id, line.visit_on))
        return known

    def _visit(self, visit: Visit) -> KnownVisit:
        known = self._by_ids.get(visit)
        if known is None:
            policy_id, clinic_id, on = visit
            encounter_id = self.encounters.get(visit)
            key, standing = (
                (encounter_id.hex, self.standing.get(encounter_id)) if encounter_id is not None else ("", None)
            )
            book = self.book.visit(policy_id, clinic_id, on)
            known = KnownVisit(policy_id.hex, clinic_id.hex, on, book, key, standing or {})
            self._by_ids[visit] = known
        return known

    @property
    def visits(self) -> Iterable[KnownVisit]:
        """Those that were asked for, the first one first."""
        return self._by_ids.values()


def learn(lines: Sequence[ClaimedLine], network: Network) -> Knowledge:
    """A handful of queries, however many lines."""
    network.learn(lines)
    policy_by_number = policies.insured_by_number({line.policy_number for line in lines})
    found = policy_by_number.values()
    visits = {
        encounter_id: (policy_id, clinic_id, on)
        for encounter_id, policy_id, clinic_id, on in _encounters(policy_ids=[policy.id for policy in found])
    }
    standing: dict[UUID, dict[str, StandingLine | None]] = {}
    for line_id, encounter_id, code, register_id, total in _accepted(encounter_ids=list(visits)) if visits else ():
        line = StandingLine(line_id, register_id, total or Money.zero())
        standing.setdefault(encounter_id, {})[code] = line
    return Knowledge(
        policy_by_number=policy_by_number,
        book=coverage.coverage_book(found, network.clinic_ids),
        encounters={visit: encounter_id for encounter_id, visit in visits.items()},
        standing=standing,
    )


_encounters = Read(
    lambda: Encounter.objects.filter(Among("policy", "policy_ids")).values_list(
        "pk", "policy_id", "clinic_id", "visit_on"
    ),
    prepared=True,
)
_accepted = Read(
    lambda: RegisterLine.objects.filter(
        Among("encounter", "encounter_ids"), outcome=Outcome.ACCEPTED, reversed_at__isnull=True
    ).values_list("pk", "encounter_id", "service_code", "register_id", "total"),
    prepared=True,
)
