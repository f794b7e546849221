"""Payments in three steps: commit the attempt, call the acquirer outside any transaction, apply what it told.

Commands that call the acquirer refuse to run inside a transaction (`durable`). Repeating any of them is safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked
from doctorlike.kit.money import Money
from doctorlike.payments.commands.applying import apply_answer, apply_refusal
from doctorlike.payments.commands.reserving import reserve_card_payment, reserve_page_payment
from doctorlike.payments.errors import AlreadyPaidError
from doctorlike.payments.gateways import NoAnswer, Refused, acquirer
from doctorlike.payments.models import Attempt, Card, Payment
from doctorlike.payments.rules import (
    SURELY_ABANDONED,
    SURELY_ARRIVED,
    AttemptState,
    Decline,
    PaymentState,
    PaymentSystem,
    may_repeat,
)

# Clocks of two machines differ by less than this.
_CLOCKS_DIFFER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Opened:
    """Where the payer goes next; an empty `confirmation_url` means that the acquirer has not answered yet: show the
    payment as waiting and let the payer look again."""

    payment_id: UUID
    confirmation_url: str


def open_payment(
    *,
    purpose: str,
    subject_id: UUID,
    amount: Money,
    description: str,
    return_url: str,
    email: str = "",
    phone: str = "",
    receipt_item: str,
    payment_system: str = PaymentSystem.WORLD,
    by: Actor,
    at: datetime,
) -> Opened:
    """Starts a payment on the acquirer's page, or goes on with the one already open for the same thing. The receipt
    goes to `email`, else to `phone`. AlreadyPaidError, StoppedForCheckError, or AmountChangedError while a payment
    of another amount is open."""
    with transaction.atomic(durable=True):
        payment_id = reserve_page_payment(
            purpose=purpose,
            subject_id=subject_id,
            amount=amount,
            description=description,
            return_url=return_url,
            email=email,
            phone=phone,
            receipt_item=receipt_item,
            payment_system=payment_system,
            by=by,
            at=at,
        )
    return show_payment_page(payment_id=payment_id, at=at)


def show_payment_page(*, payment_id: UUID, at: datetime) -> Opened:
    """Sends a reserved page payment, or asks about one already sent. AlreadyPaidError."""
    refresh_payment(payment_id=payment_id, at=at)
    payment = Payment.objects.get(pk=payment_id)
    if payment.state == PaymentState.SUCCEEDED:
        raise AlreadyPaidError
    attempt = payment.attempts.order_by("-created_at").first()
    waiting = attempt is not None and attempt.state == AttemptState.PENDING
    return Opened(payment_id, attempt.confirmation_url if attempt and waiting else "")


def charge_card(
    *,
    purpose: str,
    subject_id: UUID,
    card_id: UUID,
    amount: Money,
    description: str,
    email: str = "",
    phone: str = "",
    receipt_item: str,
    by: Actor,
    at: datetime,
) -> UUID:
    """Debits a bound card without the payer being there; returns the payment's id, its fate comes as PaymentSettled.
    CardNotUsableError when the card is unbound; AlreadyPaidError when something is already live for the subject."""
    with transaction.atomic(durable=True):
        payment_id = reserve_card_payment(
            purpose=purpose,
            subject_id=subject_id,
            card_id=card_id,
            amount=amount,
            description=description,
            email=email,
            phone=phone,
            receipt_item=receipt_item,
            by=by,
            at=at,
        )
    send_payment(payment_id=payment_id, at=at)
    return payment_id


def send_payment(*, payment_id: UUID, at: datetime) -> None:
    """Sends the attempt that waits to be sent, if there is one. A card unbound since is not touched: its payment is
    declined. Nothing is sent twice: one process claims the attempt, others find it claimed."""
    claimed = _claim(payment_id=payment_id, at=at)
    if claimed is None:
        return
    attempt, shop_id = claimed
    answer = acquirer(shop_id).create_payment(str(attempt.pk), attempt.body)
    apply_answer(attempt_id=attempt.pk, answer=answer, at=at)


@transaction.atomic(durable=True)
def _claim(*, payment_id: UUID, at: datetime) -> tuple[Attempt, str] | None:
    payment = locked(Payment.objects.all(), pk=payment_id)
    unsent = (AttemptState.NEW, AttemptState.UNKNOWN)
    attempt = payment.attempts.select_for_update().filter(state__in=unsent).first()
    if attempt is None:
        return None
    true_now = clock.real_now()
    # Locked for as long as the claim lasts: an unbinding comes wholly before the claim, or after it.
    bound = payment.card_id is None or locked(Card.objects.all(), pk=payment.card_id).unbound_at is None
    if attempt.state == AttemptState.NEW and not bound:
        apply_refusal(payment, attempt, Refused("card_unbound", Decline.HARD), at=at)
        return None
    first = attempt.first_sent_at or true_now
    if not may_repeat(first_sent_at=first, card_bound=bound, at=true_now):
        return None
    attempt.state = AttemptState.SENT
    attempt.first_sent_at = first
    attempt.sent_at = true_now
    attempt.save(update_fields=["state", "first_sent_at", "sent_at"])
    return attempt, payment.shop_id


def refresh_payment(*, payment_id: UUID, at: datetime) -> None:
    """Asks the acquirer what has become of the payment and applies that; sends what was never sent. NotFoundError
    for an unknown payment. An attempt that another process is sending just now is left to it."""
    payment = Payment.objects.filter(pk=payment_id).first()
    if payment is None:
        raise NotFoundError
    attempt = payment.attempts.order_by("-created_at").first()
    if attempt is None:
        return
    match attempt.state:
        case AttemptState.NEW:
            send_payment(payment_id=payment_id, at=at)
        case AttemptState.SENT if attempt.sent_at and clock.real_now() - attempt.sent_at < SURELY_ABANDONED:
            return
        case AttemptState.SENT | AttemptState.UNKNOWN:
            _find(payment, attempt, at=at)
        case _ if attempt.acquirer_id:
            answer = acquirer(payment.shop_id).payment(attempt.acquirer_id)
            apply_answer(attempt_id=attempt.pk, answer=answer, at=at)


def _find(payment: Payment, attempt: Attempt, *, at: datetime) -> None:
    """What became of a request without an answer: looked for at the acquirer; one it does not have is repeated under
    its key while that is safe, and given up when it is not."""
    since = (attempt.first_sent_at or attempt.created_at) - _CLOCKS_DIFFER
    found = acquirer(payment.shop_id).find(attempt.pk, since=since)
    if found is not None:
        apply_answer(attempt_id=attempt.pk, answer=found, at=at)
        return
    apply_answer(attempt_id=attempt.pk, answer=NoAnswer("not_found"), at=at)
    send_payment(payment_id=payment.pk, at=at)
    give_up(payment_id=payment.pk, at=at)


@transaction.atomic(durable=True)
def give_up(*, payment_id: UUID, at: datetime) -> None:
    """Declines a payment whose request never reached the acquirer and may not be repeated. A debit that shows up all
    the same makes it `late`, for a person."""
    payment = locked(Payment.objects.select_related("card"), pk=payment_id)
    attempt = payment.attempts.select_for_update().filter(state=AttemptState.UNKNOWN).first()
    true_now = clock.real_now()
    if attempt is None or attempt.first_sent_at is None or attempt.sent_at is None:
        return
    bound = payment.card is None or payment.card.unbound_at is None
    if may_repeat(first_sent_at=attempt.first_sent_at, card_bound=bound, at=true_now):
        return
    if true_now - attempt.sent_at < SURELY_ARRIVED:
        return
    refused = Refused("never_arrived") if bound else Refused("card_unbound", Decline.HARD)
    apply_refusal(payment, attempt, refused, at=at)
