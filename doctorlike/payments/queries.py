"""What is known of payments and cards."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import CharField, Q, UUIDField
from django.utils.translation import gettext_lazy as _

from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Among, Read, Told
from doctorlike.payments.ledger import SUSPENDED
from doctorlike.payments.models import Attempt, Card, CardBinding, Payment, Refund
from doctorlike.payments.rules import (
    ENDED_REFUND,
    REFUND_REASONS,
    REFUND_STATES,
    REFUNDABLE,
    AttemptState,
    PaymentState,
    RefundReason,
    RefundState,
    reason_words,
)

BRAND_NAMES = {"Mir": _("МИР"), "MasterCard": "Mastercard"}


@dataclass(frozen=True, slots=True)
class CardView:
    id: UUID
    owner_id: UUID
    brand: str
    last_four: str
    expires_year: int
    expires_month: int
    bound_at: datetime
    unbound_at: datetime | None

    @property
    def title(self) -> str:
        """«МИР ·· 4417»."""
        return f"{BRAND_NAMES.get(self.brand, self.brand)} ·· {self.last_four}".strip()

    @property
    def usable(self) -> bool:
        return self.unbound_at is None

    @property
    def last_day(self) -> date:
        """The last day of the month on the card."""
        last = calendar.monthrange(self.expires_year, self.expires_month)[1]
        return date(self.expires_year, self.expires_month, last)


@dataclass(frozen=True, slots=True)
class PaymentView:
    """`confirmation_url` is given while the payer is waited for. `receipt_registration` is the state of the fiscal
    receipt at the acquirer's cash desk: «», «pending», «succeeded», «canceled»."""

    id: UUID
    purpose: str
    subject_id: UUID
    amount: Money
    state: str
    confirmation_url: str
    decline: str
    reason: str
    reason_text: str
    acquirer_id: str
    receipt_registration: str
    receipt_item: str
    receipt_to: str
    card: CardView | None
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class BindingView:
    id: UUID
    subject_id: UUID
    state: str
    confirmation_url: str
    reason: str
    reason_text: str
    payment_system: str
    card_id: UUID | None


_payments = Read(lambda: Payment.objects.filter(Among("pk", "ids")).select_related("card"))
_newest_for = Read(
    lambda: (
        Payment.objects.filter(purpose=Told("purpose", CharField()), subject_id=Told("subject_id", UUIDField()))
        .select_related("card")
        .order_by("-created_at", "-id")[:1]
    ),
    prepared=True,
)
_attempts = Read(
    lambda: Attempt.objects.filter(Among("payment_id", "payment_ids")).order_by("created_at").defer("body"),
    prepared=True,
)
_refunds = Read(
    lambda: (
        Refund.objects.filter(Among("payment_id", "payment_ids"))
        .select_related("payment")
        .defer("body", "payment__receipt")
        .order_by("asked_at", "id")
    )
)
_cards = Read(lambda: Card.objects.filter(Among("pk", "ids")))


def payment_for(purpose: str, subject_id: UUID) -> PaymentView | None:
    """The newest payment for a thing, live or not."""
    rows = _newest_for(purpose=purpose, subject_id=subject_id)
    return _payment_view(rows[0], _last_attempts([rows[0].pk])) if rows else None


def payment(payment_id: UUID) -> PaymentView:
    """NotFoundError when there is none."""
    row = Payment.objects.select_related("card").filter(pk=payment_id).first()
    if row is None:
        raise NotFoundError
    return _payment_view(row, _last_attempts([row.pk]))


def payments(payment_ids: Iterable[UUID]) -> dict[UUID, PaymentView]:
    """Many at once, by id."""
    asked = set(payment_ids)
    if not asked:
        return {}
    attempts = _last_attempts(asked)
    return {row.pk: _payment_view(row, attempts) for row in _payments(ids=asked)}


