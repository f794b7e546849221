"""The premium of a paid order stands in the ledger by policy, to the kopeck."""

from __future__ import annotations

from importlib import import_module
from io import StringIO
from typing import Any
from uuid import UUID

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from doctorlike.accounts.models import User
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.payments import commands as payments
from doctorlike.payments import queries as paid
from doctorlike.payments.models import LedgerEntry
from doctorlike.payments.rules import RefundReason
from doctorlike.policies.models import Policy
from doctorlike.policies.queries import policies_of_order
from doctorlike.shop import commands
from tests.jobs import run_jobs
from tests.sandbox.running import Sandbox
from tests.shop.builders import AT, BY, MITYA, agreed_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]


def bought(outside: Sandbox, **wishes: Any) -> UUID:
    order_id = agreed_order(**wishes)
    page = commands.pay_order(order_id=order_id, return_url="http://localhost:8000/back/", by=BY, at=AT)
    outside.give_card(page.rstrip("/").rsplit("/", 1)[1], "4242424242424242")
    commands.look_at_payment(order_id=order_id, at=AT)
    return order_id


def check() -> str:
    out = StringIO()
    try:
        call_command("check_ledger", stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}failed: {error}"
    return out.getvalue()


def by_policy() -> dict[UUID | None, Money]:
    rows = LedgerEntry.objects.filter(credit="contracts").values_list("policy_id", "amount")
    return dict(rows)


def test_each_policy_of_an_order_has_its_part_and_the_order_is_told_apart_whole(outside: Sandbox) -> None:
    order_id = bought(outside, others=(MITYA,))
    issued = policies_of_order(order_id)
    assert len(issued) == 2
    assert by_policy() == {policy.id: policy.premium for policy in issued}
    payment = paid.payment_for("order", order_id)
    assert payment is not None
    assert Money.total(by_policy().values()) == payment.amount
    told = check()
    assert "premium: 2" in told and "  premium: 0.00" in told and "differ: 0" in told


@pytest.mark.parametrize("tampered", ["forgotten", "less"])
def test_a_policy_without_its_part_is_named_and_so_is_its_order(outside: Sandbox, tampered: str) -> None:
    order_id = bought(outside, others=(MITYA,))
    entry = LedgerEntry.objects.filter(event="premium").order_by("pk").first()
    assert entry is not None
    with pgtrigger.ignore("payments.LedgerEntry:append_only"):
        rows = LedgerEntry.objects.filter(pk=entry.pk)
        rows.delete() if tampered == "forgotten" else rows.update(amount=entry.amount - Money.of("0.01"))
    told = check()
    assert f"premium {entry.source_id}: {'no entry' if tampered == 'forgotten' else 'entry of'}" in told
    assert f"order {order_id}: received" in told and "failed" in told


def test_a_policy_that_costs_otherwise_than_its_entry_is_named(outside: Sandbox) -> None:
    bought(outside)
    Policy.objects.update(premium=Money.of("1.00"))
    assert "row of 1.00" in check()


def test_a_refund_of_an_order_with_one_policy_is_of_that_policy(outside: Sandbox) -> None:
    order_id = bought(outside)
    payment = paid.payment_for("order", order_id)
    assert payment is not None
    olga, fyodor = (
        Actor.staff(User.objects.create_user(email=f"{name}@example.org", roles=["finance"]).pk)
        for name in ("olga", "fyodor")
    )
    refund = payments.request_refund(
        payment_id=payment.id, amount=Money.of("10.00"), why=RefundReason.CONTRACT_ENDED, by=olga, at=AT
    )
    payments.approve_refund(refund_id=refund, by=fyodor, at=AT)
    run_jobs()
    assert LedgerEntry.objects.get(event="refund").policy_id == policies_of_order(order_id)[0].id
    assert "differ: 0" in check()


def test_policies_from_before_get_the_same_entries(outside: Sandbox) -> None:
    """What the migration does to a filled database."""
    bought(outside, others=(MITYA,))
    columns = ("event", "source_id", "debit", "credit", "amount", "subject_id", "policy_id", "payment_id", "posted_at")
    premiums = LedgerEntry.objects.filter(event="premium").order_by("source_id")
    before = list(premiums.values_list(*columns))
    with pgtrigger.ignore("payments.LedgerEntry:append_only"):
        premiums.all().delete()
    migration = import_module("doctorlike.policies.migrations.0004_premiums_in_the_ledger")
    for _again in range(2):
        with connection.cursor() as cursor:
            cursor.execute(migration.Migration.operations[0].sql)
    assert list(premiums.values_list(*columns)) == before
    assert len(before) == 2
