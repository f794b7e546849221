"""The first step of a payment: committing to it, under a lock, so that nothing is paid twice for the same thing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.audit import commands as audit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.locks import advisory_lock, locked
from doctorlike.kit.money import Money
from doctorlike.payments.errors import AlreadyPaidError, AmountChangedError, CardNotUsableError, StoppedForCheckError
from doctorlike.payments.gateways import PaymentAsked, ReceiptAsked, acquirer, shop_for
from doctorlike.payments.models import Attempt, Card, Payment
from doctorlike.payments.rules import LIVE, RECEIPT_SUBJECTS, AttemptState, PaymentState, PaymentSystem


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
