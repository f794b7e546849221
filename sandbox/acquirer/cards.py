"""Card numbers: their scheme, their check digit, and how each test number behaves.

The published test numbers are the card schemes' and providers' public ones; the others are made up here and belong to
nobody. A number that is not listed, but passes the Luhn check, is approved.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Behaviour:
    """What a card does: on the page, and later when the shop debits it without the cardholder (`later`)."""

    tag: str
    label: str
    now: str | None = None
    later: str | None = None
    three_d_secure: bool = False


_BEHAVIOURS = (
    Behaviour("approve", "Платит и привязывается"),
    Behaviour("three_d_secure", "Требует подтверждения 3-D Secure (код 1234), потом платит", three_d_secure=True),
    Behaviour("general_decline", "Отказ без причины", now="general_decline", later="general_decline"),
    Behaviour("insufficient_funds", "Не хватает денег", now="insufficient_funds", later="insufficient_funds"),
    Behaviour("card_expired", "Срок карты истёк по данным банка", now="card_expired", later="card_expired"),
    Behaviour(
        "payment_method_restricted",
        "Карта украдена или закрыта",
        now="payment_method_restricted",
        later="payment_method_restricted",
    ),
    Behaviour("fraud_suspected", "Подозрение на мошенничество", now="fraud_suspected", later="fraud_suspected"),
    Behaviour("issuer_unavailable", "Банк не отвечает", now="issuer_unavailable", later="issuer_unavailable"),
    Behaviour(
        "later_insufficient_funds",
        "Привязывается, но каждое следующее списание: не хватает денег",
        later="insufficient_funds",
    ),
    Behaviour(
        "later_restricted",
        "Привязывается, но каждое следующее списание: карта закрыта",
        later="payment_method_restricted",
    ),
    Behaviour("later_expired", "Привязывается, но каждое следующее списание: срок истёк", later="card_expired"),
)
BEHAVIOURS = {behaviour.tag: behaviour for behaviour in _BEHAVIOURS}

CARDS: dict[str, str] = {
    "4242424242424242": "approve",
    "4111111111111111": "approve",
    "5555555555554444": "approve",
    "2223003122003222": "approve",
    "6200000000000005": "approve",
    "2200000000000004": "approve",
    "2201000000000003": "approve",
    "2202000000000002": "approve",
    "4000002500003155": "three_d_secure",
    "2203000000000001": "three_d_secure",
    "4000000000000002": "general_decline",
    "4000000000009995": "insufficient_funds",
    "2204000000000000": "insufficient_funds",
    "4111110000000013": "card_expired",
    "4111110000000021": "payment_method_restricted",
    "4111110000000039": "fraud_suspected",
    "4111110000000047": "issuer_unavailable",
    "4111110000000054": "later_insufficient_funds",
    "2204000000000208": "later_insufficient_funds",
    "4111110000000062": "later_restricted",
    "2204000000000307": "later_restricted",
    "2204000000000406": "later_expired",
}

# Refusals that the same card may outlive; every other reason of the list is final for the card.
SOFT_REASONS = ("insufficient_funds", "general_decline", "issuer_unavailable", "payment_method_limit_exceeded")
HARD_REASONS = (
    "payment_method_restricted",
    "card_expired",
    "fraud_suspected",
    "invalid_card_number",
    "permission_revoked",
    "country_forbidden",
    "call_issuer",
)
REASONS = (*SOFT_REASONS, *HARD_REASONS)

# First digits of the schemes' ranges: (from, to, as the API spells it), all read as four digits.
_RANGES = (
    (2200, 2204, "Mir"),
    (2221, 2720, "MasterCard"),
    (3528, 3589, "JCB"),
    (4000, 4999, "Visa"),
    (5100, 5599, "MasterCard"),
    (6200, 6299, "UnionPay"),
)


def scheme_of(number: str) -> str:
    """The payment system of a number as the API spells it."""
    first = int(number[:4])
    return next((name for low, high, name in _RANGES if low <= first <= high), "Unknown")


def passes_luhn(number: str) -> bool:
    """Whether the check digit fits (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def behaviour_of(number: str) -> str:
    """The behaviour tag of a number; the number is not needed, nor kept, after this."""
    return CARDS.get(number, "approve")
