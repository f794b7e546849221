"""Numbers under load: sellers beside each other, transactions that fail, connections that are killed. Each number is
given once and accounted for. `NUMBERS_FULL=1` sells two thousand policies."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError, ProgrammingError, connection, transaction

from doctorlike.kit.money import Money
from doctorlike.policies.commands import issue_policy
from doctorlike.policies.models import NumberSeries, Policy, TakenNumber
from doctorlike.policies.numbers import NumberAccount, number_account, number_accounts
from doctorlike.products import commands as products
from tests.policies.builders import ANNA, AT, BY, person, policy

SELLERS = 32
POLICIES = 2000 if os.environ.get("NUMBERS_FULL") else 160
PERCENTS = (0, 30, 50)


class Failed(Exception):
    """The sale fails after its number was taken."""


def test_thirty_two_sellers_with_failures_give_each_number_once(transactional_db: None) -> None:
    version_id, anna = products.seed_demo_product(by=BY, at=AT), person(ANNA)
    order_ids = [uuid4() for _ in range(POLICIES)]
    start = Barrier(SELLERS)

    def sell(order_id: UUID, percent: int, then: Callable[[], None]) -> None:
        with transaction.atomic():
            issue_policy(
                version_id=version_id,
                policyholder_id=anna,
                insured_id=anna,
                programme="polyclinic",
                scope="regions",
                copay_percent=percent,
                starts_on=date(2026, 3, 10),
                premium=Money.of("9500.00"),
                contact_phone="+79270000012",
                contact_email="anna@mail.example",
                order_id=order_id,
                by=BY,
                at=AT,
            )
            then()

    def work(seller: int) -> int:
        failures = 0
        start.wait()
        try:
            for number in range(seller, POLICIES, SELLERS):
                percent = PERCENTS[number % len(PERCENTS)]
                for fault in (*FAULTS[(number + number // SELLERS) % len(FAULTS)], nothing):
                    try:
                        sell(order_ids[number], percent, fault)
                    except (Failed, OperationalError, InterfaceError):
                        failures += 1
                        connection.close()
                # Told twice, as a payment may be: the same policy.
                if number % 5 == 0:
                    sell(order_ids[number], percent, nothing)
        finally:
            connection.close()
        return failures

    with ThreadPoolExecutor(SELLERS) as sellers:
        failures = sum(sellers.map(work, range(SELLERS)))
    assert failures > POLICIES / 4
    issued = list(Policy.objects.values_list("order_id", "number"))
    assert sorted(order_id for order_id, _ in issued) == sorted(order_ids)
    assert len({number for _, number in issued}) == POLICIES
    accounts = number_accounts()
    assert sum(one.in_use for one in accounts) == POLICIES
    assert all(one.is_whole and not one.void for one in accounts)
    for series in NumberSeries.objects.all():
        assert series.next_serial == number_account("ONDL", series.copay_percent).in_use


def nothing() -> None:
    """The sale goes well."""


def fail() -> None:
    raise Failed


def lose_the_connection() -> None:
    """As when the server or the network dies: the next word, the commit, finds nobody."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(pg_backend_pid())")


FAULTS = ((), (), (fail,), (lose_the_connection,), (fail, lose_the_connection))


@pytest.mark.django_db
class TestTheAccount:
    def test_a_number_once_given_is_neither_changed_nor_deleted(self) -> None:
        policy(ANNA)
        for wrong in (
            lambda: TakenNumber.objects.update(serial=7),
            lambda: TakenNumber.objects.all()._raw_delete("default"),
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                wrong()

    def test_a_gap_a_stray_row_and_another_number_are_found(self) -> None:
        policies = [policy(ANNA) for _ in range(2)]
        NumberSeries.objects.update(next_serial=4)
        assert number_account("ONDL", 30).missing == (2, 3)
        NumberSeries.objects.update(next_serial=1)
        assert number_account("ONDL", 30).beyond == (1,)
        NumberSeries.objects.update(next_serial=2)
        assert number_account("ONDL", 30).is_whole
        Policy.objects.filter(pk=policies[0]).update(number="ONDL-309999")
        assert number_account("ONDL", 30).apart == ("ONDL-300000",)

    def test_the_command_tells_each_series_and_fails_when_something_differs(self) -> None:
        Policy.objects.filter(pk=policy(ANNA, percent=50)).update(number="ONDL-300000")
        policy(ANNA)
        told = StringIO()
        with pytest.raises(CommandError):
            call_command("check_numbers", stdout=told)
        assert "ONDL-30: in use 1, void 1" in told.getvalue()
        assert "void, already in use: 1" in told.getvalue()
        assert "another on the policy, 1: ONDL-500000" in told.getvalue()

    def test_the_command_is_content_with_a_whole_account(self) -> None:
        policy(ANNA)
        told = StringIO()
        call_command("check_numbers", stdout=told)
        assert told.getvalue().endswith("differ: 0\n")
        assert number_accounts() == [NumberAccount("ONDL", 30, 1, {}, (), (), ())]
