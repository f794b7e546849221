"""What a client sees of money that goes back: on the charge's page, and by the documents of the policy."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Role
from doctorlike.copay import queries
from doctorlike.copay.models import Charge
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.payments import commands as payments
from doctorlike.payments.models import Attempt
from doctorlike.payments.rules import RefundReason
from doctorlike.policies import commands as contracts_commands
from doctorlike.policies import queries as contracts
from tests.copay.stage import annas_account, annas_policy, enrol, moment, run, visit
from tests.desk.test_pages import browser_of
from tests.jobs import run_jobs
from tests.payments.told import listening, order
from tests.policies.builders import ANNA, BORIS, MITYA, account, policy

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 15)


@pytest.fixture(autouse=True)
def on_the_day() -> Any:
    with clock.moved_to(moment(DAY)):
        yield


@pytest.fixture
def anna(db: None) -> User:
    return annas_account()


@pytest.fixture
def paid_charge(outside: Any, anna: User) -> UUID:
    policy_id = annas_policy()
    enrol(outside, anna, policy_id)
    charge_id = visit(policy_id)
    assert run(DAY) == {"paid": 1}
    return charge_id


def staff(name: str) -> Actor:
    return Actor.staff(User.objects.create_user(email=f"{name}@example.org", roles=["finance"]).pk)


def asked(payment_id: UUID, amount: str = "400.00") -> UUID:
    return payments.request_refund(
        payment_id=payment_id,
        amount=Money.of(amount),
        why=RefundReason.SERVICE_NOT_GIVEN,
        by=staff("olga"),
        at=moment(DAY),
    )


def returned(payment_id: UUID) -> None:
    payments.approve_refund(refund_id=asked(payment_id), by=staff("fyodor"), at=moment(DAY))
    run_jobs()


def paid_by(charge_id: UUID) -> UUID:
    payment = queries.charge(charge_id).payment
    assert payment is not None
    return payment.id


def page(client: Any, user: User, name: str, *args: object) -> str:
    client.force_login(user)
    shown: str = client.get(reverse(name, args=args)).content.decode().replace("\xa0", " ")
    return shown.split("<main")[1].split("</main")[0]


def test_every_step_of_a_refund_stands_in_the_history(outside: Any, client: Any, anna: User, paid_charge: UUID) -> None:
    refund_id = asked(paid_by(paid_charge))
    assert "Попросили вернуть 400,00 ₽" in page(client, anna, "charges:charge", paid_charge)
    payments.approve_refund(refund_id=refund_id, by=staff("fyodor"), at=moment(DAY))
    waiting = page(client, anna, "charges:charge", paid_charge)
    assert "Возврат 400,00 ₽ одобрен" in waiting and "Всего вернули" not in waiting
    run_jobs()
    shown = page(client, anna, "charges:charge", paid_charge)
    assert "Вернули 400,00 ₽" in shown and "Всего вернули 400,00 ₽" in shown and "Чек возврата" in shown


def test_a_refused_refund_is_told_without_a_reason(client: Any, anna: User, outside: Any, paid_charge: UUID) -> None:
    payments.refuse_refund(refund_id=asked(paid_by(paid_charge)), by=staff("fyodor"), at=moment(DAY))
    shown = page(client, anna, "charges:charge", paid_charge)
    assert "В возврате 400,00 ₽ отказано" in shown
    assert "Всего вернули" not in shown and "Услуга не оказана" not in shown


def test_a_bank_that_takes_no_refund_is_told(client: Any, anna: User, outside: Any, paid_charge: UUID) -> None:
    outside.fault("decline_hard", "refund")
    returned(paid_by(paid_charge))
    assert "Банк не принял возврат 400,00 ₽" in page(client, anna, "charges:charge", paid_charge)


def test_whoever_only_pays_sees_amount_and_date(client: Any, outside: Any, anna: User, paid_charge: UUID) -> None:
    boris = account(BORIS)
    Charge.objects.filter(pk=paid_charge).update(payer=boris)
    returned(paid_by(paid_charge))
    shown = page(client, boris, "charges:charge", paid_charge)
    assert "1 400,00 ₽" in shown and "Всего вернули 400,00 ₽" in shown and "15 апреля 2026" in shown
    for hidden in ("15 марта", "визит", "Услуга не оказана", "Серова"):
        assert hidden not in shown, hidden


def test_a_premium_given_back_stands_by_the_documents(client: Any, outside: Any, anna: User) -> None:
    order_id = new_id()
    policy(ANNA, order_id=order_id)
    returned(premium(outside, order_id))
    shown = page(client, anna, "documents:index")
    assert "Возврат взноса" in shown and "400,00 ₽" in shown and "Возвращено" in shown


def test_of_an_order_of_several_the_refund_names_the_policy_that_was_ended(
    client: Any, outside: Any, anna: User, on_site: Callable[[str], None]
) -> None:
    order_id = new_id()
    kept, ended = (policy(one, ANNA, order_id=order_id, starts_on=date(2026, 5, 1)) for one in (ANNA, MITYA))
    premium(outside, order_id)
    outcome = contracts.outcome_of(contracts.policy(ended), asked_on=date(2026, 3, 2), insured_event=False)
    contracts_commands.cancel_policy(
        policy_id=ended,
        insured_event=False,
        seen_refund=outcome.refund,
        by=Actor.user(anna.pk),
        at=moment(date(2026, 3, 2)),
    )
    of_kept, of_ended = contracts.policy(kept).number, contracts.policy(ended).number
    (given_back,) = re.findall(r"Возврат взноса.*?</section>", page(client, anna, "documents:index"), re.DOTALL)
    assert of_ended in given_back and of_kept not in given_back
    on_site("staff")
    desk = browser_of(Role.FINANCE)
    waiting = desk.get("/desk/refunds/").content.decode()
    assert of_ended in waiting and of_kept not in waiting
    (address,) = re.findall(r"/desk/refunds/[^/]+/approve/", waiting)
    assert of_ended in desk.get(address).content.decode()


def test_a_premium_given_back_is_nobody_elses_to_see(client: Any, outside: Any, anna: User) -> None:
    boris, order_id = account(BORIS, email=BORIS.email), new_id()
    policy(ANNA, BORIS, order_id=order_id, phone=ANNA.phone, email=ANNA.email)
    policy(MITYA, BORIS, phone=BORIS.phone, email=BORIS.email)
    returned(premium(outside, order_id))
    assert "Возврат взноса" not in page(client, anna, "documents:index")
    assert "Возврат взноса" not in page(client, boris, "documents:index")


def premium(outside: Any, order_id: UUID) -> UUID:
    """An order's payment; the shop, which is not there, hears nothing of it."""
    with listening():
        opened = order(order_id, "9500.00")
        outside.give_card(Attempt.objects.get(payment=opened.payment_id).acquirer_id)
        payments.refresh_payment(payment_id=opened.payment_id, at=moment(DAY))
    return opened.payment_id
