"""The acquirer as this app knows it: what may be asked and what may be answered. Only the folder of a vendor knows
more."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, Protocol
from uuid import UUID

from django.conf import settings

from doctorlike.kit.money import Money
from doctorlike.payments.errors import UnknownContractError
from doctorlike.payments.rules import Decline, PaymentSystem


@dataclass(frozen=True, slots=True)
class ReceiptAsked:
    """The fiscal receipt (54-FZ): where it is sent, what was paid for, and that as which subject."""

    email: str
    phone: str
    item: str
    subject: str


@dataclass(frozen=True, slots=True)
class PaymentAsked:
    """A debit: from a bound card (`card_token`), or by the payer on the acquirer's page (`return_url`)."""

    attempt_id: UUID
    subject_id: UUID
    amount: Money
    description: str
    receipt: ReceiptAsked
    card_token: str = ""
    return_url: str = ""


@dataclass(frozen=True, slots=True)
class PaymentTold:
    """A payment as the acquirer has it. `amount` None: not in roubles. `attempt_id` is ours, from its metadata."""

    id: str
    state: Literal["pending", "succeeded", "canceled"]
    amount: Money | None
    attempt_id: UUID | None
    confirmation_url: str = ""
    decline: Decline | None = None
    reason: str = ""
    receipt_registration: str = ""


@dataclass(frozen=True, slots=True)
class RefundAsked:
    """Money back to the card that paid. `refund_id` is ours, to find it again by."""

    refund_id: UUID
    acquirer_payment_id: str
    amount: Money
    description: str
    receipt: ReceiptAsked


@dataclass(frozen=True, slots=True)
class RefundTold:
    """A refund as the acquirer has it. `amount` None: not in roubles."""

    id: str
    payment_id: str
    state: Literal["pending", "succeeded", "canceled"]
    amount: Money | None
    refund_id: UUID | None
    reason: str = ""
    receipt_registration: str = ""


@dataclass(frozen=True, slots=True)
class ListedPayment:
    """A line of the acquirer's register: the payment, when it was made there, and how much of it was given back."""

    payment: PaymentTold
    made_at: datetime
    refunded: Money


@dataclass(frozen=True, slots=True)
class MethodTold:
    """A card to be bound, or bound, as the acquirer has it."""

    id: str
    state: Literal["pending", "active", "inactive"]
    confirmation_url: str = ""
    brand: str = ""
    last_four: str = ""
    expires_year: int = 0
    expires_month: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """The acquirer answered no: the request was not carried out and never will be."""

    reason: str
    decline: Decline = Decline.SOFT


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Whether the request was carried out is not known. Not a decline."""

    why: str


class SilentError(ConnectionError):
    """The acquirer's register could not be read to its end."""


class Acquirer(Protocol):
    """Every call is made outside a transaction and ends within the time limit."""

    def body_of(self, asked: PaymentAsked) -> dict[str, Any]:
        """The request as it will be sent, to be kept before it is."""

    def create_payment(self, key: str, body: dict[str, Any]) -> PaymentTold | Refused | NoAnswer: ...

    def payment(self, acquirer_id: str) -> PaymentTold | Refused | NoAnswer: ...

    def find(self, attempt_ids: Collection[UUID], *, since: datetime) -> Mapping[UUID, PaymentTold] | NoAnswer:
        """The payments made for those attempts at or after a true instant; one that is missing is surely not there by
        now."""

    def create_method(self, key: str, return_url: str) -> MethodTold | Refused | NoAnswer: ...

    def method(self, method_id: str) -> MethodTold | Refused | NoAnswer: ...

    def refund_body_of(self, asked: RefundAsked) -> dict[str, Any]:
        """The request as it will be sent, to be kept before it is."""

    def create_refund(self, key: str, body: dict[str, Any]) -> RefundTold | Refused | NoAnswer: ...

    def refund(self, acquirer_id: str) -> RefundTold | Refused | NoAnswer: ...

    def refunds_of(self, acquirer_payment_id: str) -> list[RefundTold] | NoAnswer:
        """Every refund of one payment."""

    def payments_made(self, *, since: datetime, until: datetime) -> Iterator[list[ListedPayment]]:
        """Pages of the payments made between two true instants, newest first; SilentError when it stops answering."""


def shop_for(payment_system: str) -> str:
    """The contract under which cards of that payment system are taken."""
    return settings.ACQUIRER_CONTRACTS[PaymentSystem(payment_system)][0]


def shops() -> tuple[str, ...]:
    """Every contract, each once."""
    return tuple(dict.fromkeys(shop_id for shop_id, _ in settings.ACQUIRER_CONTRACTS.values()))


def acquirer(shop_id: str) -> Acquirer:
    """The client of one contract; UnknownContractError when the settings no longer name it."""
    secrets = dict(settings.ACQUIRER_CONTRACTS.values())
    if shop_id not in secrets:
        raise UnknownContractError(shop_id)
    return _client(settings.ACQUIRER_URL, shop_id, secrets[shop_id], settings.ACQUIRER_TIMEOUT_SECONDS)


@lru_cache(maxsize=8)
def _client(url: str, shop_id: str, secret: str, timeout_seconds: float) -> Acquirer:
    from doctorlike.payments.gateways.yookassa.client import YooKassa  # it needs the words above

    return YooKassa(url=url, shop_id=shop_id, secret_key=secret, timeout_seconds=timeout_seconds)


# Open connections belong to one process: answers would reach the wrong one.
os.register_at_fork(after_in_child=_client.cache_clear)
