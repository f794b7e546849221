"""The fiscal receipt that goes with a payment or refund (54-FZ), checked as the acquirer checks it.

The shop sends the lines; the acquirer registers them through its online cash desk a little later, which the object
shows in `receipt_registration`.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.acquirer.errors import invalid
from sandbox.acquirer.money import kopecks

# Tag 1212 and tag 1214 of the fiscal data format, in the acquirer's spelling.
PAYMENT_SUBJECTS = frozenset(
    """commodity excise job service gambling_bet gambling_prize lottery lottery_prize intellectual_activity payment
    agent_commission property_right non_operating_gain insurance_premium sales_tax resort_fee composite another
    fine tax lien cost agent_withdrawals pension_insurance_without_payouts pension_insurance_with_payouts
    health_insurance_without_payouts health_insurance_with_payouts health_insurance casino non_marked_excise
    marked_excise marked non_marked deposit expense""".split()  # noqa: SIM905 - thirty quoted words read worse
)
PAYMENT_MODES = frozenset(
    (
        "full_prepayment",
        "partial_prepayment",
        "advance",
        "full_payment",
        "partial_payment",
        "credit",
        "credit_payment",
    )
)
VAT_CODES = range(1, 13)
MOST_LINES = 100


def check_receipt(receipt: Any, total: int) -> None:
    """Raises ApiError `invalid_request` unless the receipt has a customer, proper lines, and adds up to `total`."""
    if not isinstance(receipt, dict):
        raise invalid("receipt", "Receipt must be an object")
    customer = receipt.get("customer") or {}
    if not isinstance(customer, dict) or not (customer.get("email") or customer.get("phone")):
        raise invalid("receipt.customer", "Receipt needs the customer's email or phone")
    email, phone = customer.get("email"), customer.get("phone")
    if email and (not isinstance(email, str) or "@" not in email):
        raise invalid("receipt.customer.email", "Email is not an address")
    if phone and (not isinstance(phone, str) or not phone.lstrip("+").isdigit()):
        raise invalid("receipt.customer.phone", "Phone must be digits in ITU-T E.164 form")
    items = receipt.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_LINES:
        raise invalid("receipt.items", f"Receipt needs 1 to {MOST_LINES} items")
    summed = sum((_line_total(item, f"receipt.items[{place}]") for place, item in enumerate(items)), Decimal(0))
    if summed != total:
        raise invalid("receipt.items", "Sum of the receipt items differs from the amount")


def _line_total(item: Any, at: str) -> Decimal:
    if not isinstance(item, dict):
        raise invalid(at, "Receipt item must be an object")
    description = item.get("description")
    if not isinstance(description, str) or not 1 <= len(description) <= 128:
        raise invalid(f"{at}.description", "Description of 1 to 128 characters is required")
    if item.get("vat_code") not in VAT_CODES or isinstance(item.get("vat_code"), bool):
        raise invalid(f"{at}.vat_code", "VAT code is unknown")
    if item.get("payment_subject") not in PAYMENT_SUBJECTS:
        raise invalid(f"{at}.payment_subject", "Payment subject is unknown")
    if item.get("payment_mode") not in PAYMENT_MODES:
        raise invalid(f"{at}.payment_mode", "Payment mode is unknown")
    given = item.get("amount")
    price = kopecks(given.get("value")) if isinstance(given, dict) and given.get("currency") == "RUB" else None
    if price is None:
        raise invalid(f"{at}.amount.value", "Price of one unit is required")
    return _quantity(item.get("quantity"), at) * price


def _quantity(given: Any, at: str) -> Decimal:
    wrong = invalid(f"{at}.quantity", "Quantity must be a positive number with up to three decimals")
    if isinstance(given, bool) or not isinstance(given, (str, int, float)):
        raise wrong
    try:
        quantity = Decimal(str(given))
    except InvalidOperation as error:
        raise wrong from error
    if not quantity.is_finite() or quantity <= 0 or quantity != round(quantity, 3):
        raise wrong
    return quantity
