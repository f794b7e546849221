"""The ledger: what is posted for a share, a payment, a late debit, and that nothing is posted twice or changed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.payments import commands, queries
from doctorlike.payments.ledger import Account, payment_legs, refund_legs
from doctorlike.payments.models import Attempt, LedgerEntry, Payment
from doctorlike.payments.rules import PaymentState
from tests.payments.told import AT, bound_card, charge, listening, order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def news() -> Any:
    with listening() as heard:
        yield heard


def entries() -> list[tuple[str, str, str, str]]:
    rows = LedgerEntry.objects.order_by("posted_at", "id").values_list("event", "debit", "credit", "amount")
    return [(event, debit, credit, str(amount)) for event, debit, credit, amount in rows]


def test_a_share_is_owed_from_its_announcement_and_settled_by_its_payment(outside: Any, anna: Any) -> None:
    share, policy = new_id(), new_id()
    commands.post_charge(charge_id=share, policy_id=policy, amount=Money.of("1400.00"), at=AT)
    charge(bound_card(outside, anna), share)
    assert entries() == [
        ("charge", "receivable", "copay", "1400.00"),
        ("payment", "acquirer", "receivable", "1400.00"),
    ]
    assert set(LedgerEntry.objects.values_list("policy_id", flat=True)) == {policy}


def test_a_paid_order_is_premium(outside: Any, anna: Any) -> None:
    bought = new_id()
    opened = order(bought)
    outside.give_card(queries.payment(opened.payment_id).acquirer_id)
    commands.refresh_payment(payment_id=opened.payment_id, at=AT)
    assert entries() == [("payment", "acquirer", "premium", "12000.00")]


def test_nothing_is_posted_twice(outside: Any, anna: Any) -> None:
    share, policy = new_id(), new_id()
    for _again in range(2):
        commands.post_charge(charge_id=share, policy_id=policy, amount=Money.of("1400.00"), at=AT)
    paid = charge(bound_card(outside, anna), share)
    for _again in range(3):
        commands.refresh_payment(payment_id=paid, at=AT)
    assert Counter(event for event, *_ in entries()) == {"charge": 1, "payment": 1}


def test_a_share_that_is_owed_no_more_leaves_no_balance() -> None:
    share, policy = new_id(), new_id()
    told: dict[str, Any] = {"charge_id": share, "policy_id": policy, "amount": Money.of("10.01"), "at": AT}
    commands.post_charge(**told)
    commands.post_charge_reversal(**told)
    assert entries()[1] == ("charge_reversed", "copay", "receivable", "10.01")


def test_a_declined_payment_posts_nothing(outside: Any, anna: Any) -> None:
    charge(bound_card(outside, anna, "4111110000000054"), new_id())
    assert entries() == []


def test_another_amount_than_asked_is_kept_apart_as_the_acquirer_has_it(outside: Any, anna: Any) -> None:
    opened = order(new_id())
    outside.give_card(queries.payment(opened.payment_id).acquirer_id)
    Payment.objects.update(amount="11999.99")
    for _again in range(2):
        commands.refresh_payment(payment_id=opened.payment_id, at=AT)
    assert entries() == [("payment", "acquirer", "suspense", "12000.00")]
    assert Payment.objects.get().told_amount == Money.of("12000.00")


def test_a_debit_after_it_was_given_up_is_kept_apart(outside: Any, anna: Any) -> None:
    paid = charge(bound_card(outside, anna), new_id())
    # As if it had been given up before the acquirer told of the debit.
    with connection_without_protection():
        LedgerEntry.objects.all().delete()
    Payment.objects.update(state="declined", decline="soft")
    Attempt.objects.update(state="canceled")
    commands.refresh_payment(payment_id=paid, at=AT)
    assert queries.payment(paid).state == "late"
    assert entries() == [("payment", "acquirer", "suspense", "1400.00")]


def connection_without_protection() -> Any:
    import pgtrigger

    return pgtrigger.ignore("payments.LedgerEntry:append_only")


def test_the_database_refuses_to_change_or_forget_an_entry() -> None:
    commands.post_charge(charge_id=new_id(), policy_id=new_id(), amount=Money.of("1.00"), at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerEntry.objects.update(amount=Money.of("2.00"))
    with pytest.raises(DatabaseError), transaction.atomic():
        LedgerEntry.objects.all().delete()


@pytest.mark.parametrize("purpose", ["order", "charge", "something else"])
@pytest.mark.parametrize("state", [PaymentState.SUCCEEDED, PaymentState.MISMATCH, PaymentState.LATE])
def test_money_goes_back_the_way_it_came_or_is_kept_apart_from_income(purpose: str, state: PaymentState) -> None:
    taken, returned = payment_legs(purpose, state), refund_legs(state)
    assert taken.debit == returned.credit == Account.ACQUIRER
    if state != PaymentState.SUCCEEDED:
        assert taken.credit == returned.debit == Account.SUSPENSE