def card(card_id: UUID) -> CardView:
    """NotFoundError when there is none."""
    row = Card.objects.filter(pk=card_id).first()
    if row is None:
        raise NotFoundError
    return _card_view(row)


def cards(card_ids: Iterable[UUID]) -> dict[UUID, CardView]:
    """Many at once, by id; unbound ones too."""
    asked = set(card_ids)
    return {row.pk: _card_view(row) for row in _cards(ids=asked)} if asked else {}


def cards_of(user_id: UUID) -> list[CardView]:
    """The client's bound cards, newest first."""
    rows = Card.objects.filter(owner_id=user_id, unbound_at__isnull=True).order_by("-bound_at", "-id")
    return [_card_view(row) for row in rows]


def cards_expiring(card_ids: Iterable[UUID], until: date) -> list[CardView]:
    """Those of the cards, still bound, whose last day is on that date or before."""
    first_fine = until + timedelta(days=1)
    sooner = Q(expires_year__lt=first_fine.year) | Q(expires_year=first_fine.year, expires_month__lt=first_fine.month)
    rows = Card.objects.filter(sooner, pk__in=set(card_ids), unbound_at__isnull=True, expires_year__gt=0)
    return [_card_view(row) for row in rows.order_by("expires_year", "expires_month", "pk")]


def card_for(user_id: UUID, card_id: UUID) -> CardView:
    """The client's own card; NotFoundError for another's."""
    row = Card.objects.filter(pk=card_id, owner_id=user_id).first()
    if row is None:
        raise NotFoundError
    return _card_view(row)


def binding_for(subject_id: UUID) -> BindingView | None:
    """The newest binding started for a thing."""
    row = CardBinding.objects.filter(subject_id=subject_id).order_by("-created_at", "-id").first()
    if row is None:
        return None
    return BindingView(
        id=row.pk,
        subject_id=row.subject_id,
        state=row.state,
        confirmation_url=row.confirmation_url,
        reason=row.reason,
        reason_text=reason_words(row.reason),
        payment_system=row.payment_system,
        card_id=row.card_id,
    )


def _last_attempts(payment_ids: Collection[UUID]) -> dict[UUID, Attempt]:
    return {row.payment_id: row for row in _attempts(payment_ids=payment_ids)}


def _payment_view(row: Payment, attempts: dict[UUID, Attempt]) -> PaymentView:
    attempt = attempts.get(row.pk)
    waiting = attempt is not None and attempt.state == AttemptState.PENDING
    return PaymentView(
        id=row.pk,
        purpose=row.purpose,
        subject_id=row.subject_id,
        amount=row.amount,
        state=row.state,
        confirmation_url=attempt.confirmation_url if attempt and waiting else "",
        decline=row.decline,
        reason=row.reason,
        reason_text=reason_words(row.reason) if row.reason else "",
        acquirer_id=(attempt.acquirer_id or "") if attempt else "",
        receipt_registration=row.receipt_registration,
        receipt_item=row.receipt.get("item", ""),
        receipt_to=row.receipt.get("email") or row.receipt.get("phone", ""),
        card=_card_view(row.card) if row.card else None,
        created_at=row.created_at,
        settled_at=row.settled_at,
    )


def _card_view(row: Card) -> CardView:
    return CardView(
        id=row.pk,
        owner_id=row.owner_id,
        brand=row.brand,
        last_four=row.last_four,
        expires_year=row.expires_year,
        expires_month=row.expires_month,
        bound_at=row.bound_at,
        unbound_at=row.unbound_at,
    )


@dataclass(frozen=True, slots=True)
class RefundView:
    """A refund; `asked_by` and `decided_by` are accounts, of people at work or of the client who asked. `settled_at` is
    when the acquirer gave the money back or said no; `receipt_registration` as of a payment."""

    id: UUID
    payment_id: UUID
    description: str
    amount: Money
    why_text: str
    state: str
    state_text: str
    asked_by: UUID
    asked_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    settled_at: datetime | None
    receipt_registration: str


