"""A listener for the news of payments, in place of the apps above."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from doctorlike.kit import facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.notifications.facts import MessageAccepted, MessageFailed
from doctorlike.payments import commands
from doctorlike.payments.facts import CardBindingFailed, CardBound, CardUnbound, PaymentSettled
from doctorlike.payments.models import Card

AT = datetime(2026, 4, 24, 9, 0, tzinfo=UTC)
BY = Actor.system("test")
NEWS = (PaymentSettled, CardBound, CardBindingFailed, CardUnbound, MessageAccepted, MessageFailed)
BACK = "http://localhost:8000/back/"


@contextmanager
def listening() -> Iterator[list[object]]:
    """The news published meanwhile."""
    heard: list[object] = []
    before = facts.table()
    facts.fill(dict.fromkeys(NEWS, (heard.append,)))
    try:
        yield heard
    finally:
        facts.fill(before)


def bound_card(outside, owner, number="4242424242424242", subject_id=None) -> Card:
    """A card bound the way a client does it."""
    subject_id = subject_id or new_id()
    opened = commands.start_card_binding(
        owner_id=owner.pk, subject_id=subject_id, payment_system="world", return_url=BACK, by=BY, at=AT
    )
    outside.give_card(opened.confirmation_url.rstrip("/").rsplit("/", 1)[1], number)
    commands.refresh_binding(binding_id=opened.binding_id, at=AT)
    return Card.objects.get(owner=owner, unbound_at=None, last_four=number[-4:])


def charge(card: Card, subject_id: UUID, amount: str = "1400.00") -> UUID:
    return commands.charge_card(
        purpose="charge",
        subject_id=subject_id,
        card_id=card.pk,
        amount=Money.of(amount),
        description="Доля клиента",
        email="anna@example.org",
        receipt_item="Доля клиента",
        by=BY,
        at=AT,
    )


def order(subject_id: UUID, amount: str = "12000.00") -> commands.Opened:
    return commands.open_payment(
        purpose="order",
        subject_id=subject_id,
        amount=Money.of(amount),
        description="Полис",
        return_url=BACK,
        email="anna@example.org",
        receipt_item="Страховая премия",
        by=BY,
        at=AT,
    )
