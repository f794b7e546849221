"""Orders of the cast, made through the product's own commands."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from doctorlike.kit import facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.payments.facts import PaymentSettled
from doctorlike.products import commands as products
from doctorlike.shop import commands, queries
from doctorlike.shop.models import Order
from doctorlike.shop.rules import Answers, Choice, OrderState, Policyholder

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
BY = Actor.visitor("tests")
STARTS_ON = date(2026, 3, 10)
CHOICE = Choice("polyclinic", "regions", 30)
REQUIRED = ("contract_terms", "personal_data", "health_data")

ANNA = Answers(
    surname="Серова",
    given_name="Анна",
    patronymic="Викторовна",
    sex="female",
    born_on=date(1988, 5, 14),
    birth_place="г. Самара",
    document_kind="passport",
    series="3608",
    number="123456",
    issued_on=date(2008, 6, 20),
    issuer="ОВД Ленинского района г. Самары",
    division_code="630-002",
    registration="Самара, ул. Полевая, 1, кв. 2",
    residence="Самара, ул. Полевая, 1, кв. 2",
)
MITYA = Answers(
    surname="Серов",
    given_name="Дмитрий",
    patronymic="Андреевич",
    sex="male",
    born_on=date(2015, 3, 20),
    birth_place="г. Самара",
    document_kind="birth_certificate",
    series="IV-ЕР",
    number="654321",
    issued_on=date(2015, 4, 2),
    issuer="ЗАГС Ленинского района г. Самары",
    division_code="",
    registration="Самара, ул. Полевая, 1, кв. 2",
    residence="Самара, ул. Полевая, 1, кв. 2",
)
ANNA_BUYS_FOR_HERSELF = Policyholder(ANNA, "+79270000012", "anna@mail.example", is_insured=True)
ANNA_BUYS_FOR_OTHERS = Policyholder(ANNA, "+79270000012", "anna@mail.example", is_insured=False)


def children(names: str) -> tuple[Answers, ...]:
    """As many brothers of Mitya as there are letters, each with a certificate of his own."""
    return tuple(replace(MITYA, given_name=name, number=f"65{place:04d}") for place, name in enumerate(names))


def new_token() -> str:
    return secrets.token_urlsafe(24)


def draft_order(
    *,
    token: str | None = None,
    policyholder: Policyholder = ANNA_BUYS_FOR_HERSELF,
    others: tuple[Answers, ...] = (),
    choice: Choice = CHOICE,
) -> UUID:
    products.seed_demo_product(by=BY, at=AT)
    order_id = commands.start_order(token=token or new_token(), choice=choice, at=AT)
    commands.save_policyholder(order_id=order_id, policyholder=policyholder, starts_on=STARTS_ON, by=BY, at=AT)
    for index, person in enumerate(others):
        commands.save_insured(order_id=order_id, index=index, person=person, by=BY, at=AT)
    return order_id


def sent_code() -> str:
    message = Message.objects.filter(topic="code").latest("created_at")
    found = re.search(r"\d{6}", message.text)
    assert found
    return found[0]


def total_of(order_id: UUID) -> Money:
    from doctorlike.shop.rules import priced

    view = queries.order(order_id)
    return Money.total(one.premium for one in priced(view.terms, view.choice, view.draft))


def confirm(order_id: UUID, at: datetime = AT, *, consents: Sequence[str] | None = None, code: str = "") -> None:
    """With a code sent before, or a new one."""
    view = queries.order(order_id)
    if not code:
        commands.send_order_code(order_id=order_id, channel="phone", by=BY, at=at, real_at=at)
    commands.confirm_order(
        order_id=order_id,
        code=code or sent_code(),
        consents=REQUIRED if consents is None else consents,
        seen_edition=view.edition,
        seen_total=total_of(order_id),
        ip_address=None,
        by=BY,
        at=at,
        real_at=at,
    )


def agreed_order(**wishes: Any) -> UUID:
    """Confirmed by a code and with all required consents."""
    order_id = draft_order(**wishes)
    confirm(order_id)
    return order_id


def paying_order(**wishes: Any) -> UUID:
    """As when the payer stands on the acquirer's page."""
    order_id = agreed_order(**wishes)
    Order.objects.filter(pk=order_id).update(state=OrderState.PAYING)
    return order_id


def settle(order_id: UUID, *, succeeded: bool = True, at: datetime = AT, purpose: str = "order") -> None:
    """The news that payments publish when they learn the fate."""
    with transaction.atomic():
        facts.publish(
            PaymentSettled(
                payment_id=uuid4(),
                purpose=purpose,
                subject_id=order_id,
                succeeded=succeeded,
                decline=None if succeeded else "soft",
                reason="" if succeeded else "insufficient_funds",
                at=at,
            )
        )
