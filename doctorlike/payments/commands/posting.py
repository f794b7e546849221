"""Entries of the ledger, posted in the transaction of what they tell of. Each event of a source is posted once: a
repeated call posts nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import UUIDField

from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Read, Told
from doctorlike.kit.writes import copy_in, insert
from doctorlike.payments.ledger import (
    CHARGE_LEGS,
    PREMIUM_LEGS,
    REVERSAL_LEGS,
    SUSPENDED,
    Event,
    Legs,
    payment_legs,
    refund_legs,
)
from doctorlike.payments.models import LedgerEntry, Payment, Refund
from doctorlike.payments.rules import PaymentState


def post_charge(*, charge_id: UUID, policy_id: UUID, amount: Money, at: datetime) -> None:
    """A client owes a share from now on."""
    _post(Event.CHARGE, charge_id, CHARGE_LEGS, amount, subject_id=charge_id, policy_id=policy_id, at=at)


def post_charges(*, charges: Iterable[tuple[UUID, UUID, Money]], at: datetime) -> None:
    """As `post_charge` of thousands that were never posted: charge, policy, amount."""
    names = ("id", "event", "source_id", "debit", "credit", "amount", "subject_id", "policy_id", "posted_at")
    legs = (str(CHARGE_LEGS.debit), str(CHARGE_LEGS.credit))
    copy_in(
        LedgerEntry,
        names,
        (
            (new_id(), Event.CHARGE, charge_id, *legs, amount, charge_id, policy_id, at)
            for charge_id, policy_id, amount in charges
        ),
    )


def post_charge_reversal(
    *, charge_id: UUID, policy_id: UUID, amount: Money, at: datetime, reversal_id: UUID | None = None
) -> None:
    """An unpaid share, or the part of it that `reversal_id` names, is owed no more."""
    source_id = reversal_id or charge_id
    _post(Event.CHARGE_REVERSED, source_id, REVERSAL_LEGS, amount, subject_id=charge_id, policy_id=policy_id, at=at)


def post_premium(*, policy_id: UUID, order_id: UUID, amount: Money, at: datetime) -> None:
    """A policy of a paid order is issued: of the order's premium, this much is the policy's."""
    if amount:
        _post(Event.PREMIUM, policy_id, PREMIUM_LEGS, amount, subject_id=order_id, policy_id=policy_id, at=at)


def post_payment(payment: Payment, *, at: datetime) -> None:
    """The acquirer has debited the payer; the caller has the payment locked. Nothing is posted for a payment that the
    acquirer does not have money of, and never again what was posted: a debit found late stays where it was put."""
    state = PaymentState(payment.state)
    amount = payment.told_amount if state in SUSPENDED else payment.amount
    if amount is None or state not in (PaymentState.SUCCEEDED, *SUSPENDED):
        return
    _post(
        Event.PAYMENT,
        payment.pk,
        payment_legs(payment.purpose, state),
        amount,
        subject_id=payment.subject_id,
        policy_id=_policy_of(payment),
        payment_id=payment.pk,
        at=at,
    )


def post_refund(refund: Refund, payment: Payment, *, at: datetime) -> None:
    """The acquirer has given money back; the caller has both rows locked."""
    _post(
        Event.REFUND,
        refund.pk,
        refund_legs(PaymentState(payment.state)),
        refund.amount,
        subject_id=payment.subject_id,
        policy_id=_policy_of(payment) or _only_policy_of(payment),
        payment_id=payment.pk,
        at=at,
    )


def _policy_of(payment: Payment) -> UUID | None:
    """A share's payment belongs to the policy that its announcement named; an order may hold several policies."""
    if payment.purpose != "charge":
        return None
    announced = _announced(charge_id=payment.subject_id)
    return announced[0] if announced else None


def _only_policy_of(payment: Payment) -> UUID | None:
    """Of an order with several, nobody told for which the money goes back."""
    if payment.purpose != "order":
        return None
    issued = LedgerEntry.objects.filter(event=Event.PREMIUM, subject_id=payment.subject_id)
    policies = list(issued.values_list("policy_id", flat=True)[:2])
    return policies[0] if len(policies) == 1 else None


_announced = Read(
    lambda: LedgerEntry.objects.filter(event=Event.CHARGE, source_id=Told("charge_id", UUIDField())).values_list(
        "policy_id", flat=True
    ),
    prepared=True,
)


def _post(
    event: Event,
    source_id: UUID,
    legs: Legs,
    amount: Money,
    *,
    subject_id: UUID,
    policy_id: UUID | None = None,
    payment_id: UUID | None = None,
    at: datetime,
) -> None:
    entry = LedgerEntry(
        event=event,
        source_id=source_id,
        debit=legs.debit,
        credit=legs.credit,
        amount=amount,
        subject_id=subject_id,
        policy_id=policy_id,
        payment_id=payment_id,
        posted_at=at,
    )
    insert(entry, unless_there=True)
