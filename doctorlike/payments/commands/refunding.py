"""Giving money back: one person asks, another decides; the money itself goes in three steps (`returning`)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked
from doctorlike.kit.money import Money
from doctorlike.payments.errors import AlreadyDecidedError, MoreThanPaidError, NotRefundableError, SamePersonError
from doctorlike.payments.gateways import ReceiptAsked, RefundAsked, acquirer
from doctorlike.payments.models import Payment, Refund
from doctorlike.payments.rules import (
    ENDED_REFUND,
    RECEIPT_SUBJECTS,
    REFUNDABLE,
    PaymentState,
    RefundReason,
    RefundState,
)
from doctorlike.ui.words import money


@transaction.atomic
def request_refund(*, payment_id: UUID, amount: Money, why: RefundReason, by: Actor, at: datetime) -> UUID:
    """Asks for money of a payment to be given back; another person decides. A client may ask too, for what their
    contract gives back: then anybody at work but the same account decides. Repeating asks again, for what is left.
    NotFoundError, NotRefundableError, MoreThanPaidError(left)."""
    payment = locked(Payment.objects.all(), pk=payment_id)
    paid = paid_of(payment)
    taken = payment.refunds.exclude(state__in=ENDED_REFUND).values_list("amount", flat=True)
    left = paid - Money.total(taken)
    if amount > left:
        raise MoreThanPaidError(left=money(left))
    refund = Refund.objects.create(
        payment=payment, amount=amount, why=why, state=RefundState.ASKED, asked_by_id=_asker(by), asked_at=at
    )
    _note(refund, "refund.asked", by=by, at=at, details={"amount": str(amount), "why": why})
    return refund.pk


def approve_refund(*, refund_id: UUID, by: Actor, at: datetime) -> None:
    """The second person agrees: the money is sent back by a job. NotFoundError, SamePersonError, AlreadyDecidedError
    (also when two approve at once: one of them has decided)."""
    from doctorlike.payments.tasks import return_money  # the task calls back into this package

    with transaction.atomic():
        refund, payment = _decide(refund_id, RefundState.NEW, by=by, at=at)
        debit = payment.attempts.filter(acquirer_id__isnull=False).order_by("-created_at").first()
        if debit is None or debit.acquirer_id is None:
            raise NotRefundableError
        subject = RECEIPT_SUBJECTS.get(payment.purpose, "service")
        asked = RefundAsked(
            refund_id=refund.pk,
            acquirer_payment_id=debit.acquirer_id,
            amount=refund.amount,
            description=payment.description,
            receipt=ReceiptAsked(**payment.receipt, subject=subject),
        )
        refund.body = acquirer(payment.shop_id).refund_body_of(asked)
        refund.save()
        _note(refund, "refund.approved", by=by, at=at)
        return_money.defer(refund_id=str(refund.pk))


@transaction.atomic
def refuse_refund(*, refund_id: UUID, by: Actor, at: datetime) -> None:
    """The second person says no; the amount may be asked for anew. The same errors as approving."""
    refund, _payment = _decide(refund_id, RefundState.REFUSED, by=by, at=at)
    refund.save()
    _note(refund, "refund.refused", by=by, at=at)


def paid_of(payment: Payment) -> Money:
    """What the acquirer debited. NotRefundableError when nothing, or nobody knows yet."""
    if payment.state not in REFUNDABLE:
        raise NotRefundableError
    paid = payment.amount if payment.state == PaymentState.SUCCEEDED else payment.told_amount
    if paid is None:
        raise NotRefundableError
    return paid


def _decide(refund_id: UUID, state: RefundState, *, by: Actor, at: datetime) -> tuple[Refund, Payment]:
    payment_id = Refund.objects.filter(pk=refund_id).values_list("payment_id", flat=True).first()
    if payment_id is None:
        raise NotFoundError
    payment = locked(Payment.objects.all(), pk=payment_id)
    refund = locked(Refund.objects.all(), pk=refund_id)
    if refund.state != RefundState.ASKED:
        raise AlreadyDecidedError
    decider = _staff(by)
    if refund.asked_by_id == decider:
        raise SamePersonError
    refund.state, refund.decided_by_id, refund.decided_at = state, decider, at
    return refund, payment


def _asker(by: Actor) -> UUID:
    if by.kind not in ("staff", "user"):
        raise ValueError("a refund is asked for by a person")
    return UUID(by.ref)


def _staff(by: Actor) -> UUID:
    if by.kind != "staff":
        raise ValueError("a refund is decided on by people at work")
    return UUID(by.ref)


def _note(refund: Refund, action: str, *, by: Actor, at: datetime, details: dict[str, str] | None = None) -> None:
    subject = {"refund": str(refund.pk), **(details or {})}
    audit.record(by=by, at=at, action=action, subject_type="payment", subject_id=refund.payment_id, details=subject)
