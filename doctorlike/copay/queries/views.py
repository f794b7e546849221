"""What is told of a charge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from doctorlike.copay import words
from doctorlike.copay.rules import PAYABLE, ChargeState, HoldState
from doctorlike.kit.money import Money
from doctorlike.payments.queries import PaymentView, RefundView
from doctorlike.payments.rules import RefundState


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class ChargeView:
    """A charge as its payer sees it: nothing of what was done at the clinic. `amount` was announced, `held` left it
    since, `to_pay` remains. `receipt_number` is the acquirer's
    payment, `receipt_state` «», «pending», «succeeded», «canceled». `payment`, `refunds` and `history` are told of a
    single charge; in lists they are left out."""

    id: UUID
    policy_id: UUID
    encounter_id: UUID
    amount: Money
    held: Money
    state: ChargeState
    state_text: str
    visit_on: date
    told_at: datetime | None
    charge_on: date | None
    next_try_on: date | None
    overdue_at: datetime | None
    paid_at: datetime | None
    card_title: str
    payment: PaymentView | None
    refunds: tuple[RefundView, ...]
    history: tuple[HistoryLine, ...]

    @property
    def returned(self) -> Money:
        """What has gone back to the card."""
        return Money.total(one.amount for one in self.refunds if one.state == RefundState.SUCCEEDED)

    @property
    def summary(self) -> str:
        """What stands and what comes, in one sentence."""
        return words.summary(self)

    @property
    def to_pay(self) -> Money:
        return self.amount - self.held

    @property
    def payable(self) -> bool:
        return self.state in PAYABLE

    @property
    def receipt_number(self) -> str:
        return self.payment.acquirer_id if self.payment else ""

    @property
    def receipt_state(self) -> str:
        return self.payment.receipt_registration if self.payment else ""


@dataclass(frozen=True, slots=True)
class LineHold:
    """How a disputed line stands with its charge. `supplement_id`: the charge it came back by; `refund_id`: asked for
    because it had been paid."""

    charge_id: UUID
    state: HoldState
    amount: Money
    supplement_id: UUID | None
    refund_id: UUID | None
    refund_state: RefundState | None
