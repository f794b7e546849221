"""`check_ledger` proves agreement of ledger, rows and acquirer, and names whatever was tampered with."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO
from typing import Any

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from doctorlike.accounts.models import User
from doctorlike.copay import queries
from doctorlike.copay.models import Charge
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.payments import commands as payments
from doctorlike.payments.gateways import acquirer
from doctorlike.payments.models import Attempt, LedgerEntry, Payment, Refund
from doctorlike.payments.rules import RefundReason
from tests.copay import stage
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 15)
AT = stage.moment(DAY)


@pytest.fixture
def paid(outside: Any) -> Payment:
    """Anna's share of 1 400.00 was told, charged and paid; 100.00 of it were given back."""
    policy = stage.annas_policy()
    stage.enrol(outside, stage.annas_account(), policy)
    stage.visit(policy)
    stage.run(DAY)
    payment = Payment.objects.get()
    olga, fyodor = (
        Actor.staff(User.objects.create_user(email=f"{name}@example.org", roles=["finance"]).pk)
        for name in ("olga", "fyodor")
    )
    refund = payments.request_refund(
        payment_id=payment.pk, amount=Money.of("100.00"), why=RefundReason.PAID_TWICE, by=olga, at=AT
    )
    payments.approve_refund(refund_id=refund, by=fyodor, at=AT)
    run_jobs()
    return payment


def check(*options: str) -> str:
    out = StringIO()
    try:
        call_command("check_ledger", *options, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}failed: {error}"
    return out.getvalue()


def test_an_empty_house_agrees(db: None, outside: Any) -> None:
    assert "differ: 0" in check()


def test_everything_agrees(paid: Payment) -> None:
    told = check()
    assert "differ: 0" in told
    for line in ("charge: 1", "payment: 1", "refund: 1", "acquirer: 1300.00", "receivable: 0.00", "copay: -1400.00"):
        assert line in told


def test_a_missing_entry_is_named(paid: Payment) -> None:
    with pgtrigger.ignore("payments.LedgerEntry:append_only"):
        LedgerEntry.objects.filter(event="payment").delete()
    told = check()
    assert f"payment {paid.pk}: no entry" in told
    assert f"payment {paid.pk}: ledger -100.00, acquirer 1300.00" in told
    assert "failed" in told


@pytest.mark.parametrize("event", ["charge", "payment", "refund"])
def test_another_amount_is_named(paid: Payment, event: str) -> None:
    with pgtrigger.ignore("payments.LedgerEntry:append_only"):
        LedgerEntry.objects.filter(event=event).update(amount="99.99")
    assert f"{event} {LedgerEntry.objects.get(event=event).source_id}: entry of 99.99" in check("--offline")


def test_an_entry_without_its_row_is_named(paid: Payment) -> None:
    Payment.objects.update(state="declined", decline="soft")
    assert f"payment {paid.pk}: entry without its row" in check("--offline")
    entry = LedgerEntry.objects.get(event="charge")
    entry.pk, entry.source_id = paid.pk, paid.pk
    entry.save(force_insert=True)
    assert f"charge {paid.pk}: entry without its row" in check("--offline")


def test_a_refund_the_acquirer_knows_and_we_do_not_is_named(paid: Payment, outside: Any) -> None:
    acquirer_id = Attempt.objects.get().acquirer_id
    told = outside.pay("/refunds", payment_id=acquirer_id, amount={"value": "0.01", "currency": "RUB"})
    assert told.status_code == 200
    assert f"payment {paid.pk}: ledger 1300.00, acquirer 1299.99" in check()


def test_a_debit_nobody_asked_for_is_named(paid: Payment, outside: Any) -> None:
    outside.charge(outside.saved_card(), "300.02")
    assert "holds 300.02 that nobody asked for" in check()


def test_a_debit_whose_answer_was_lost_is_in_flight_until_its_fate_is_known(outside: Any) -> None:
    policy = stage.annas_policy()
    stage.enrol(outside, stage.annas_account(), policy)
    charge = stage.visit(policy)
    outside.fault("lost_reply", "recurring")
    stage.run(DAY)
    assert stage.debits(outside, charge) == 1
    told = check()
    assert "in flight: 1" in told and "differ: 0" in told
    Attempt.objects.update(asked_at=F("asked_at") - timedelta(minutes=1))
    payments.settle_unknown(at=AT)
    told = check()
    assert "in flight: 0" in told and "payment: 1" in told and "differ: 0" in told


