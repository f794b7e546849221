"""What YooKassa says (API v3), put into our words."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from doctorlike.kit.money import Money
from doctorlike.payments.gateways import ListedPayment, MethodTold, PaymentTold, RefundTold
from doctorlike.payments.rules import Decline

# Refusals after which the same card is of no use (YooKassa, «Declined payments»). Any other reason, also one that is
# not in the documentation yet, leaves the card in use: a debt must not hang on a word we do not know.
HARD = frozenset(
    {
        "card_expired",
        "country_forbidden",
        "fraud_suspected",
        "identification_required",
        "invalid_card_number",
        "invalid_csc",
        "payment_method_restricted",
        "permission_revoked",
    }
)
_STATES = {
    "pending": "pending",
    # We ask for one-stage payments; a held one is not paid yet.
    "waiting_for_capture": "pending",
    "succeeded": "succeeded",
    "canceled": "canceled",
}


class UnreadableError(ValueError):
    """An answer that is not of the API's shape."""


def decline_of(reason: str) -> Decline:
    return Decline.HARD if reason in HARD else Decline.SOFT


def payment_told(told: dict[str, Any]) -> PaymentTold:
    """UnreadableError when a needed part is missing or malformed."""
    try:
        state = _STATES[told["status"]]
        amount = told["amount"]
        reason = (told.get("cancellation_details") or {}).get("reason", "") if state == "canceled" else ""
        return PaymentTold(
            id=str(told["id"]),
            state=state,  # type: ignore[arg-type]  # the table above holds just the three
            amount=Money.of(amount["value"]) if amount["currency"] == "RUB" else None,
            attempt_id=_own_id(told, "attempt_id"),
            confirmation_url=(told.get("confirmation") or {}).get("confirmation_url", ""),
            decline=decline_of(reason) if state == "canceled" else None,
            reason=reason[:40],
            receipt_registration=str(told.get("receipt_registration") or "")[:10],
        )
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as wrong:
        raise UnreadableError(type(wrong).__name__) from wrong


def method_told(told: dict[str, Any]) -> MethodTold:
    """UnreadableError when a needed part is missing or malformed."""
    try:
        card = told.get("card") or {}
        state = told["status"]
        if state not in ("pending", "active", "inactive"):
            raise ValueError(state)
        return MethodTold(
            id=str(told["id"]),
            state=state,
            confirmation_url=(told.get("confirmation") or {}).get("confirmation_url", ""),
            brand=str(card.get("card_type", ""))[:20],
            last_four=str(card.get("last4", ""))[:4],
            expires_year=int(card.get("expiry_year") or 0),
            expires_month=int(card.get("expiry_month") or 0),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as wrong:
        raise UnreadableError(type(wrong).__name__) from wrong


def refund_told(told: dict[str, Any]) -> RefundTold:
    """UnreadableError when a needed part is missing or malformed."""
    try:
        amount = told["amount"]
        return RefundTold(
            id=str(told["id"]),
            payment_id=str(told["payment_id"]),
            state=_STATES[told["status"]],  # type: ignore[arg-type]  # the table above holds just the three
            amount=Money.of(amount["value"]) if amount["currency"] == "RUB" else None,
            refund_id=_own_id(told, "refund_id"),
            reason=str((told.get("cancellation_details") or {}).get("reason", ""))[:40],
            receipt_registration=str(told.get("receipt_registration") or "")[:10],
        )
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as wrong:
        raise UnreadableError(type(wrong).__name__) from wrong


def listed_payment(told: dict[str, Any]) -> ListedPayment:
    """UnreadableError when a needed part is missing or malformed."""
    payment = payment_told(told)
    try:
        refunded = (told.get("refunded_amount") or {}).get("value", "0")
        return ListedPayment(payment, datetime.fromisoformat(told["created_at"]), Money.of(refunded))
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError) as wrong:
        raise UnreadableError(type(wrong).__name__) from wrong


def _own_id(told: dict[str, Any], name: str) -> UUID | None:
    """An id of ours that the object carries in its metadata."""
    try:
        return UUID(told["metadata"][name])
    except (KeyError, ValueError, AttributeError, TypeError):
        return None
