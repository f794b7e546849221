"""The second step of a payment: one process claims the attempt and calls the acquirer, outside any transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import UUIDField

from doctorlike.kit import clock
from doctorlike.kit.locks import locked
from doctorlike.kit.reads import Among, Read, Told
from doctorlike.kit.writes import update
from doctorlike.payments.commands.applying import apply_answer, apply_refusal
from doctorlike.payments.commands.reserving import Claimed
from doctorlike.payments.gateways import Refused, acquirer
from doctorlike.payments.models import Attempt, Card, Payment
from doctorlike.payments.rules import SURELY_ARRIVED, AttemptState, Decline, may_repeat

_locked_attempts = Read(
    lambda: (
        Attempt.objects.select_for_update()
        .filter(Among("state", "states"), payment_id=Told("payment_id", UUIDField()))
        .order_by("pk")
    ),
    prepared=True,
)


def send_payment(*, payment_id: UUID, at: datetime) -> None:
    """Sends the attempt that waits to be sent, if there is one. A card unbound since is not touched: its payment is
    declined. Nothing is sent twice: one process claims the attempt, others find it claimed."""
    claimed = _claim(payment_id=payment_id, at=at)
    if claimed is None:
        return
    send_claimed(claimed, at=at)


def send_claimed(claimed: Claimed, *, at: datetime) -> None:
    """Calls the acquirer for an attempt that is the caller's to send, and applies what it tells."""
    answer = acquirer(claimed.shop_id).create_payment(str(claimed.attempt_id), claimed.body)
    apply_answer(attempt_id=claimed.attempt_id, payment_id=claimed.payment_id, answer=answer, at=at)


@transaction.atomic(durable=True)
def _claim(*, payment_id: UUID, at: datetime) -> Claimed | None:
    payment = locked(Payment.objects, pk=payment_id)
    unsent = (AttemptState.NEW, AttemptState.UNKNOWN)
    attempt = next(iter(_locked_attempts(payment_id=payment_id, states=unsent)), None)
    if attempt is None:
        return None
    true_now = clock.real_now()
    # Locked for as long as the claim lasts: an unbinding comes wholly before the claim, or after it.
    bound = payment.card_id is None or locked(Card.objects, pk=payment.card_id).unbound_at is None
    if attempt.state == AttemptState.NEW and not bound:
        apply_refusal(payment, attempt, Refused("card_unbound", Decline.HARD), at=at)
        return None
    first = attempt.first_sent_at or true_now
    if not may_repeat(first_sent_at=first, card_bound=bound, at=true_now):
        return None
    attempt.state = AttemptState.SENT
    attempt.first_sent_at = first
    attempt.sent_at = true_now
    update(attempt, "state", "first_sent_at", "sent_at")
    return Claimed(payment.pk, attempt.pk, payment.shop_id, attempt.body)


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