def test_a_debit_being_sent_this_moment_is_left_to_whoever_sends_it(outside: Any) -> None:
    """The acquirer has debited, its answer is on the way to us; then the process that asked is killed."""
    policy = stage.annas_policy()
    stage.enrol(outside, stage.annas_account(), policy)
    charge = stage.visit(policy)
    claimed = payments.claim_card_payment(
        purpose="charge",
        subject_id=charge,
        card_id=queries.enrolment(policy).card.id,
        amount=Money.of("1400.00"),
        description="Доля клиента",
        email="anna@example.org",
        receipt_item="Доля клиента",
        by=stage.BY,
        at=AT,
    )
    acquirer(claimed.shop_id).create_payment(str(claimed.attempt_id), claimed.body)
    assert stage.debits(outside, charge) == 1
    told = check()
    assert "in flight: 1" in told and "differ: 0" in told
    Attempt.objects.update(created_at=F("created_at") - timedelta(minutes=1))
    payments.settle_unknown(at=AT)
    assert Payment.objects.get().state == "open"
    Attempt.objects.update(sent_at=F("sent_at") - timedelta(minutes=3))
    payments.settle_unknown(at=AT)
    assert Payment.objects.get().state == "succeeded"
    assert "in flight: 0" in check()


def test_a_refund_whose_answer_was_lost_is_in_flight(paid: Payment, outside: Any) -> None:
    staff = User.objects.order_by("email").filter(roles=["finance"])
    asker, decider = (Actor.staff(one.pk) for one in staff)
    refund = payments.request_refund(
        payment_id=paid.pk, amount=Money.of("50.00"), why=RefundReason.PAID_TWICE, by=asker, at=AT
    )
    payments.approve_refund(refund_id=refund, by=decider, at=AT)
    outside.fault("lost_reply", "refund")
    run_jobs()
    told = check()
    assert "in flight: 1" in told and "differ: 0" in told
    payments.refresh_refund(refund_id=refund, at=AT)
    told = check()
    assert "in flight: 0" in told and "refund: 2" in told and "differ: 0" in told


def test_what_was_given_up_and_debited_all_the_same_is_named(paid: Payment) -> None:
    Payment.objects.update(state="declined", decline="soft")
    Attempt.objects.update(state="canceled", settled_at=F("settled_at") - timedelta(days=1))
    with pgtrigger.ignore("payments.LedgerEntry:append_only"):
        LedgerEntry.objects.exclude(event="charge").delete()
    assert f"payment {paid.pk}: ledger 0.00, acquirer 1300.00" in check()


def test_a_share_announced_while_others_are_compared_is_not_named(paid: Payment) -> None:
    charge = Charge.objects.get()

    def rows() -> Any:
        yield charge.pk, charge.policy_id, charge.amount
        stage.visit(charge.policy_id)

    assert list(payments.compare_with_charges(rows())) == []


def test_money_from_before_the_ledger_gets_the_same_entries(paid: Payment) -> None:
    """What the migration does to a filled database."""
    from importlib import import_module

    from django.db import connection

    migration = import_module("doctorlike.copay.migrations.0002_existing_money_in_the_ledger")
    columns = ("event", "source_id", "debit", "credit", "amount", "subject_id", "policy_id", "payment_id")
    kept = LedgerEntry.objects.exclude(event="refund").order_by("event")
    before = list(kept.values_list(*columns))
    with pgtrigger.ignore("payments.LedgerEntry:append_only"):
        LedgerEntry.objects.exclude(event="refund").delete()
    for _again in range(2):
        for operation in migration.Migration.operations:
            with connection.cursor() as cursor:
                cursor.execute(operation.sql)
    assert list(kept.values_list(*columns)) == before
    assert len(before) == 2
    assert Charge.objects.count() == Refund.objects.count() == 1
