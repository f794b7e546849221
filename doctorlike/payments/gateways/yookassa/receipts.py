"""Amounts and fiscal receipts (54-FZ) in YooKassa's shapes."""

from __future__ import annotations

from typing import Any

from doctorlike.kit.money import Money
from doctorlike.payments.gateways import ReceiptAsked

_WITHOUT_VAT = 1


def amount_of(amount: Money) -> dict[str, str]:
    return {"value": str(amount), "currency": "RUB"}


def receipt_of(asked: ReceiptAsked, amount: Money) -> dict[str, Any]:
    """One line for the whole amount. The same shape serves a payment and a refund: the object it goes with decides
    which of the two the receipt is."""
    customer = {"email": asked.email, "phone": asked.phone.lstrip("+")}
    item = {
        "description": asked.item[:128],
        "quantity": "1",
        "amount": amount_of(amount),
        "vat_code": _WITHOUT_VAT,
        "payment_subject": asked.subject,
        "payment_mode": "full_payment",
    }
    return {"customer": {name: told for name, told in customer.items() if told}, "items": [item]}
