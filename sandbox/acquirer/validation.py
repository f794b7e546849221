"""Requests of the API, checked field by field and turned into frozen values."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sandbox.acquirer.errors import invalid
from sandbox.acquirer.money import kopecks
from sandbox.acquirer.receipts import check_receipt
from sandbox.settings import Settings

Json = dict[str, Any]


@dataclass(frozen=True)
class PaymentRequest:
    """What a shop asks of POST /payments. Amounts in kopecks."""

    amount: int
    capture: bool
    save_method: bool
    method_id: str | None
    return_url: str | None
    description: str | None
    customer: str | None
    metadata: Json
    receipt: Json | None


@dataclass(frozen=True)
class RefundRequest:
    """What a shop asks of POST /refunds. The amount in kopecks."""

    payment_id: str
    amount: int
    description: str | None
    metadata: Json
    receipt: Json | None


def payment_request(body: Json, settings: Settings) -> PaymentRequest:
    """A checked payment request. Raises ApiError `invalid_request` naming the first wrong parameter."""
    total = amount_of(body, settings)
    method_id = _text(body, "payment_method_id", 64)
    if method_id is not None and body.get("payment_method_data") is not None:
        raise invalid("payment_method_id", "Give either payment_method_id or payment_method_data")
    _check_method_data(body.get("payment_method_data"))
    confirmation = body.get("confirmation")
    if confirmation is None and method_id is None:
        raise invalid("confirmation", "Confirmation is required for a payment without a saved method")
    receipt = body.get("receipt")
    if receipt is not None:
        check_receipt(receipt, total)
    return PaymentRequest(
        amount=total,
        capture=_flag(body, "capture"),
        save_method=_flag(body, "save_payment_method"),
        method_id=method_id,
        return_url=None if confirmation is None else return_url_of(confirmation),
        description=_text(body, "description", 128),
        customer=_text(body, "merchant_customer_id", 200),
        metadata=_metadata(body),
        receipt=receipt,
    )


def refund_request(body: Json, settings: Settings) -> RefundRequest:
    """A checked refund request. Raises ApiError `invalid_request`."""
    payment_id = _text(body, "payment_id", 64)
    if not payment_id:
        raise invalid("payment_id", "Payment id is required")
    total = amount_of(body, settings)
    receipt = body.get("receipt")
    if receipt is not None:
        check_receipt(receipt, total)
    return RefundRequest(payment_id, total, _text(body, "description", 250), _metadata(body), receipt)


def method_return_url(body: Json) -> str:
    """The return address of a card to bind (POST /payment_methods). Raises ApiError `invalid_request`."""
    if body.get("type") != "bank_card":
        raise invalid("type", "Only bank_card can be saved")
    if body.get("card") is not None:
        raise invalid("card", "Card details are taken on the acquirer's page only")
    if body.get("confirmation") is None:
        raise invalid("confirmation", "Confirmation is required")
    return return_url_of(body["confirmation"])


def amount_of(body: Json, settings: Settings) -> int:
    """Kopecks of `amount`. Raises ApiError `invalid_request` outside of the contract's bounds."""
    given = body.get("amount")
    if not isinstance(given, dict):
        raise invalid("amount", "Amount is required")
    total = kopecks(given.get("value"))
    if total is None or total <= 0:
        raise invalid("amount.value", "Amount value must be a positive decimal string with up to two decimals")
    if given.get("currency") != "RUB":
        raise invalid("amount.currency", "Only RUB is supported")
    if not settings.smallest_amount <= total <= settings.largest_amount:
        raise invalid("amount.value", "Amount is outside of the limits of the payment method")
    return total


def return_url_of(confirmation: Any) -> str:
    """Where the cardholder goes back to. Raises ApiError `invalid_request`."""
    if not isinstance(confirmation, dict) or confirmation.get("type") != "redirect":
        raise invalid("confirmation.type", "Only the redirect confirmation is supported")
    url = confirmation.get("return_url")
    if not isinstance(url, str) or len(url) > 2048 or any(mark <= " " for mark in url):
        raise invalid("confirmation.return_url", "Return URL must be an absolute URL of up to 2048 characters")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise invalid("confirmation.return_url", "Return URL is not a URL") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise invalid("confirmation.return_url", "Return URL must be http or https")
    return url


def _check_method_data(given: Any) -> None:
    if given is None:
        return
    if not isinstance(given, dict) or given.get("type") != "bank_card":
        raise invalid("payment_method_data.type", "Only bank_card is supported")
    if "card" in given:
        raise invalid("payment_method_data.card", "Card details are taken on the acquirer's page only")


def _flag(body: Json, name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise invalid(name, f"{name} must be true or false")
    return value


def _text(body: Json, name: str, longest: int) -> str | None:
    value = body.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > longest):
        raise invalid(name, f"{name} must be a string of up to {longest} characters")
    return value


def _metadata(body: Json) -> Json:
    given = body.get("metadata") or {}
    if not isinstance(given, dict) or len(given) > 16:
        raise invalid("metadata", "Metadata must be an object of up to 16 keys")
    for name, value in given.items():
        if len(name) > 32 or not isinstance(value, str) or len(value) > 512:
            raise invalid(f"metadata.{name}", "Metadata takes keys of up to 32 and strings of up to 512 characters")
    return given
