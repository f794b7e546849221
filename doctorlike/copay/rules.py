"""The copay programme: shares, charge days, enrolments, charges and what is done when a charge fails.

docs/rules/copay.md, docs/rules/charge-day.md. Dates are in the insurer's zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from doctorlike.kit.dates import add_months
from doctorlike.kit.money import Money


class ChargeTerms(Protocol):
    """What of a product version's terms decides about charges."""

    @property
    def charge_delay_months(self) -> int: ...

    @property
    def notice_days(self) -> int: ...

    @property
    def retry_days(self) -> tuple[int, ...]: ...


def share(price: Money, percent: int) -> tuple[Money, Money]:
    """Of a line's price, (client's share, insurer's part): the share to the kopeck, half up; the insurer pays the
    rest. ValueError outside of 0…100 percent or for a negative price."""
    if not 0 <= percent <= 100:
        raise ValueError("a percent is from 0 to 100")
    if price < Money.zero():
        raise ValueError("a price is not negative")
    client = price.share(percent)
    return client, price - client


def charge_day(visit_on: date, told_on: date | None, terms: ChargeTerms) -> date | None:
    """The visit's date and the delay of the terms, but not before the notice has run since the client was told; None
    while they were not."""
    if told_on is None:
        return None
    return max(add_months(visit_on, terms.charge_delay_months), told_on + timedelta(days=terms.notice_days))


def next_try_on(first_tried_on: date, tried_on: date, terms: ChargeTerms) -> date | None:
    """The next day of the ladder after a try; None when the ladder is at its end and the charge is overdue."""
    steps = (first_tried_on + timedelta(days=days) for days in terms.retry_days)
    return min((day for day in steps if day > tried_on), default=None)


class EnrolmentState(StrEnum):
    NONE = "none"
    PENDING = "pending"  # consent given, no card yet
    ACTIVE = "active"
    SUSPENDED = "suspended"  # card unbound, or a charge overdue
    ENDED = "ended"  # the contract is over; what is owed stays owed


class EnrolmentNews(StrEnum):
    CONSENTED = "consented"
    CARD_BOUND = "card_bound"
    CARD_GONE = "card_gone"
    FELL_OVERDUE = "fell_overdue"
    DEBTS_PAID = "debts_paid"
    POLICY_OVER = "policy_over"


@dataclass(frozen=True, slots=True)
class Standing:
    """What an enrolment rests on: a card that may be debited (or no need of one), and no overdue charge."""

    card_ready: bool
    in_debt: bool

    @property
    def sound(self) -> bool:
        return self.card_ready and not self.in_debt


_E, _EN = EnrolmentState, EnrolmentNews
# (state, news) → (state when the standing is sound, state when it is not)
ENROLMENT_TABLE: Mapping[tuple[EnrolmentState, EnrolmentNews], tuple[EnrolmentState, EnrolmentState]] = {
    (_E.NONE, _EN.CONSENTED): (_E.ACTIVE, _E.PENDING),
    (_E.NONE, _EN.CARD_BOUND): (_E.NONE, _E.NONE),
    (_E.NONE, _EN.CARD_GONE): (_E.NONE, _E.NONE),
    (_E.NONE, _EN.FELL_OVERDUE): (_E.NONE, _E.NONE),
    (_E.NONE, _EN.DEBTS_PAID): (_E.NONE, _E.NONE),
    (_E.PENDING, _EN.CONSENTED): (_E.ACTIVE, _E.PENDING),
    (_E.PENDING, _EN.CARD_BOUND): (_E.ACTIVE, _E.SUSPENDED),
    (_E.PENDING, _EN.CARD_GONE): (_E.PENDING, _E.PENDING),
    (_E.PENDING, _EN.FELL_OVERDUE): (_E.PENDING, _E.PENDING),
    (_E.PENDING, _EN.DEBTS_PAID): (_E.PENDING, _E.PENDING),
    **{(_E.ACTIVE, news): (_E.ACTIVE, _E.SUSPENDED) for news in EnrolmentNews},
    **{(_E.SUSPENDED, news): (_E.ACTIVE, _E.SUSPENDED) for news in EnrolmentNews},
    (_E.NONE, _EN.POLICY_OVER): (_E.NONE, _E.NONE),
    **{(state, _EN.POLICY_OVER): (_E.ENDED, _E.ENDED) for state in (_E.PENDING, _E.ACTIVE, _E.SUSPENDED)},
    # Nothing begins it anew: the next year's contract has a programme of its own.
    **{(_E.ENDED, news): (_E.ENDED, _E.ENDED) for news in EnrolmentNews},
}


def enrolment_after(state: EnrolmentState, news: EnrolmentNews, standing: Standing) -> EnrolmentState:
    """Suspension ends by itself as soon as its causes are gone; the end of the contract ends the programme for good."""
    sound, unsound = ENROLMENT_TABLE[state, news]
    return sound if standing.sound else unsound


class ChargeState(StrEnum):
    ANNOUNCED = "announced"  # the client has not been told yet: waits
    SCHEDULED = "scheduled"  # told; will be tried on its day
    CHARGING = "charging"  # a debit is under way or its fate unknown
    RETRYING = "retrying"  # soft decline; will be tried again
    AWAITING_CARD = "awaiting_card"  # no card, or the card is of no use; the ladder goes on
    OVERDUE = "overdue"
    PAID = "paid"
    WITHDRAWN = "withdrawn"  # all its lines were held: nothing of it is owed any more


