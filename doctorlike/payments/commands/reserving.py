"""The first step of a payment: committing to it, under a lock, so that nothing is paid twice for the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, UUIDField

from doctorlike.audit import commands as audit
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.locks import advisory_lock, locked_by
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Read, Told
from doctorlike.kit.writes import insert
from doctorlike.payments.errors import AlreadyPaidError, AmountChangedError, CardNotUsableError, StoppedForCheckError
from doctorlike.payments.gateways import PaymentAsked, ReceiptAsked, acquirer, shop_for
from doctorlike.payments.models import Attempt, Card, Payment
from doctorlike.payments.rules import LIVE, RECEIPT_SUBJECTS, AttemptState, PaymentState, PaymentSystem

_locked_card = Read(lambda: Card.objects.select_for_update().filter(pk=Told("card_id", UUIDField())), prepared=True)
_live_payment = Read(
    lambda: (
        Payment.objects.defer("receipt")
        .filter(purpose=Told("purpose", CharField()), subject_id=Told("subject_id", UUIDField()), state__in=LIVE)
        .order_by("pk")
    ),
    prepared=True,
)
_live = Read(
    lambda: Payment.objects.filter(
        purpose=Told("purpose", CharField()), subject_id=Told("subject_id", UUIDField()), state__in=LIVE
    ).values_list("pk"),
    prepared=True,
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """An attempt that is the caller's to send, and nobody else's."""

    payment_id: UUID
    attempt_id: UUID
    shop_id: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PageClaim:
    """A payment on the acquirer's page; `claimed` is None when it was begun before."""

    payment_id: UUID
    claimed: Claimed | None


def claim_page_payment(
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
) -> PageClaim:
    """The first two steps of `open_payment` in one, in the caller's transaction: committed as being sent by the caller,
    who then calls `show_payment_page` with it at once. One that is killed before is found out about by the sweep. The
    same errors; nothing is written then."""
    advisory_lock(f"payment:{purpose}:{subject_id}")
    live = next(iter(_live_payment(purpose=purpose, subject_id=subject_id)), None)
    if live is None:
        claimed = _reserve(
            state=AttemptState.SENT,
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
        return PageClaim(claimed.payment_id, claimed)
    if live.state == PaymentState.SUCCEEDED:
        raise AlreadyPaidError
    if live.state == PaymentState.MISMATCH:
        raise StoppedForCheckError
    if live.amount != amount:
        raise AmountChangedError
    return PageClaim(live.pk, None)


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
    return claim_card_payment(
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
        state=AttemptState.NEW,
    ).payment_id


def claim_card_payment(
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
    state: AttemptState = AttemptState.SENT,
) -> Claimed:
    """The first two steps of `charge_card` in one, in the caller's transaction: committed as being sent by the caller,
    who then calls `send_claimed` at once. One that is killed before is found out about by the sweep. The card's row
    stays locked until the commit, so an unbinding comes wholly before the claim or after it. CardNotUsableError,
    AlreadyPaidError: nothing is written then."""
    advisory_lock(f"payment:{purpose}:{subject_id}")
    card = locked_by(_locked_card, card_id=card_id)
    if card.unbound_at is not None:
        raise CardNotUsableError
    if _live(purpose=purpose, subject_id=subject_id):
        raise AlreadyPaidError
    return _reserve(
        state=state,
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
    state: AttemptState = AttemptState.NEW,
) -> Claimed:
    payment = Payment(
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
    true_now = clock.real_now()
    sent_at = true_now if state is AttemptState.SENT else None
    attempt = Attempt(
        id=attempt_id,
        payment=payment,
        body=acquirer(shop_id).body_of(asked),
        state=state,
        created_at=true_now,
        first_sent_at=sent_at,
        sent_at=sent_at,
    )
    insert(payment)
    insert(attempt)
    audit.record(
        by=by,
        at=at,
        action="payment.opened",
        subject_type="payment",
        subject_id=payment.pk,
        details={"purpose": purpose, "subject_id": str(subject_id), "amount": str(amount)},
    )
    return Claimed(payment.pk, attempt.pk, shop_id, attempt.body)
