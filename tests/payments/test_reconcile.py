"""`reconcile`: what only we know, what only the acquirer knows, what differs; what was merely unknown is settled."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from doctorlike.accounts.models import User
from doctorlike.kit.ids import new_id
from doctorlike.payments import queries
from doctorlike.payments.models import Attempt, Payment
from tests.payments.told import bound_card, charge, listening

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def news() -> Iterator[list[object]]:
    with listening() as heard:
        yield heard


@pytest.fixture
def card(outside: Any, anna: User) -> Any:
    return bound_card(outside, anna)


def reconciled(*options: str) -> str:
    out = StringIO()
    try:
        call_command("reconcile", *options, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}failed: {error}"
    return out.getvalue()


def test_more_than_a_page_agrees(card: Any) -> None:
    for _visit in range(101):
        charge(card, new_id(), "1.00")
    assert reconciled() == "compared 101, settled 0, differ 0\n"


def test_a_debit_whose_answer_was_lost_is_settled(outside: Any, card: Any) -> None:
    outside.fault("lost_reply", "recurring")
    payment = charge(card, new_id())
    assert reconciled() == "compared 1, settled 1, differ 0\n"
    assert queries.payment(payment).state == "succeeded"


def test_a_request_that_never_arrived_is_sent_again(outside: Any, card: Any) -> None:
    outside.fault("lost_before", "recurring")
    payment = charge(card, new_id())
    assert reconciled() == "compared 0, settled 1, differ 0\n"
    assert queries.payment(payment).state == "succeeded"
    assert reconciled() == "compared 1, settled 0, differ 0\n"


def test_what_only_they_know_is_named(outside: Any, card: Any) -> None:
    theirs = outside.charge(outside.saved_card(), "300.02").json()["id"]
    told = reconciled()
    assert f"only_theirs {theirs}: ours «», theirs «succeeded 300.02»" in told
    assert "failed: 1 differ" in told


def test_what_only_we_know_is_named(outside: Any, card: Any) -> None:
    payment = charge(card, new_id())
    Attempt.objects.update(acquirer_id="2ddbf66e-000f-5000-8000-1c2d3e4f5a6b")
    outside.web.post("/control/reset", json={"what": ["acquirer"]})
    assert f"only_ours {payment}: ours «succeeded», theirs «»" in reconciled()


def test_another_amount_is_named_and_stays(card: Any) -> None:
    payment = charge(card, new_id())
    Payment.objects.update(amount="1399.99")
    for _again in range(2):
        told = reconciled()
        assert f"amount {payment}: ours «1399.99», theirs «1400.00»" in told
        assert "failed: 1 differ" in told


def test_another_state_is_named(card: Any) -> None:
    payment = charge(card, new_id())
    Payment.objects.update(state="declined", decline="soft")
    Attempt.objects.update(state="canceled")
    assert f"state {payment}: ours «late», theirs «succeeded»" in reconciled()


def test_money_given_back_past_us_is_named(outside: Any, card: Any) -> None:
    payment = charge(card, new_id())
    acquirer_id = queries.payment(payment).acquirer_id
    outside.pay("/refunds", payment_id=acquirer_id, amount={"value": "5.00", "currency": "RUB"})
    assert f"refunded {payment}: ours «0.00», theirs «5.00»" in reconciled()


def test_days_outside_of_the_window_are_left_alone(outside: Any, card: Any) -> None:
    outside.charge(outside.saved_card(), "300.02")
    assert reconciled("--from", "2021-01-01", "--to", "2021-02-01") == "compared 0, settled 0, differ 0\n"
    assert "--from is after --to" in reconciled("--from", "2021-02-01", "--to", "2021-01-01")


def test_a_list_not_read_to_its_end_is_no_agreement(outside: Any, card: Any) -> None:
    outside.fault("error_before", "list")
    assert "not read to its end" in reconciled()
