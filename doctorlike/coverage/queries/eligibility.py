"""The facts of the decision, gathered for one question or thousands in the same few queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field
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
from doctorlike.coverage.queries.limits import Cover, Coverable, LimitBook, PolicyUses, cover_of, limit_book
from doctorlike.coverage.queries.selection import enrolment_on
from doctorlike.coverage.rules import Ask, Channel, Decision, EligibilityFacts, EnrolmentOn, decide
from doctorlike.kit import clock
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Among, Read
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.products.rules import fixed_regions, normal_service_code, region_in_scope


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
    policy_ids = {ask.policy_id for ask in asked}
    views = {policy.id: policy for policy in known if policy.id in policy_ids}
    views |= policies.policies_by_id(policy_ids - views.keys())
    book = coverage_book(views.values(), {ask.clinic_id for ask in asked})
    return {ask: book.decide(ask) for ask in asked}


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is stored about the policies and clinics of some questions. `serves_from_on` by policy and region,
    `guarantees` as policy, clinic, service and day."""

    policies: Mapping[UUID, Coverable]
    clinics: Mapping[UUID, Standing]
    enrolments: Mapping[UUID, ActiveTimes]
    serves_from_on: Mapping[tuple[UUID, str], date]
    guarantees: Set[tuple[UUID, UUID, str, date]]
    limits: LimitBook


@dataclass(frozen=True, slots=True)
class Place:
    """A clinic as it stands to policies of one scope on one day."""

    region_code: str
    zone: ZoneInfo
    in_scope: bool
    region_fixed: bool
    in_network: bool
    joins_network_on: date | None

    @classmethod
    def of(cls, clinic: Standing, scope: str, on: date) -> Place:
        in_network = clinic.in_network(scope, on)
        return cls(
            region_code=clinic.region_code,
            zone=clinic.zone,
            in_scope=region_in_scope(scope, clinic.region_code),
            region_fixed=fixed_regions(scope) is not None,
            in_network=in_network,
            joins_network_on=None if in_network else clinic.joins_on(scope, on),
        )


@dataclass(slots=True)
class CoverageBook:
    """Answers any number of questions about policies and clinics that were learnt of, without asking the database
    again."""

    _learnt: Learnt
    _covers: dict[tuple[int, str], dict[str, Cover | None]] = field(default_factory=dict)
    _places: dict[tuple[UUID, str, date], Place] = field(default_factory=dict)

    def decide(self, ask: Ask) -> Decision:
        """The one decision (`coverage.rules.decide`). NotFoundError when nothing was learnt of its policy or clinic."""
        return self.visit(ask.policy_id, ask.clinic_id, ask.on).decide(ask.service_code)

    def visit(self, policy_id: UUID, clinic_id: UUID, on: date) -> VisitBook:
        """For all questions about one visit. NotFoundError as above."""
        learnt = self._learnt
        policy, clinic = learnt.policies.get(policy_id), learnt.clinics.get(clinic_id)
        if policy is None or clinic is None:
            raise NotFoundError
        # Terms of a version are one object for the whole process, and dearer to compare than to point at.
        covers = self._covers.setdefault((id(policy.terms), policy.programme), {})
        guaranteed = (
            {code for of, at, code, day in learnt.guarantees if (of, at, day) == (policy_id, clinic_id, on)}
            if learnt.guarantees
            else frozenset[str]()
        )
        place = self._places.get((clinic_id, policy.scope, on))
        if place is None:
            place = self._places[clinic_id, policy.scope, on] = Place.of(clinic, policy.scope, on)
        return VisitBook(learnt, policy, place, on, guaranteed, covers, learnt.limits.of(policy_id))


@dataclass(slots=True)
class VisitBook:
    """One policy, one clinic, one day. What is noted as used counts for all questions that follow, of other visits of
    the policy too."""

    _learnt: Learnt
    _policy: Coverable
    _place: Place
    _on: date
    _guaranteed: Set[str]
    _covers: dict[str, Cover | None]
    _used: PolicyUses
    _decided: dict[tuple[bool, bool, bool], Decision] = field(default_factory=dict)

    def decide(self, service_code: str) -> Decision:
        """Made once whatever the visit's services, unless they differ in what is asked of a service."""
        cover = self._cover(service_code)
        key = (
            cover is not None,
            cover is not None and self._used.exhausted(cover, self._on),
            bool(self._guaranteed) and normal_service_code(service_code) in self._guaranteed,
        )
        decided = self._decided.get(key)
        if decided is None:
            decided = self._decided[key] = decide(self._facts(*key))
        return decided

    def uses(self, service_code: str) -> str | None:
        """The benefit that the service draws on, when what it costs counts towards a limit of the policy."""
        cover = self._cover(service_code)
        return cover.benefit.code if cover is not None and cover.lowest is not None else None

    def note(self, benefit_code: str, amount: Money) -> None:
        """So much more is used on that day."""
        self._used.note(benefit_code, amount, self._on)

    def _cover(self, service_code: str) -> Cover | None:
        try:
            return self._covers[service_code]
        except KeyError:
            policy = self._policy
            cover = cover_of(policy.terms, policy.programme, normal_service_code(service_code))
            self._covers[service_code] = cover
            return cover

    def _facts(self, service_covered: bool, limit_exhausted: bool, guaranteed: bool) -> EligibilityFacts:
        learnt, policy, place, on = self._learnt, self._policy, self._place, self._on
        return EligibilityFacts(
            on=on,
            channel=Channel.CLINIC,
            starts_on=policy.period.starts_on,
            ends_on=policy.period.ends_on,
            waiting_days=policy.terms.waiting_days,
            cancelled_on=policy.cancelled_after,
            enrolment=_enrolment(policy, learnt.enrolments[policy.id], on, place.zone),
            region_in_scope=place.in_scope,
            region_fixed=place.region_fixed,
            serves_from_on=learnt.serves_from_on.get((policy.id, place.region_code)),
            in_network=place.in_network,
            joins_network_on=place.joins_network_on,
            service_covered=service_covered,
            limit_exhausted=limit_exhausted,
            guaranteed=guaranteed,
        )


def _enrolment(policy: Coverable, times: ActiveTimes, on: date, zone: ZoneInfo) -> EnrolmentOn:
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
_granted = Read(lambda: _openings().union(_guarantees(), all=True), prepared=True)


def coverage_book(policies: Iterable[Coverable], clinic_ids: Collection[UUID]) -> CoverageBook:
    """A book of these policies and clinics, in at most four queries. Unknown clinics are not in it."""
    views = {policy.id: policy for policy in policies}
    policy_ids = set(views)
    granted = _granted(policy_ids=policy_ids, clinic_ids=set(clinic_ids)) if views else []
    return CoverageBook(
        Learnt(
            policies=views,
            clinics=clinics.standings(clinic_ids),
            enrolments=copay.active_times(policy_ids),
            serves_from_on={(policy_id, code): day for policy_id, clinic_id, code, day in granted if clinic_id is None},
            guarantees={row for row in granted if row[1] is not None},
            limits=limit_book(views.values()),
        )
    )
