"""Rows as the API shows them: payments, refunds and saved methods in YooKassa's shapes."""

import json
from typing import Any

from sandbox.acquirer.money import amount
from sandbox.clock import iso
from sandbox.settings import Contract
from sandbox.storage.database import Row

Json = dict[str, Any]

# The shop's fee, so that `income_amount` differs from `amount` as it does in life: 2.8 %, in ten-thousandths.
_FEE = 280
# How long after the debit the cash desk has registered the receipt.
RECEIPT_REGISTERED_AFTER_MS = 300

# A payment together with its method, whatever is known of it.
PAYMENT_COLUMNS = """p.*, m.status AS method_status, m.saved AS method_saved, m.first6, m.last4, m.scheme,
    m.expiry_year, m.expiry_month FROM payments p LEFT JOIN methods m ON m.id = p.method_id"""

_PARTIES = {
    "canceled_by_merchant": "merchant",
    "expired_on_confirmation": "yoo_money",
    "expired_on_capture": "yoo_money",
    "fraud_suspected": "yoo_money",
    "permission_revoked": "yoo_money",
}


def party_of(reason: str) -> str:
    """Who refused: the shop, the acquirer, or somebody in the payment network."""
    return _PARTIES.get(reason, "payment_network")


def payment_object(row: Row, contract: Contract, page_url: str, now_ms: int) -> Json:
    """A payment as GET /payments/{id} gives it; `row` holds PAYMENT_COLUMNS."""
    status = row["status"]
    shown: Json = {"id": row["id"], "status": status, "amount": amount(row["amount"])}
    if status == "succeeded":
        shown["income_amount"] = amount(row["amount"] - (row["amount"] * _FEE + 5000) // 10000)
    if row["description"] is not None:
        shown["description"] = row["description"]
    shown["recipient"] = {"account_id": contract.shop_id, "gateway_id": contract.gateway_id}
    if row["method_id"]:
        shown["payment_method"] = method_fields(row, row["method_id"])
    if row["captured_at"]:
        shown["captured_at"] = iso(row["captured_at"])
    shown["created_at"] = iso(row["created_at"])
    if status == "waiting_for_capture":
        shown["expires_at"] = iso(row["expires_at"])
    if status == "pending" and row["return_url"] and not row["recurring"]:
        shown["confirmation"] = {
            "type": "redirect",
            "confirmation_url": f"{page_url}/checkout/{row['id']}/",
            "return_url": row["return_url"],
        }
    shown["test"] = True
    if status == "succeeded":
        shown["refunded_amount"] = amount(row["refunded"])
    shown["paid"] = status in ("waiting_for_capture", "succeeded")
    shown["refundable"] = status == "succeeded" and row["refunded"] < row["amount"]
    if row["receipt"]:
        shown["receipt_registration"] = _receipt_status(status, row["captured_at"], now_ms)
    shown["metadata"] = json.loads(row["metadata"])
    if row["reason"]:
        shown["cancellation_details"] = {"party": row["party"], "reason": row["reason"]}
    if row["rrn"]:
        shown["authorization_details"] = {
            "rrn": row["rrn"],
            "auth_code": row["auth_code"],
            "three_d_secure": {"applied": bool(row["three_d_secure"])},
        }
    if row["customer"]:
        shown["merchant_customer_id"] = row["customer"]
    return shown


def method_fields(row: Row, method_id: str) -> Json:
    """The `payment_method` part of a payment. Holds the first six and last four digits and nothing more."""
    fields: Json = {
        "type": "bank_card",
        "id": method_id,
        "saved": bool(row["method_saved"]),
        "status": row["method_status"],
    }
    if row["last4"]:
        fields["title"] = f"Bank card *{row['last4']}"
        fields["card"] = {
            "first6": row["first6"],
            "last4": row["last4"],
            "expiry_year": row["expiry_year"],
            "expiry_month": row["expiry_month"],
            "card_type": row["scheme"],
            "issuer_country": "RU",
        }
    return fields


def method_object(row: Row, contract: Contract, page_url: str) -> Json:
    """A saved method as GET /payment_methods/{id} gives it; `row` is of `methods` with `saved` as `method_saved`."""
    shown = method_fields(row, row["id"])
    shown["holder"] = {"account_id": contract.shop_id, "gateway_id": contract.gateway_id}
    if row["method_status"] == "pending" and row["return_url"]:
        shown["confirmation"] = {
            "type": "redirect",
            "confirmation_url": f"{page_url}/checkout/{row['id']}/",
            "return_url": row["return_url"],
        }
    return shown


def refund_object(row: Row, now_ms: int) -> Json:
    """A refund as GET /refunds/{id} gives it."""
    shown: Json = {
        "id": row["id"],
        "payment_id": row["payment_id"],
        "status": row["status"],
        "created_at": iso(row["created_at"]),
        "amount": amount(row["amount"]),
    }
    if row["description"] is not None:
        shown["description"] = row["description"]
    if row["receipt"]:
        shown["receipt_registration"] = _receipt_status(row["status"], row["created_at"], now_ms)
    shown["metadata"] = json.loads(row["metadata"])
    if row["reason"]:
        shown["cancellation_details"] = {"party": row["party"], "reason": row["reason"]}
    return shown


def _receipt_status(status: str, done_ms: int | None, now_ms: int) -> str:
    if status == "canceled":
        return "canceled"
    registered = status == "succeeded" and done_ms is not None and now_ms >= done_ms + RECEIPT_REGISTERED_AFTER_MS
    return "succeeded" if registered else "pending"
