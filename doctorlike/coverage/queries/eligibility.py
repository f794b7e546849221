"""The facts of the decision, gathered for one question or thousands in the same few queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, UUIDField, Value
from django.db.models.functions import Cast

from doctorlike.clinics import queries as clinics
from doctorlike.clinics.queries import Standing
from doctorlike.copay import queries as copay
from doctorlike.copay.queries import ActiveTimes
from doctorlike.coverage.models import Guarantee, RegionSelection
from doctorlike.coverage.queries.limits import LimitBook, is_limited, limit_book
from doctorlike.coverage.queries.selection import enrolment_on
from doctorlike.coverage.rules import Ask, Channel, Decision, EligibilityFacts, EnrolmentOn, decide
from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.reads import Among, Read
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.products.rules import Benefit, benefit_for, fixed_regions, normal_service_code, region_in_scope


def eligibility(
    policy_id: UUID,
    clinic_id: UUID,
    service_code: str,
    on: date,
    channel: str = "clinic",
    *,
    known: Iterable[PolicyView] = (),
) -> Decision:
    """Whether the policy covers the service in the clinic on the visit's date, or every reason why not. At most five
    queries; policies that are `known` to the caller are not read again. NotFoundError for an unknown policy or
    clinic."""
    if Channel(channel) is Channel.TELEMED:
        return eligibility_at_distance(policy_id, on)
    ask = Ask(policy_id, clinic_id, service_code, on)
    return eligibility_many([ask], known=known)[ask]


def eligibility_at_distance(policy_id: UUID, on: date) -> Decision:
    """The same for telemedicine on the insurer's date. One query. NotFoundError for an unknown policy."""
    return decide(facts_at_distance(policies.policy(policy_id), on))


def facts_at_distance(policy: PolicyView, on: date) -> EligibilityFacts:
    """What telemedicine asks about, nothing but time."""
    return EligibilityFacts(
        on=on,
        channel=Channel.TELEMED,
        starts_on=policy.period.starts_on,
        ends_on=policy.period.ends_on,
        waiting_days=policy.terms.waiting_days,
        telemed_waits=policy.terms.telemed_waits,
        cancelled_on=policy.cancelled_after,
    )


def eligibility_many(asks: Iterable[Ask], *, known: Iterable[PolicyView] = ()) -> dict[Ask, Decision]:
    """The decision for each question, at most five queries however many there are; policies that are `known` to the
    caller are not read again. NotFoundError when a question names an unknown policy or clinic."""
    asked = set(asks)
    if not asked:
        return {}
    learnt = _learn(asked, known)
    return {ask: decide(learnt.about(ask)) for ask in asked}


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is stored about the policies and clinics of some questions. `serves_from_on` by policy and region,
    `guarantees` as policy, clinic, service and day."""

    policies: dict[UUID, PolicyView]
    clinics: dict[UUID, Standing]
    enrolments: dict[UUID, ActiveTimes]
    serves_from_on: dict[tuple[UUID, str], date]
    guarantees: set[tuple[UUID, UUID, str, date]]
    limits: LimitBook
    benefits: dict[Ask, Benefit | None]

    def about(self, ask: Ask) -> EligibilityFacts:
        """The facts of one question; NotFoundError when nothing was learnt of its policy or clinic."""
        try:
            policy, clinic = self.policies[ask.policy_id], self.clinics[ask.clinic_id]
        except KeyError:
            raise NotFoundError from None
        code = normal_service_code(ask.service_code)
        benefit = self.benefits[ask]
        in_network = clinic.in_network(policy.scope, ask.on)
        return EligibilityFacts(
            on=ask.on,
            channel=Channel.CLINIC,
            starts_on=policy.period.starts_on,
            ends_on=policy.period.ends_on,
            waiting_days=policy.terms.waiting_days,
            cancelled_on=policy.cancelled_after,
            enrolment=_enrolment(policy, self.enrolments[policy.id], ask.on, clinic.zone),
            region_in_scope=region_in_scope(policy.scope, clinic.region_code),
            region_fixed=fixed_regions(policy.scope) is not None,
            serves_from_on=self.serves_from_on.get((policy.id, clinic.region_code)),
            in_network=in_network,
            joins_network_on=None if in_network else clinic.joins_on(policy.scope, ask.on),
            service_covered=benefit is not None,
            limit_exhausted=benefit is not None and self.limits.exhausted(policy, benefit, ask.on),
            guaranteed=(policy.id, ask.clinic_id, code, ask.on) in self.guarantees,
        )


def _enrolment(policy: PolicyView, times: ActiveTimes, on: date, zone: ZoneInfo) -> EnrolmentOn:
    """After the last day there is no programme to ask about: it is told as it stood then. The word that ends a contract
    ends its programme at that minute, and that whole date of the insurer's calendar is in force, wherever the clinic
    is."""
    day = min(on, policy.last_day)
    told = enrolment_on(times, day, zone)
    if told is not EnrolmentOn.ACTIVE and policy.cancelled_on is not None and on >= policy.last_day:
        at_the_insurer = enrolment_on(times, day, clock.insurer_zone())
        return told if at_the_insurer is EnrolmentOn.NEVER else at_the_insurer
    return told


def _openings() -> QuerySet[Any, Any]:
    at_no_clinic = Cast(Value(None), UUIDField())
    rows = RegionSelection.objects.filter(Among("policy_id", "policy_ids"))
    return rows.values_list("policy_id", at_no_clinic, "region_id", "serves_from_on")


def _guarantees() -> QuerySet[Any, Any]:
    rows = Guarantee.objects.filter(
        Among("policy_id", "policy_ids"), Among("clinic_id", "clinic_ids"), withdrawn_at__isnull=True
    )
    return rows.values_list("policy_id", "clinic_id", "service_code", "visit_on")


# Policy, clinic, service, day of a guarantee; policy, no clinic, region, first day of a chosen region.
_granted = Read(lambda: _openings().union(_guarantees(), all=True))


def _benefit(policy: PolicyView, ask: Ask) -> Benefit | None:
    return benefit_for(policy.terms, policy.programme, normal_service_code(ask.service_code))


def _learn(asked: Collection[Ask], known: Iterable[PolicyView]) -> Learnt:
    policy_ids, clinic_ids = {ask.policy_id for ask in asked}, {ask.clinic_id for ask in asked}
    views = {policy.id: policy for policy in known if policy.id in policy_ids}
    views |= policies.policies_by_id(policy_ids - views.keys())
    benefits = {ask: _benefit(views[ask.policy_id], ask) for ask in asked if ask.policy_id in views}
    limited = {
        ask.policy_id
        for ask, benefit in benefits.items()
        if benefit is not None and is_limited(views[ask.policy_id], benefit)
    }
    granted = _granted(policy_ids=policy_ids, clinic_ids=clinic_ids)
    return Learnt(
        policies=views,
        clinics=clinics.standings(clinic_ids),
        enrolments=copay.active_times(policy_ids),
        serves_from_on={(policy_id, code): day for policy_id, clinic_id, code, day in granted if clinic_id is None},
        guarantees={row for row in granted if row[1] is not None},
        limits=limit_book(views[policy_id] for policy_id in limited),
        benefits=benefits,
    )
