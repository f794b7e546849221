"""The desk's refunds: asked for by one person, decided by another; money that came other than asked stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Role
from doctorlike.kit.ids import new_id
from doctorlike.payments import commands, queries
from doctorlike.payments.models import Payment, Refund
from tests.copay import stage
from tests.desk.test_pages import browser_of
from tests.jobs import run_jobs
from tests.payments.told import AT, bound_card, charge, listening, order
from tests.sandbox_process import outside, sandbox_running  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(outside: Any, on_site: Callable[[str], None]) -> Iterator[UUID]:  # noqa: F811 - the fixture
    """Anna's share of 1 400.00, paid by card."""
    on_site("staff")
    anna = User.objects.create_user(phone="+79270000012", email="anna@example.org")
    with listening():
        yield charge(bound_card(outside, anna), new_id())


def asked(browser: Client, payment_id: UUID, amount: str = "400,01") -> Any:
    answers = {"amount": amount, "why": "charged_in_error"}
    return browser.post(f"/desk/payments/{payment_id}/refund/", answers, follow=True)


def test_one_asks_another_agrees_and_the_money_goes_back(paid: UUID) -> None:
    operator, finance = browser_of(Role.OPERATOR), browser_of(Role.FINANCE)
    assert "Возврат запрошен" in asked(operator, paid).content.decode()
    refund = Refund.objects.get()
    page = finance.get("/desk/refunds/").content.decode()
    assert f"/desk/refunds/{refund.pk}/approve/" in page
    assert "400,01" in finance.get(f"/desk/refunds/{refund.pk}/approve/").content.decode()
    assert "Возврат отправлен" in finance.post(f"/desk/refunds/{refund.pk}/approve/", follow=True).content.decode()
    run_jobs()
    assert "Возвращено" in operator.get("/desk/refunds/").content.decode()
    again = finance.post(f"/desk/refunds/{refund.pk}/approve/", follow=True).content.decode()
    assert "уже решили" in again


def test_nobody_decides_on_an_own_request(paid: UUID) -> None:
    finance = browser_of(Role.FINANCE)
    page = asked(finance, paid).content.decode()
    refund = Refund.objects.get()
    assert "Решит другой сотрудник" in page
    assert f"/desk/refunds/{refund.pk}/approve/" not in page
    told = finance.post(f"/desk/refunds/{refund.pk}/approve/", follow=True).content.decode()
    assert "Решить должен другой сотрудник" in told
    assert Refund.objects.get().state == "asked"


def test_a_refused_refund_may_be_asked_for_again(paid: UUID) -> None:
    operator, finance = browser_of(Role.OPERATOR), browser_of(Role.FINANCE)
    asked(operator, paid, "1400")
    refund = Refund.objects.get()
    assert operator.get(f"/desk/payments/{paid}/refund/").status_code == 404
    finance.post(f"/desk/refunds/{refund.pk}/refuse/")
    assert Refund.objects.get().state == "refused"
    assert operator.get(f"/desk/payments/{paid}/refund/").status_code == 200


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"amount": "1400,01", "why": "paid_twice"}, "не больше"),
        ({"amount": "0", "why": "paid_twice"}, "больше либо равно"),
        ({"amount": "много", "why": "paid_twice"}, "Введите сумму цифрами"),
        ({"amount": "10", "why": "a whim"}, "a whim"),
        ({}, "Введите сумму в рублях"),
    ],
)
def test_a_wrong_answer_is_told_at_its_field(paid: UUID, answers: dict[str, str], told: str) -> None:
    answer = browser_of(Role.OPERATOR).post(f"/desk/payments/{paid}/refund/", answers)
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        (Role.OPERATOR, "/desk/refunds/", 200),
        (Role.FINANCE, "/desk/refunds/", 200),
        (Role.AUDITOR, "/desk/refunds/", 404),
        (Role.REGISTRAR, "/desk/refunds/", 404),
        (Role.MEDICAL_EXPERT, "/desk/payments/{payment}/refund/", 404),
        (Role.OPERATOR, "/desk/refunds/{refund}/approve/", 404),
        (Role.OPERATOR, "/desk/refunds/{refund}/refuse/", 404),
        (Role.FINANCE, "/desk/refunds/{refund}/approve/", 200),
        (Role.FINANCE, "/desk/refunds/{refund}/refuse/", 200),
        (Role.FINANCE, "/desk/refunds/{nothing}/approve/", 404),
        (Role.FINANCE, "/desk/payments/{nothing}/refund/", 404),
    ],
)
def test_each_role_opens_its_own_pages(paid: UUID, role: Role, path: str, status: int) -> None:
    colleague = User.objects.create_user(email="olga@example.org", roles=["operator"])
    browser = Client()
    browser.force_login(colleague)
    asked(browser, paid)
    address = path.format(payment=paid, refund=Refund.objects.get().pk, nothing=new_id())
    assert browser_of(role).get(address).status_code == status


def test_money_that_came_other_than_asked_waits_for_a_person(
    outside: Any,  # noqa: F811 - the fixture
    on_site: Callable[[str], None],
) -> None:
    on_site("staff")
    with listening():
        opened = order(new_id(), "12000.00")
        outside.give_card(queries.payment(opened.payment_id).acquirer_id)
        Payment.objects.update(amount="11999.99")
        commands.refresh_payment(payment_id=opened.payment_id, at=AT)
        operator, finance = browser_of(Role.OPERATOR), browser_of(Role.FINANCE)
        page = operator.get("/desk/refunds/").content.decode()
        assert "Эквайер назвал другую сумму" in page
        asked(operator, opened.payment_id, "12 000,00")
        finance.post(f"/desk/refunds/{Refund.objects.get().pk}/approve/")
        run_jobs()
    assert "Все платежи сошлись" in operator.get("/desk/refunds/").content.decode()


def test_a_refund_is_asked_for_from_the_clients_page_by_whoever_may(
    outside: Any,  # noqa: F811 - the fixture
    on_site: Callable[[str], None],
) -> None:
    policy = stage.annas_policy()
    stage.enrol(outside, stage.annas_account(), policy)
    stage.visit(policy)
    stage.run(date(2026, 4, 15))
    on_site("staff")
    way = f"/desk/payments/{Payment.objects.get().pk}/refund/"
    assert way in browser_of(Role.OPERATOR).get(f"/desk/clients/{policy}/").content.decode()
    assert way not in browser_of(Role.MEDICAL_EXPERT).get(f"/desk/clients/{policy}/").content.decode()
