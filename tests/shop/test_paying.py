"""Paying an order at the real sandbox: one order, one payment, and the truth on the page."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from doctorlike.documents.queries import documents_of, read_pdf
from doctorlike.notifications.models import Message
from doctorlike.payments.models import Payment
from doctorlike.policies.queries import policies_of_order
from doctorlike.shop import queries
from doctorlike.shop.rules import OrderState
from tests.documents.pdfa import breaches
from tests.jobs import run_jobs
from tests.journeys.pdf import words
from tests.sandbox.running import Sandbox
from tests.shop.builders import MITYA, agreed_order, new_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]
NO_MONEY = "4000000000009995"


@pytest.fixture
def token() -> str:
    return new_token()


@pytest.fixture
def order_id(token: str) -> UUID:
    """Anna insures herself and Mitya; everything but the payment is done."""
    return agreed_order(token=token, others=(MITYA,))


def acquirer_page(client: Client, token: str) -> str:
    answer = client.post(reverse("shop:pay", args=[token]))
    assert answer.status_code == 302
    return answer.url


def look(client: Client, token: str) -> str:
    return client.get(reverse("shop:result", args=[token])).content.decode()


def pay(outside: Sandbox, page: str, number: str = "4242424242424242") -> None:
    outside.give_card(page.rstrip("/").rsplit("/", 1)[1], number)


def test_a_paid_order_shows_its_policies_and_sends_the_documents(
    client: Client, outside: Sandbox, token: str, order_id: UUID
) -> None:
    page = acquirer_page(client, token)
    assert page.startswith(outside.url)
    assert "Банк ждёт вас" in look(client, token)
    pay(outside, page)
    shown = look(client, token)
    numbers = [view.number for view in policies_of_order(order_id)]
    assert len(numbers) == 2
    assert all(number in shown for number in numbers)
    run_jobs()
    mail = Message.objects.get(topic="order")
    assert (mail.state, len(mail.attachments)) == ("accepted", 6)
    (receipt,) = documents_of("order", order_id)
    content = read_pdf(receipt.id)[1]
    assert breaches(content) == []
    assert all(number in words(content) for number in numbers)
    assert "отправлены" in look(client, token)


def test_a_double_click_opens_one_payment(client: Client, outside: Sandbox, token: str, order_id: UUID) -> None:
    assert acquirer_page(client, token) == acquirer_page(client, token)
    assert Payment.objects.filter(purpose="order", subject_id=order_id).count() == 1


def test_going_back_after_paying_pays_nothing_again(
    client: Client, outside: Sandbox, token: str, order_id: UUID
) -> None:
    pay(outside, acquirer_page(client, token))
    assert acquirer_page(client, token).endswith(reverse("shop:result", args=[token]))
    look(client, token)
    assert acquirer_page(client, token).endswith(reverse("shop:result", args=[token]))
    assert Payment.objects.filter(purpose="order", subject_id=order_id).count() == 1
    assert len(policies_of_order(order_id)) == 2


def test_a_declined_order_says_why_and_can_be_paid_again(
    client: Client, outside: Sandbox, token: str, order_id: UUID
) -> None:
    pay(outside, acquirer_page(client, token), NO_MONEY)
    shown = look(client, token)
    assert "на карте не хватило денег" in shown
    assert reverse("shop:pay", args=[token]) in shown
    assert queries.order(order_id).state is OrderState.DECLINED
    pay(outside, acquirer_page(client, token))
    look(client, token)
    assert queries.order(order_id).state is OrderState.ISSUED
    assert Payment.objects.filter(purpose="order", subject_id=order_id).count() == 2


def test_a_bank_that_does_not_answer_is_told_as_it_is(
    client: Client, outside: Sandbox, token: str, order_id: UUID
) -> None:
    outside.fault("lost_before", times=20)
    assert acquirer_page(client, token).endswith(reverse("shop:result", args=[token]))
    assert queries.order(order_id).state is OrderState.PAYING
    shown = look(client, token)
    assert "Банк пока не ответил" in shown
    assert "Посмотреть ещё раз" in shown
    outside.web.post("/control/reset").raise_for_status()
    assert "Банк ждёт вас" in look(client, token)
