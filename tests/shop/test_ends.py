"""Whatever becomes of a payment, its page tells the truth and lets one go on."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from doctorlike.kit import clock
from doctorlike.kit.money import Money
from doctorlike.payments.models import Payment
from doctorlike.policies.queries import policies_of_order
from doctorlike.shop import queries
from doctorlike.shop.rules import OrderState
from tests.sandbox.running import Sandbox
from tests.shop.builders import AT, agreed_order, confirm, new_token, settle
from tests.shop.typed import ANNA_TYPED, shown, to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]


@pytest.fixture
def token() -> str:
    return new_token()


@pytest.fixture
def order_id(token: str) -> UUID:
    return agreed_order(token=token)


def card_page(client: Client, token: str) -> str:
    return str(client.post(to("pay", token))["Location"])


def test_a_page_closed_and_left_is_told_so_and_everything_may_be_changed_and_paid(
    client: Client, outside: Sandbox, token: str, order_id: UUID
) -> None:
    card_page(client, token)
    assert "Банк ждёт вас" in shown(client.get(to("result", token)))
    # While the bank waits nothing may change: each page of the order leads to the truth.
    for name in ("policyholder", "check", "variant", "later"):
        assert client.get(to(name, token))["Location"] == to("result", token)
    outside.web.post("/control/clock", json={"advance_seconds": 3700}).raise_for_status()
    page = shown(client.get(to("result", token)))
    assert "Деньги не списаны" in page
    assert "оплата не была завершена за отведённое время" in page
    assert to("pay", token) in page
    assert client.post(to("policyholder", token), {**ANNA_TYPED, "starts_on": "12.03.2026"}).status_code == 302
    assert queries.order(order_id).state is OrderState.DRAFT
    confirm(order_id, AT + timedelta(minutes=2))
    outside.give_card(card_page(client, token).rstrip("/").rsplit("/", 1)[1])
    assert "Полис оформлен" in shown(client.get(to("result", token)))
    assert len(policies_of_order(order_id)) == 1


def test_the_amount_comes_from_the_order_whatever_the_page_sends(
    client: Client, outside: Sandbox, token: str, order_id: UUID
) -> None:
    client.post(to("pay", token), {"amount": "1.00", "premium": "1.00", "total": "1.00"})
    assert Payment.objects.get(subject_id=order_id).amount == Money.of("9500.00")


def test_an_answer_that_comes_late_issues_by_itself_and_every_page_says_so(
    client: Client, outside: Sandbox, token: str, order_id: UUID
) -> None:
    card_page(client, token)
    settle(order_id)
    assert "Полис оформлен" in shown(client.get(to("result", token)))
    for name in ("resume", "policyholder", "check", "pay"):
        answer = client.get(to(name, token), follow=True)
        assert "Полис оформлен" in shown(answer), name


def test_a_start_that_passed_before_paying_leads_to_the_date(client: Client, token: str, order_id: UUID) -> None:
    with clock.moved_to(AT + timedelta(days=15)):
        shift = clock.shift()
        clock.configure(insurer_zone=clock.insurer_zone(), read_shift=lambda: shift)
        page = shown(client.post(to("pay", token), follow=True))
    assert "Выберите день начала с 17.03.2026" in page
    assert f"{to('policyholder', token)}#id_starts_on" in page
    assert not Payment.objects.exists()
