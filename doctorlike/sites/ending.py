"""What ending a contract takes and gives: the same picture for the client and for the desk, before either confirms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doctorlike.appointments import queries as appointments
from doctorlike.appointments import rules as visits
from doctorlike.appointments.queries import VisitCard
from doctorlike.care import queries as care
from doctorlike.copay import queries as copay
from doctorlike.copay.queries import ChargeView
from doctorlike.kit import clock
from doctorlike.kit.money import Money
from doctorlike.payments.queries import PaymentView
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.policies.rules import CancellationOutcome
from doctorlike.telemed import queries as telemed
from doctorlike.telemed import rules as talks

CAME = (visits.State.ARRIVED, visits.State.FULFILLED)
TALKED = (talks.State.TAKEN, talks.State.FINISHED)


@dataclass(frozen=True, slots=True)
class Ending:
    """`lost_visits` are booked from the first day no longer covered on; `open_charges` stay payable. `payment` is what
    the refund goes back to, `by_card` how much of `outcome.refund` can go that way."""

    outcome: CancellationOutcome
    payment: PaymentView | None
    by_card: Money
    lost_visits: Sequence[VisitCard]
    open_charges: Sequence[ChargeView]

    @property
    def open_total(self) -> Money:
        return Money.total(one.amount for one in self.open_charges)

    @property
    def by_hand(self) -> Money:
        """What of the refund a person has to settle otherwise."""
        return self.outcome.refund - self.by_card


def had_insured_event(policy_id: UUID) -> bool:
    """Whether help was given under the contract (docs/rules/cancellation.md): the patient came to a visit, a service
    was accepted, or a doctor answered at a distance."""
    if any(one.state in CAME for one in appointments.appointments_of([policy_id])):
        return True
    if any(line.covered for one in care.encounters_of([policy_id]) for line in one.lines):
        return True
    return any(one.state in TALKED for one in telemed.archive_of([policy_id]))


def ending_of(policy: PolicyView, *, now: datetime) -> Ending | None:
    """None for a contract that is over or ended already."""
    today = clock.insurer_date(now)
    if policy.cancelled_on is not None or today >= policy.period.ends_on:
        return None
    outcome = policies.outcome_of(policy, asked_on=today, insured_event=had_insured_event(policy.id))
    payment, left = policies.payment_left(policy)
    booked = appointments.upcoming([policy.id], now)
    return Ending(
        outcome=outcome,
        payment=payment,
        by_card=min(outcome.refund, left),
        lost_visits=[one for one in booked if one.visit_on >= outcome.cancelled_on],
        open_charges=copay.unpaid_charges_of([policy.id]),
    )