@dataclass(frozen=True, slots=True)
class StoppedPayment:
    """Money that came other than asked; `told` is what the acquirer debited, None while it does not say. `left` of it
    is with us still."""

    id: UUID
    description: str
    asked: Money
    told: Money | None
    left: Money
    late: bool
    created_at: datetime


def refund(refund_id: UUID) -> RefundView:
    """NotFoundError when there is none."""
    row = Refund.objects.select_related("payment").filter(pk=refund_id).first()
    if row is None:
        raise NotFoundError
    return _refund_view(row)


def refunds_of(payment_ids: Iterable[UUID]) -> list[RefundView]:
    """Every refund of those payments, the first asked for first."""
    asked = set(payment_ids)
    return [_refund_view(row) for row in _refunds(payment_ids=asked)] if asked else []


def refunds_waiting() -> list[RefundView]:
    """Those a second person has to decide on, the longest waiting first."""
    rows = Refund.objects.filter(state=RefundState.ASKED).select_related("payment").order_by("asked_at", "id")
    return [_refund_view(row) for row in rows]


def refunds_decided(limit: int = 50) -> list[RefundView]:
    """The latest of those decided on."""
    rows = Refund.objects.exclude(state=RefundState.ASKED).select_related("payment").order_by("-decided_at", "-id")
    return [_refund_view(row) for row in rows[:limit]]


def paid_for(purpose: str, subject_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The payments that paid for those things, by thing."""
    rows = Payment.objects.filter(purpose=purpose, subject_id__in=list(subject_ids), state=PaymentState.SUCCEEDED)
    return dict(rows.values_list("subject_id", "pk"))


def left_to_refund(payment_id: UUID) -> Money:
    """Nothing when the acquirer holds no money of the payment; NotFoundError."""
    row = Payment.objects.filter(pk=payment_id).first()
    if row is None:
        raise NotFoundError
    return _left(row, _taken([row.pk]).get(row.pk, Money.zero()))


def stopped_payments() -> list[StoppedPayment]:
    """Payments stopped for a person whose money is not given back whole, the oldest first."""
    rows = list(Payment.objects.filter(state__in=SUSPENDED).order_by("created_at", "id"))
    taken = _taken([row.pk for row in rows])
    views = [
        StoppedPayment(
            id=row.pk,
            description=row.description,
            asked=row.amount,
            told=row.told_amount,
            left=_left(row, taken.get(row.pk, Money.zero())),
            late=row.state == PaymentState.LATE,
            created_at=row.created_at,
        )
        for row in rows
    ]
    return [view for view in views if view.left or view.told is None]


def _taken(payment_ids: Collection[UUID]) -> dict[UUID, Money]:
    """What of each payment is given back, or asked to be."""
    sums: dict[UUID, Money] = {}
    rows = Refund.objects.filter(payment__in=payment_ids).exclude(state__in=ENDED_REFUND)
    for payment_id, amount in rows.values_list("payment_id", "amount"):
        sums[payment_id] = sums.get(payment_id, Money.zero()) + amount
    return sums


def _left(row: Payment, taken: Money) -> Money:
    paid = row.amount if row.state == PaymentState.SUCCEEDED else row.told_amount
    return paid - taken if row.state in REFUNDABLE and paid is not None else Money.zero()


def _refund_view(row: Refund) -> RefundView:
    return RefundView(
        id=row.pk,
        payment_id=row.payment_id,
        description=row.payment.description,
        amount=row.amount,
        why_text=str(REFUND_REASONS[RefundReason(row.why)]),
        state=row.state,
        state_text=str(REFUND_STATES[RefundState(row.state)]),
        asked_by=row.asked_by_id,
        asked_at=row.asked_at,
        decided_by=row.decided_by_id,
        decided_at=row.decided_at,
        settled_at=row.settled_at,
        receipt_registration=row.receipt_registration,
    )
