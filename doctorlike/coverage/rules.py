"""The one decision whether a policy covers a service, and when chosen regions open (docs/rules/eligibility.md,
docs/rules/regions.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from doctorlike.coverage import words
from doctorlike.kit.dates import Period
from doctorlike.kit.money import Money


class Channel(StrEnum):
    """Where help is sought. At a distance no region, activation, network or limit is asked for."""

    CLINIC = "clinic"
    TELEMED = "telemed"


class EnrolmentOn(StrEnum):
    """The copay programme on the visit's day: active at any moment of it counts as active."""

    NEVER = "never"
    ACTIVE = "active"
    SUSPENDED = "suspended"


class ReasonCode(StrEnum):
    """Why something is not covered, in the order in which reasons are told."""

    NOT_STARTED = "not_started"
    WAITING_PERIOD = "waiting_period"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    NOT_ACTIVATED = "not_activated"
    SUSPENDED = "suspended"
    REGION_OUT_OF_SCOPE = "region_out_of_scope"
    REGION_NOT_SELECTED = "region_not_selected"
    REGION_PENDING = "region_pending"
    CLINIC_OUT_OF_NETWORK = "clinic_out_of_network"
    SERVICE_NOT_COVERED = "service_not_covered"
    LIMIT_EXHAUSTED = "limit_exhausted"


@dataclass(frozen=True, slots=True)
class Reason:
    """`until_on` is the first day on which the reason no longer stands, `since_on` the first day on which it does;
    each where it is known."""

    code: ReasonCode
    until_on: date | None = None
    since_on: date | None = None

    @property
    def text(self) -> str:
        """In plain words, with its day."""
        return words.reason(self.code, until_on=self.until_on, since_on=self.since_on)

    @property
    def remedy(self) -> str:
        """What would help, or none."""
        return words.remedy(self.code)


