"""The measurement of purchases: its buyers fill in forms that are accepted, its limit inserts the very rows."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from psycopg import conninfo

from bench import purchase_limit
from bench.purchase_walk import buyer_answers
from doctorlike.kit import clock
from doctorlike.products.commands import seed_demo_product
from doctorlike.shop.commands import start_order
from doctorlike.shop.rules import Choice
from tests.policies.builders import ANNA, AT, BY, policy
from tests.shop.builders import new_token


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 28, 8_999_999])
def test_every_buyer_is_accepted_by_the_orders_form(
    client: Client, on_site: Callable[[str], None], number: int
) -> None:
    on_site("portal")
    seed_demo_product(by=BY, at=AT)
    token = new_token()
    start_order(token=token, choice=Choice("polyclinic", "regions", 30), at=clock.now())
    answers = {**buyer_answers(number, clock.today()), "same_address": "on", "is_insured": "on"}
    answer = client.post(reverse("shop:policyholder", args=[token]), answers)
    assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("shop:check", args=[token]))


def address() -> str:
    told = connection.get_connection_params()
    given = {name: told[name] for name in ("host", "port", "user", "password", "dbname") if told.get(name)}
    return conninfo.make_conninfo(**given)


def test_the_limit_inserts_the_rows_that_were_written(transactional_db: None) -> None:
    policy(ANNA)
    before = purchase_limit.newest_transaction(address())
    policy(ANNA)
    rows = purchase_limit.rows_since(address(), before)
    written = [one.statement for transaction in rows for one in transaction]
    assert sum(b'"policies_policy"' in one for one in written) == 1
    assert sum(b'"policies_takennumber"' in one for one in written) == 1
    # The person, then the contract: each was a transaction of its own.
    assert len(rows) >= 2
    assert purchase_limit.run(address(), rows, 5, clients=2) > 0
    with psycopg.connect(address(), autocommit=True) as bare:
        try:
            assert bare.execute("SELECT count(*) FROM limit_of_purchase.policies_policy").fetchall() == [(5,)]
        finally:
            bare.execute("DROP SCHEMA limit_of_purchase CASCADE")
