"""Payments in three steps: commit the attempt, call the acquirer outside any transaction, apply what it told.

Commands that call the acquirer refuse to run inside a transaction (`durable`). Repeating any of them is safe.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import UUIDField

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Read, Told
from doctorlike.payments.commands.applying import apply_answer
from doctorlike.payments.commands.finding import find_silent
from doctorlike.payments.commands.reserving import Claimed, claim_page_payment, reserve_card_payment
from doctorlike.payments.commands.sending import send_claimed, send_payment
from doctorlike.payments.errors import AlreadyPaidError
from doctorlike.payments.gateways import acquirer
from doctorlike.payments.models import Attempt, Payment
from doctorlike.payments.rules import SURELY_ABANDONED, AttemptState, PaymentState, PaymentSystem

_payment = Read(lambda: Payment.objects.defer("receipt").filter(pk=Told("payment_id", UUIDField())), prepared=True)
_last_attempt = Read(
    lambda: (
        Attempt.objects.defer("body").filter(payment_id=Told("payment_id", UUIDField())).order_by("-created_at")[:1]
    ),
    prepared=True,
)


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
        begun = claim_page_payment(
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
    return show_payment_page(payment_id=begun.payment_id, claimed=begun.claimed, at=at)


def show_payment_page(*, payment_id: UUID, claimed: Claimed | None = None, at: datetime) -> Opened:
    """Sends a page payment that is `claimed` or reserved, or asks about one already sent. AlreadyPaidError."""
    if claimed is None:
        refresh_payment(payment_id=payment_id, at=at)
    else:
        send_claimed(claimed, at=at)
    payment, attempt = _found(payment_id)
    if payment.state == PaymentState.SUCCEEDED:
        raise AlreadyPaidError
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


def refresh_payment(*, payment_id: UUID, at: datetime) -> None:
    """Asks the acquirer what has become of the payment and applies that; sends what was never sent. NotFoundError
    for an unknown payment. An attempt that another process is sending just now is left to it."""
    payment, attempt = _found(payment_id)
    if attempt is None:
        return
    match attempt.state:
        case AttemptState.NEW:
            send_payment(payment_id=payment_id, at=at)
        case AttemptState.SENT if attempt.sent_at and clock.real_now() - attempt.sent_at < SURELY_ABANDONED:
            return
        case AttemptState.SENT | AttemptState.UNKNOWN:
            find_silent([attempt], at=at)
        case _ if attempt.acquirer_id:
            answer = acquirer(payment.shop_id).payment(attempt.acquirer_id)
            apply_answer(attempt_id=attempt.pk, answer=answer, at=at)


def _found(payment_id: UUID) -> tuple[Payment, Attempt | None]:
    """The payment and its newest attempt; NotFoundError."""
    rows = _payment(payment_id=payment_id)
    if not rows:
        raise NotFoundError
    return rows[0], next(iter(_last_attempt(payment_id=payment_id)), None)