@dataclass(frozen=True, slots=True)
class Decision:
    """Covered, or every reason why not. `guaranteed` when a guarantee given to the clinic decided."""

    reasons: tuple[Reason, ...] = ()
    guaranteed: bool = False

    @property
    def covered(self) -> bool:
        return not self.reasons


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to the decision: a policy, a clinic, a service's code, the visit's date at the clinic."""

    policy_id: UUID
    clinic_id: UUID
    service_code: str
    on: date


@dataclass(frozen=True, slots=True)
class EligibilityFacts:
    """What is known as of the visit's date `on`, the calendar date at the clinic; every other day is one of the
    insurer's calendar (docs/rules/dates.md). The policy runs from `starts_on` up to, not including, `ends_on`; of its
    first `waiting_days` none is insured, at a distance only when `telemed_waits`. `cancelled_on` is the last day in
    force. `serves_from_on` is None for a region nobody selected; it is not asked where the scope fixes regions.
    `joins_network_on`: when a clinic that does not serve on `on` is known to begin."""

    on: date
    channel: Channel
    starts_on: date
    ends_on: date
    waiting_days: int
    telemed_waits: bool = True
    cancelled_on: date | None = None
    enrolment: EnrolmentOn = EnrolmentOn.NEVER
    region_in_scope: bool = False
    region_fixed: bool = False
    serves_from_on: date | None = None
    in_network: bool = False
    joins_network_on: date | None = None
    service_covered: bool = False
    limit_exhausted: bool = False
    guaranteed: bool = False


_GUARANTEED = Decision(guaranteed=True)
_COVERED = Decision()
_PLAIN = {code: Reason(code) for code in ReasonCode}


def decide(facts: EligibilityFacts) -> Decision:
    """Covered, or all the reasons why not, in their order. A guarantee given to the clinic binds."""
    if facts.guaranteed:
        return _GUARANTEED
    reasons = _reasons_of_time(facts)
    if facts.channel is Channel.CLINIC:
        _add_reasons_of_place(facts, reasons)
    return Decision(tuple(reasons)) if reasons else _COVERED


def _reasons_of_time(facts: EligibilityFacts) -> list[Reason]:
    reasons: list[Reason] = []
    on, starts_on = facts.on, facts.starts_on
    if on < starts_on:
        reasons.append(Reason(ReasonCode.NOT_STARTED, until_on=starts_on))
    elif facts.channel is Channel.CLINIC or facts.telemed_waits:
        insured_from_on = starts_on + timedelta(days=facts.waiting_days)
        if on < insured_from_on:
            reasons.append(Reason(ReasonCode.WAITING_PERIOD, until_on=insured_from_on))
    if on >= facts.ends_on:
        reasons.append(Reason(ReasonCode.EXPIRED, since_on=facts.ends_on))
    if facts.cancelled_on is not None and on > facts.cancelled_on:
        reasons.append(Reason(ReasonCode.CANCELLED, since_on=facts.cancelled_on + timedelta(days=1)))
    return reasons


def _add_reasons_of_place(facts: EligibilityFacts, reasons: list[Reason]) -> None:
    if facts.enrolment is EnrolmentOn.NEVER:
        reasons.append(_PLAIN[ReasonCode.NOT_ACTIVATED])
    elif facts.enrolment is EnrolmentOn.SUSPENDED:
        reasons.append(_PLAIN[ReasonCode.SUSPENDED])
    if not facts.region_in_scope:
        reasons.append(_PLAIN[ReasonCode.REGION_OUT_OF_SCOPE])
    elif not facts.region_fixed:
        if facts.serves_from_on is None:
            reasons.append(_PLAIN[ReasonCode.REGION_NOT_SELECTED])
        elif facts.on < facts.serves_from_on:
            reasons.append(Reason(ReasonCode.REGION_PENDING, until_on=facts.serves_from_on))
    if not facts.in_network:
        reasons.append(_out_of_network(facts.joins_network_on))
    if not facts.service_covered:
        reasons.append(_PLAIN[ReasonCode.SERVICE_NOT_COVERED])
    if facts.limit_exhausted:
        reasons.append(_PLAIN[ReasonCode.LIMIT_EXHAUSTED])


def _out_of_network(joins_on: date | None) -> Reason:
    if joins_on is None:
        return _PLAIN[ReasonCode.CLINIC_OUT_OF_NETWORK]
    return Reason(ReasonCode.CLINIC_OUT_OF_NETWORK, until_on=joins_on)


def serves_from(selected_on: date, period: Period) -> date:
    """The first day a chosen region serves: the day after the choice (insurer's date), not before the policy starts."""
    return max(selected_on + timedelta(days=1), period.starts_on)


# An opening that nobody was told of on its day (no worker, a clock that was moved) is still news for so long.
OPENING_LATE = timedelta(days=30)


def opening_is_news(*, opens_on: date, period: Period, cancelled_on: date | None, on: date) -> bool:
    """Whether on that day (insurer's) the client is to be told that a chosen region opened: on the day it does, or as
    soon as possible after it, while the contract is in force. `cancelled_on` is the last day in force."""
    over = cancelled_on is not None and on > cancelled_on
    return opens_on <= on <= opens_on + OPENING_LATE and on in period and not over


class ChoiceBar(StrEnum):
    """Why regions cannot be chosen now; `NONE` when they can."""

    NONE = ""
    FIXED = "fixed"
    OVER = "over"
    NOT_ACTIVATED = "not_activated"
    SUSPENDED = "suspended"


def choice_bar(
    *, fixed: bool, period: Period, cancelled_on: date | None, enrolment: EnrolmentOn, on: date
) -> ChoiceBar:
    """Regions are added from activation until the policy ends, also before it starts."""
    if fixed:
        return ChoiceBar.FIXED
    if on >= period.ends_on or (cancelled_on is not None and on > cancelled_on):
        return ChoiceBar.OVER
    if enrolment is EnrolmentOn.NEVER:
        return ChoiceBar.NOT_ACTIVATED
    if enrolment is EnrolmentOn.SUSPENDED:
        # The programme ends with the word that ends the contract, on its last day already.
        return ChoiceBar.SUSPENDED if cancelled_on is None else ChoiceBar.OVER
    return ChoiceBar.NONE


def limit_exhausted(limit: Money, used: Money) -> bool:
    """Nothing is left of a limit; while a kopeck is, a whole service is covered."""
    return used >= limit
