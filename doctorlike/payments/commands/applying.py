"""The third step of a payment: what the acquirer told is applied under the payment's lock, with audit and news."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import UUIDField

from doctorlike.audit import commands as audit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.facts import publish
from doctorlike.kit.locks import locked_by
from doctorlike.kit.reads import Read, Told
from doctorlike.kit.writes import update
from doctorlike.payments.commands.posting import post_payment
from doctorlike.payments.facts import PaymentSettled
from doctorlike.payments.gateways import NoAnswer, PaymentTold, Refused
from doctorlike.payments.ledger import SUSPENDED
from doctorlike.payments.models import Attempt, Payment
from doctorlike.payments.rules import ATTEMPT_AFTER, PAYMENT_TABLE, SETTLED, AttemptState, Decline, News, PaymentState

log = logging.getLogger(__name__)
ACQUIRER = Actor.system("acquirer")
# What is encrypted is neither read nor written here: it would be deciphered and enciphered for nothing.
_locked_payment = Read(
    lambda: Payment.objects.defer("receipt").select_for_update().filter(pk=Told("payment_id", UUIDField())),
    prepared=True,
)
_payment_of = Read(
    lambda: Attempt.objects.filter(pk=Told("attempt_id", UUIDField())).values_list("payment_id", flat=True),
    prepared=True,
)
_locked_attempt = Read(
    lambda: Attempt.objects.defer("body").select_for_update().filter(pk=Told("attempt_id", UUIDField())), prepared=True
)


@transaction.atomic(durable=True)
def apply_answer(
    *, attempt_id: UUID, payment_id: UUID | None = None, answer: PaymentTold | Refused | NoAnswer, at: datetime
) -> None:
    """Safe to repeat, in any order: what is settled stays settled."""
    if payment_id is None:
        (payment_id,) = _payment_of(attempt_id=attempt_id)
    payment = locked_by(_locked_payment, payment_id=payment_id)
    attempt = locked_by(_locked_attempt, attempt_id=attempt_id)
    match answer:
        case NoAnswer():
            # A question that went unanswered tells nothing new about an attempt the acquirer is known to have.
            asking = attempt.state in (AttemptState.SENT, AttemptState.UNKNOWN)
            _apply(payment, attempt, News.NO_ANSWER if asking else None, at=at)
        case Refused() if attempt.acquirer_id is None:
            apply_refusal(payment, attempt, answer, at=at)
        case Refused():
            log.error("the acquirer does not know payment %s any more", payment.pk)
            _apply(payment, attempt, None, at=at)
        case PaymentTold():
            attempt.acquirer_id = answer.id
            attempt.confirmation_url = answer.confirmation_url or attempt.confirmation_url
            payment.receipt_registration = answer.receipt_registration
            before, told = payment.state, _news(payment, answer)
            _apply(payment, attempt, told, decline=answer.decline, reason=answer.reason, at=at)
            if answer.state == "succeeded":
                _book(payment, answer, settled=payment.state != before, at=at)


def apply_refusal(payment: Payment, attempt: Attempt, refused: Refused, *, at: datetime) -> None:
    """A settled decline; both rows are locked by the caller."""
    _apply(payment, attempt, News.DECLINED, decline=refused.decline, reason=refused.reason, at=at)


def _book(payment: Payment, told: PaymentTold, *, settled: bool, at: datetime) -> None:
    """The debit goes to the ledger; of one stopped for a person, as much as the acquirer says."""
    stopped = payment.state in SUSPENDED and payment.told_amount is None
    if stopped:
        payment.told_amount = told.amount
        payment.save(update_fields=["told_amount"])
    if stopped or settled:
        post_payment(payment, at=at)


def _news(payment: Payment, told: PaymentTold) -> News:
    if told.state == "canceled":
        return News.DECLINED
    if told.amount != payment.amount:
        return News.DIFFERS
    return News.SUCCEEDED if told.state == "succeeded" else News.PENDING


def _apply(
    payment: Payment,
    attempt: Attempt,
    news: News | None,
    *,
    decline: Decline | None = None,
    reason: str = "",
    at: datetime,
) -> None:
    true_now = clock.real_now()
    attempt.asked_at = true_now
    before = PaymentState(payment.state)
    after = before if news is None else PAYMENT_TABLE[before, news]
    if news is not None and attempt.settled_at is None:
        attempt.state = ATTEMPT_AFTER[news]
        attempt.reason = reason
        attempt.settled_at = true_now if news not in (News.NO_ANSWER, News.PENDING) else None
    update(attempt, "asked_at", "state", "reason", "settled_at", "acquirer_id", "confirmation_url")
    payment.state = after
    if after is not before and after in SETTLED:
        payment.settled_at, payment.reason = at, reason
        payment.decline = (decline or Decline.SOFT) if after == PaymentState.DECLINED else ""
    update(payment, "state", "settled_at", "reason", "decline", "receipt_registration")
    if after is not before:
        _tell(payment, before=before, at=at)


def _tell(payment: Payment, *, before: PaymentState, at: datetime) -> None:
    audit.record(
        by=ACQUIRER,
        at=at,
        action=f"payment.{payment.state}",
        subject_type="payment",
        subject_id=payment.pk,
        details={"before": before, "reason": payment.reason},
    )
    if payment.state in (PaymentState.MISMATCH, PaymentState.LATE):
        log.error("payment %s is %s: a person must look", payment.pk, payment.state)
    if payment.state in SETTLED:
        publish(
            PaymentSettled(
                payment_id=payment.pk,
                purpose=payment.purpose,
                subject_id=payment.subject_id,
                succeeded=payment.state == PaymentState.SUCCEEDED,
                decline=Decline(payment.decline).value if payment.decline else None,
                reason=payment.reason,
                at=at,
            )
        )
