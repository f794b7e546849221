"""Everything adjudication needs to know about a file's lines, learned in a few set-based questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from doctorlike.care.models import RegisterLine
from doctorlike.care.rules import ClaimedLine, KnownAboutLine, Outcome
from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import PriceSpan
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.queries import LimitBook
from doctorlike.coverage.rules import Ask, Decision, ReasonCode
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.products.rules import Benefit

Visit = tuple[UUID, UUID, date]


@dataclass(slots=True)
class Knowledge:
    """Answers about single lines without asking the database again."""

    one_clinic: UUID | None
    clinic_by_key: Mapping[str, UUID]
    policy_by_number: Mapping[str, PolicyView]
    prices: Mapping[tuple[UUID, str], Sequence[PriceSpan]]
    decisions: Mapping[Ask, Decision] = field(default_factory=dict)
    accepted: set[tuple[Visit, str]] = field(default_factory=set)
    limits: LimitBook = field(default_factory=LimitBook)

    def clinic_of(self, line: ClaimedLine) -> UUID | None:
        """Whose line it is; a line that names another clinic than the file's own is nobody's."""
        named = self.clinic_by_key.get(line.clinic) if line.clinic else self.one_clinic
        return None if self.one_clinic is not None and named != self.one_clinic else named

    def visit_of(self, line: ClaimedLine) -> Visit | None:
        clinic = self.clinic_of(line)
        policy = self.policy_by_number.get(line.policy_number)
        return (policy.id, clinic, line.visit_on) if policy is not None and clinic is not None else None

    def listed(self, line: ClaimedLine) -> PriceSpan | None:
        """The clinic's own price for the code on the visit's day."""
        clinic = self.clinic_of(line)
        spans = self.prices.get((clinic, line.service_code), ()) if clinic is not None else ()
        return next((span for span in spans if span.holds_on(line.visit_on)), None)

    def ask_of(self, line: ClaimedLine) -> Ask | None:
        visit = self.visit_of(line)
        return Ask(visit[0], visit[1], line.service_code, line.visit_on) if visit is not None else None

    def about(self, line: ClaimedLine) -> KnownAboutLine:
        policy = self.policy_by_number.get(line.policy_number)
        listed = self.listed(line)
        visit = self.visit_of(line)
        return KnownAboutLine(
            clinic_known=self.clinic_of(line) is not None,
            insured_born_on=policy.insured.born_on if policy is not None else None,
            copay_percent=policy.copay_percent if policy is not None else 0,
            list_price=listed.price if listed is not None else None,
            accepted_before=visit is not None and (visit, line.service_code) in self.accepted,
            coverage_reasons=self._coverage_reasons(line),
        )

    def limited_benefit_of(self, line: ClaimedLine) -> Benefit | None:
        """The benefit the line draws on, where the contract limits it or all care together."""
        return coverage.limited_benefit(self.policy_by_number[line.policy_number], line.service_code)

    def note_accepted(self, line: ClaimedLine) -> None:
        """A later line of the same file for the same service of the same visit is a repetition, and what this one costs
        is used up for all that follow."""
        visit = self.visit_of(line)
        if visit is None:
            return
        self.accepted.add((visit, line.service_code))
        benefit = self.limited_benefit_of(line)
        if benefit is not None:
            self.limits.note(visit[0], benefit.code, line.price.times(line.quantity), line.visit_on)

    def _coverage_reasons(self, line: ClaimedLine) -> tuple[str, ...]:
        """The eligibility decision's, and a limit that earlier lines of this very file have used up."""
        ask = self.ask_of(line)
        decision = self.decisions.get(ask) if ask is not None else None
        if decision is None:
            return ()
        told = tuple(reason.code for reason in decision.reasons)
        benefit = self.limited_benefit_of(line)
        if benefit is None or decision.guaranteed or ReasonCode.LIMIT_EXHAUSTED in told:
            return told
        used_up = self.limits.exhausted(self.policy_by_number[line.policy_number], benefit, line.visit_on)
        # It is the last of the reasons in their order.
        return (*told, ReasonCode.LIMIT_EXHAUSTED) if used_up else told


def learn(lines: Sequence[ClaimedLine], *, clinic_id: UUID | None) -> Knowledge:
    """A handful of queries, however many lines."""
    clinic_by_key = clinics.find_by_key({line.clinic for line in lines if line.clinic})
    policy_by_number = policies.find_many_by_number({line.policy_number for line in lines})
    clinic_ids = set(clinic_by_key.values()) | ({clinic_id} if clinic_id is not None else set())
    knowledge = Knowledge(clinic_id, clinic_by_key, policy_by_number, clinics.price_spans(clinic_ids))
    asks = {ask for line in lines if (ask := knowledge.ask_of(line)) is not None}
    knowledge.decisions = coverage.eligibility_many(asks)
    knowledge.accepted = _accepted_before({policy.id for policy in policy_by_number.values()})
    knowledge.limits = coverage.limit_book(policy_by_number.values())
    return knowledge


def _accepted_before(policy_ids: set[UUID]) -> set[tuple[Visit, str]]:
    rows = RegisterLine.objects.filter(outcome=Outcome.ACCEPTED, encounter__policy__in=policy_ids).values_list(
        "encounter__policy_id", "encounter__clinic_id", "encounter__visit_on", "service_code"
    )
    return {((policy, clinic, day), code) for policy, clinic, day, code in rows}
