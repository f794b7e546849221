"""Reading orders by their secret link."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import CharField, UUIDField

from doctorlike.clinics import queries as clinics
from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError, NotFoundError
from doctorlike.kit.money import Money
from doctorlike.kit.reads import Read, Told
from doctorlike.payments import queries as payments
from doctorlike.payments.queries import PaymentView
from doctorlike.policies import queries as policies
from doctorlike.policies.queries import PolicyView
from doctorlike.products import queries as products
from doctorlike.products.rules import Programme, Terms
from doctorlike.regions import queries as regions
from doctorlike.shop.errors import OrderForgottenError
from doctorlike.shop.models import Gift, Order
from doctorlike.shop.renewals import Renewal as Renewal
from doctorlike.shop.renewals import renewal_of as renewal_of
from doctorlike.shop.rules import (
    OPEN_TO_CHANGES,
    AddressBook,
    Choice,
    Draft,
    OrderState,
    address_book,
    forgotten_on,
    priced,
    read_draft,
)
from doctorlike.shop.rules.gifts import Recipient, read_recipient

PURPOSE = "order"
_by_token = Read(lambda: Order.objects.filter(token_digest=Told("digest", CharField())), prepared=True)
_by_id = Read(lambda: Order.objects.filter(pk=Told("order_id", UUIDField())), prepared=True)
_TOKEN = re.compile(r"[0-9A-Za-z_-]{32}")


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as its pages show it. `premium` is the agreed total, None until confirmed."""

    id: UUID
    state: OrderState
    edition: int
    version_id: UUID
    terms: Terms
    choice: Choice
    draft: Draft
    premium: Money | None
    consented: bool
    created_at: datetime
    changed_at: datetime
    documents_sent_at: datetime | None

    @property
    def programme(self) -> Programme:
        return self.terms.programme(self.choice.programme)

    @property
    def may_change(self) -> bool:
        return self.state in OPEN_TO_CHANGES

    @property
    def kept_until(self) -> date:
        """The day on which an unfinished order's answers go."""
        return forgotten_on(self.changed_at)


@dataclass(frozen=True, slots=True)
class TermsChange:
    """Other terms are sold now than the order was begun under. `before` is None while there was no price; `after` is
    None when the chosen variant is no longer sold, or not to somebody of the order."""

    before: Money | None
    after: Money | None


def terms_change(order: OrderView, at: datetime) -> TermsChange | None:
    """None while the order's terms are those on sale. NothingOnSaleError."""
    sold = products.terms_on_sale(clock.insurer_date(at))
    if sold.version_id == order.version_id:
        return None
    return TermsChange(_total(order.terms, order), _total(sold.terms, order))


def _total(terms: Terms, order: OrderView) -> Money | None:
    try:
        lines = priced(terms, order.choice, order.draft)
    except DomainError:
        return None
    return Money.total(one.premium for one in lines) if lines else None


def order_by_token(token: str) -> OrderView:
    """NotFoundError for a token of nobody, OrderForgottenError for an expired order."""
    rows = _by_token(digest=token_digest(token))
    if not rows:
        raise NotFoundError
    (row,) = rows
    if row.state == OrderState.EXPIRED:
        raise OrderForgottenError
    return _view(row)


def order(order_id: UUID) -> OrderView:
    """For jobs; NotFoundError."""
    rows = _by_id(order_id=order_id)
    if not rows:
        raise NotFoundError
    return _view(rows[0])


@dataclass(frozen=True, slots=True)
class GiftView:
    """A gift that was told on an order and is not handed yet."""

    recipient: Recipient
    hand_over_on: date


def gift_of(order_id: UUID) -> GiftView | None:
    """None when the order is no gift, or it was handed."""
    row = Gift.objects.filter(order=order_id, handed_at__isnull=True).first()
    return GiftView(read_recipient(row.recipient), row.hand_over_on) if row else None


def payment_of(order_id: UUID) -> PaymentView | None:
    """The newest payment of an order."""
    return payments.payment_for(PURPOSE, order_id)


def policies_of(order_id: UUID) -> list[PolicyView]:
    """What the order issued, by number."""
    return policies.policies_of_order(order_id)


def places() -> AddressBook:
    """What addresses are held against and what is offered while one is typed. Two queries."""
    shipped = [(code, town) for code, towns in regions.towns().items() for town in towns]
    return address_book(tuple(regions.all_regions()), (*shipped, *clinics.network_cities()))


def token_digest(token: str) -> str:
    """What is stored of a token; NotFoundError for a text that cannot be one."""
    if not _TOKEN.fullmatch(token):
        raise NotFoundError
    return hashlib.sha256(token.encode()).hexdigest()


def _view(row: Order) -> OrderView:
    return OrderView(
        id=row.pk,
        state=OrderState(row.state),
        edition=row.edition,
        version_id=row.version_id,
        terms=products.terms_of(row.version_id),
        choice=Choice(row.programme, row.scope, row.copay_percent),
        draft=read_draft(row.answers),
        premium=row.premium,
        consented=row.consented_at is not None,
        created_at=row.created_at,
        changed_at=row.changed_at,
        documents_sent_at=row.documents_sent_at,
    )
