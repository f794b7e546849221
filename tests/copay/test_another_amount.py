"""The acquirer tells another amount than was asked: whichever way it comes, it is never accepted and waits for a
person at the desk, the money kept apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from doctorlike.accounts.models import User
from doctorlike.copay import paylinks
from doctorlike.copay.models import Charge
from doctorlike.kit import clock
from doctorlike.kit.money import Money
from doctorlike.payments import queries as paid
from doctorlike.payments.commands.applying import apply_answer
from doctorlike.payments.gateways import PaymentTold
from doctorlike.payments.models import Attempt, LedgerEntry, Payment
from tests.copay.stage import annas_account, annas_policy, debits, enrol, moment, run, state, visit

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 15)


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with clock.moved_to(moment(DAY)):
        yield


@pytest.fixture
def anna(db: None) -> User:
    return annas_account()


@pytest.fixture
def policy_id(anna: User) -> UUID:
    return annas_policy()


def told_otherwise(attempt: Attempt, amount: str) -> None:
    """What the acquirer's answer is when its amount is not ours."""
    told = PaymentTold(
        id=attempt.acquirer_id or "2d8ec1f0-000f-5000-8000-1b2c3d4e5f60",
        state="succeeded",
        amount=Money.of(amount),
        attempt_id=attempt.pk,
    )
    told_of(attempt, told)


def told_of(attempt: Attempt, told: PaymentTold) -> None:
    apply_answer(attempt_id=attempt.pk, payment_id=attempt.payment_id, answer=told, at=moment(DAY))


def stopped(charge_id: UUID, told: str) -> None:
    """Nothing is paid, nothing more is tried, and the desk sees both amounts."""
    assert state(charge_id) != "paid"
    assert Charge.objects.get(pk=charge_id).paid_at is None
    entry = LedgerEntry.objects.get(event="payment")
    assert (entry.debit, entry.credit, entry.amount) == ("acquirer", "suspense", Money.of(told))
    (waiting,) = paid.stopped_payments()
    assert (waiting.asked, waiting.told, waiting.left) == (Money.of("1400.00"), Money.of(told), Money.of(told))


@pytest.mark.parametrize("told", ["1399.99", "1400.01", "14000.00"])
def test_a_debit_from_the_card(outside: Any, anna: User, policy_id: UUID, told: str) -> None:
    enrol(outside, anna, policy_id)
    charge_id = visit(policy_id)
    outside.fault("lost_before", "recurring")
    run(DAY)
    told_otherwise(Attempt.objects.get(), told)
    assert Payment.objects.get().state == "mismatch"
    stopped(charge_id, told)
    assert run(DAY + timedelta(days=30)) == {}
    assert debits(outside, charge_id) == 0


def test_a_payment_by_the_link(client: Any, outside: Any, policy_id: UUID) -> None:
    charge_id = visit(policy_id)
    run(DAY)
    token = paylinks.token(charge_id, on=DAY)
    client.post(reverse("paylink:pay", args=[token]))
    told_otherwise(Attempt.objects.get(), "1.00")
    assert Payment.objects.get().state == "mismatch"
    stopped(charge_id, "1.00")
    shown = client.get(reverse("paylink:show", args=[token])).content.decode()
    assert "Оплачено" not in shown
    client.post(reverse("paylink:pay", args=[token]))
    assert Attempt.objects.count() == 1


def test_a_debit_found_late(outside: Any, anna: User, policy_id: UUID) -> None:
    """It had been given up, and shows up with another amount: stopped, not taken for the debt."""
    enrol(outside, anna, policy_id)
    charge_id = visit(policy_id)
    outside.fault("decline_soft", "recurring")
    run(DAY)
    assert state(charge_id) == "retrying"
    told_otherwise(Attempt.objects.get(), "1500.00")
    assert Payment.objects.get().state == "late"
    stopped(charge_id, "1500.00")


def test_what_is_paid_is_not_changed_by_another_amount_told_afterwards(
    outside: Any, anna: User, policy_id: UUID
) -> None:
    enrol(outside, anna, policy_id)
    charge_id = visit(policy_id)
    run(DAY)
    told_otherwise(Attempt.objects.get(), "9999.00")
    assert state(charge_id) == "paid"
    assert LedgerEntry.objects.get(event="payment").amount == Money.of("1400.00")
    assert paid.stopped_payments() == []


def test_another_currency_is_no_payment(outside: Any, anna: User, policy_id: UUID) -> None:
    enrol(outside, anna, policy_id)
    charge_id = visit(policy_id)
    outside.fault("lost_before", "recurring")
    run(DAY)
    attempt = Attempt.objects.get()
    told = PaymentTold(id="2d8ec1f0-000f-5000-8000-1b2c3d4e5f61", state="succeeded", amount=None, attempt_id=attempt.pk)
    told_of(attempt, told)
    assert Payment.objects.get().state == "mismatch" and state(charge_id) != "paid"
    assert not LedgerEntry.objects.filter(event="payment").exists()