class ChargeNews(StrEnum):
    TOLD = "told"
    TRIED = "tried"
    PAID = "paid"
    SOFT_DECLINE = "soft_decline"
    HARD_DECLINE = "hard_decline"
    NO_CARD = "no_card"
    LADDER_ENDED = "ladder_ended"
    NEW_CARD = "new_card"
    ALL_HELD = "all_held"


_C, _CN = ChargeState, ChargeNews
_WAITING = (_C.SCHEDULED, _C.RETRYING, _C.AWAITING_CARD)
# Pairs that are not here change nothing: news that are repeated or come too late.
CHARGE_TABLE: Mapping[tuple[ChargeState, ChargeNews], ChargeState] = {
    (_C.ANNOUNCED, _CN.TOLD): _C.SCHEDULED,
    **{(state, _CN.TRIED): _C.CHARGING for state in (*_WAITING, _C.OVERDUE)},
    **{(state, _CN.NO_CARD): _C.AWAITING_CARD for state in _WAITING},
    **{(state, _CN.LADDER_ENDED): _C.OVERDUE for state in (*_WAITING, _C.CHARGING)},
    # «Tried at once»: due on the day the card comes. One whose day has not come keeps it.
    **{(state, _CN.NEW_CARD): _C.RETRYING for state in (_C.RETRYING, _C.AWAITING_CARD, _C.OVERDUE)},
    (_C.CHARGING, _CN.PAID): _C.PAID,
    (_C.CHARGING, _CN.SOFT_DECLINE): _C.RETRYING,
    (_C.CHARGING, _CN.HARD_DECLINE): _C.AWAITING_CARD,
    # While a try is under way a hold waits for its fate, so that a charge leaves that state only with a declined try.
    **{(state, _CN.ALL_HELD): _C.WITHDRAWN for state in (_C.ANNOUNCED, *_WAITING, _C.OVERDUE, _C.CHARGING)},
}

# Messages that tell the client of the amount bear this topic, and that they were delivered comes back under it.
TOLD_TOPIC = "charge"
# States in which the sweep tries a charge once its day has come.
SWEPT = _WAITING
# States in which the client may pay it by hand.
PAYABLE = (_C.SCHEDULED, _C.RETRYING, _C.AWAITING_CARD, _C.OVERDUE)


def charge_after(state: ChargeState, news: ChargeNews) -> ChargeState:
    return CHARGE_TABLE.get((state, news), state)


class HoldState(StrEnum):
    """A line of a charge that is disputed (docs/rules/disputes.md)."""

    ASKED = "asked"  # a try is under way: its fate comes first
    HELD = "held"  # the line has left the charge
    CHARGED = "charged"  # the line was paid with the charge: settled by a refund, or not at all
    WAIVING = "waiving"  # upheld while a try is under way
    WAIVED = "waived"  # the insurer bears the line
    RELEASED = "released"  # the client owes the line after all


class HoldNews(StrEnum):
    TRY_DECLINED = "try_declined"
    TRY_PAID = "try_paid"
    REJECTED = "rejected"
    UPHELD = "upheld"


class HoldEffect(StrEnum):
    """What news of a hold do to money."""

    NOTHING = "nothing"
    LEAVES = "leaves"  # the line's share leaves the charge
    SUPPLEMENT = "supplement"  # it becomes a charge of its own, told anew
    REFUND = "refund"  # it is given back


_H, _HN, _HE = HoldState, HoldNews, HoldEffect
# Pairs that are not here change nothing.
HOLD_TABLE: Mapping[tuple[HoldState, HoldNews], tuple[HoldState, HoldEffect]] = {
    (_H.ASKED, _HN.TRY_DECLINED): (_H.HELD, _HE.LEAVES),
    (_H.ASKED, _HN.TRY_PAID): (_H.CHARGED, _HE.NOTHING),
    (_H.ASKED, _HN.REJECTED): (_H.RELEASED, _HE.NOTHING),
    (_H.ASKED, _HN.UPHELD): (_H.WAIVING, _HE.NOTHING),
    (_H.WAIVING, _HN.TRY_DECLINED): (_H.WAIVED, _HE.LEAVES),
    (_H.WAIVING, _HN.TRY_PAID): (_H.WAIVED, _HE.REFUND),
    (_H.HELD, _HN.REJECTED): (_H.RELEASED, _HE.SUPPLEMENT),
    (_H.HELD, _HN.UPHELD): (_H.WAIVED, _HE.NOTHING),
    (_H.CHARGED, _HN.REJECTED): (_H.RELEASED, _HE.NOTHING),
    (_H.CHARGED, _HN.UPHELD): (_H.WAIVED, _HE.REFUND),
}
# A try's fate decides what these become.
WAITING_FOR_TRY = (HoldState.ASKED, HoldState.WAIVING)


def hold_begins(charge: ChargeState) -> HoldState:
    """How a hold begins, by the state of its charge: at once, unless money is on its way or was paid."""
    match charge:
        case ChargeState.PAID:
            return HoldState.CHARGED
        case ChargeState.CHARGING:
            return HoldState.ASKED
        case _:
            return HoldState.HELD


def hold_after(state: HoldState, news: HoldNews) -> tuple[HoldState, HoldEffect]:
    return HOLD_TABLE.get((state, news), (state, HoldEffect.NOTHING))
