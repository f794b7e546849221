"""Payments in three steps: commit the attempt, call the acquirer outside any transaction, apply what it told.

Commands that call the acquirer refuse to run inside a transaction (`durable`). Repeating any of them is safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from doctorlike.audit import commands as audit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.ids import new_id
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.kit.money import Money
from doctorlike.payments.commands.applying import apply_answer, apply_refusal
from doctorlike.payments.errors import AlreadyPaidError, AmountChangedError, CardNotUsableError, StoppedForCheckError
from doctorlike.payments.gateways import NoAnswer, PaymentAsked, ReceiptAsked, Refused, acquirer, shop_for
from doctorlike.payments.models import Attempt, Card, Payment
from doctorlike.payments.rules import (
    LIVE,
    RECEIPT_SUBJECTS,
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


@transaction.atomic
def reserve_page_payment(
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
) -> UUID:
    """The first step of `open_payment` alone, to be taken in the transaction that decides on the payment; then commit
    and call `show_payment_page`. The same errors."""
    advisory_lock(f"payment:{purpose}:{subject_id}")
    live = Payment.objects.filter(purpose=purpose, subject_id=subject_id, state__in=LIVE).first()
    if live is None:
        return _reserve(
            purpose=purpose,
            subject_id=subject_id,
            amount=amount,
            description=description,
            return_url=return_url,
            receipt={"email": email, "phone": "" if email else phone, "item": receipt_item},
            shop_id=shop_for(payment_system),
            by=by,
            at=at,
        )
    if live.state == PaymentState.SUCCEEDED:
        raise AlreadyPaidError
    if live.state == PaymentState.MISMATCH:
        raise StoppedForCheckError
    if live.amount != amount:
        raise AmountChangedError
    return live.pk


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


@transaction.atomic
def reserve_card_payment(
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
    """The first step of `charge_card` alone, to be taken in the transaction that decides on the debit; then commit and
    call `send_payment`. A reservation that nobody sends (a killed process) is sent by the next sweep."""
    advisory_lock(f"payment:{purpose}:{subject_id}")
    card = locked(Card.objects.all(), pk=card_id)
    if card.unbound_at is not None:
        raise CardNotUsableError
    if Payment.objects.filter(purpose=purpose, subject_id=subject_id, state__in=LIVE).exists():
        raise AlreadyPaidError
    return _reserve(
        purpose=purpose,
        subject_id=subject_id,
        amount=amount,
        description=description,
        receipt={"email": email, "phone": "" if email else phone, "item": receipt_item},
        shop_id=card.shop_id,
        card=card,
        by=by,
        at=at,
    )


def _reserve(
    *,
    purpose: str,
    subject_id: UUID,
    amount: Money,
    description: str,
    receipt: dict[str, str],
    shop_id: str,
    by: Actor,
    at: datetime,
    card: Card | None = None,
    return_url: str = "",
) -> UUID:
    payment = Payment.objects.create(
        purpose=purpose,
        subject_id=subject_id,
        amount=amount,
        description=description[:128],
        receipt=receipt,
        shop_id=shop_id,
        card=card,
        return_url=return_url,
        state=PaymentState.OPEN,
        created_at=at,
    )
    attempt_id = new_id()
    asked = PaymentAsked(
        attempt_id=attempt_id,
        subject_id=subject_id,
        amount=amount,
        description=description,
        receipt=ReceiptAsked(**receipt, subject=RECEIPT_SUBJECTS.get(purpose, "service")),
        card_token=card.token if card else "",
        return_url=return_url,
    )
    # An attempt lives by the acquirer's clock, which no demo moves.
    Attempt.objects.create(
        id=attempt_id,
        payment=payment,
        body=acquirer(shop_id).body_of(asked),
        state=AttemptState.NEW,
        created_at=clock.real_now(),
    )
    audit.record(
        by=by,
        at=at,
        action="payment.opened",
        subject_type="payment",
        subject_id=payment.pk,
        details={"purpose": purpose, "subject_id": str(subject_id), "amount": str(amount)},
    )
    return payment.pk


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
