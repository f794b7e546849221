"""Many notifications, repeated, shuffled and some of them forged, end where one of each in order ends."""

import json
import random

import pytest

from doctorlike.kit.ids import new_id
from doctorlike.payments import commands, queries
from tests.jobs import run_jobs
from tests.payments.told import AT, listening, order

pytestmark = pytest.mark.django_db
GOOD, REFUSED = "4242424242424242", "4000000000000002"
# What the payers do on the acquirer's page; None: nothing yet.
FATES = (GOOD, GOOD, REFUSED, None, GOOD, None, REFUSED, GOOD)


@pytest.fixture(autouse=True)
def news():
    with listening() as heard:
        yield heard


def orders(outside):
    """A payment for each fate, its fate come true at the acquirer: (payment, the acquirer's id)."""
    opened = [order(new_id()).payment_id for _ in FATES]
    known = [(payment_id, queries.payment(payment_id).acquirer_id) for payment_id in opened]
    for (_payment_id, acquirer_id), card in zip(known, FATES, strict=True):
        if card is not None:
            outside.give_card(acquirer_id, card)
    return known


def true_events(outside, known):
    said = {"succeeded": "payment.succeeded", "canceled": "payment.canceled"}
    states = [(acquirer_id, outside.payment(acquirer_id)["status"]) for _payment_id, acquirer_id in known]
    return [(said[state], acquirer_id) for acquirer_id, state in states if state in said]


def deliver(events):
    for event, object_id in events:
        commands.note_event(body=json.dumps({"event": event, "object": {"id": object_id}}).encode(), at=AT)


def states(known):
    return [queries.payment(payment_id).state for payment_id, _acquirer_id in known]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_disorder_and_forgery_end_where_order_ends(outside, news, seed):
    chance = random.Random(seed)  # noqa: S311 - repeatable
    orderly, disorderly = orders(outside), orders(outside)
    for event in true_events(outside, orderly):
        deliver([event])
        run_jobs()
    told = true_events(outside, disorderly)
    forged = [(event, chance.choice(disorderly)[1]) for event in ("payment.succeeded", "payment.canceled")] * 2
    unknown = [("payment.succeeded", str(new_id()))]
    sent = [*told, *chance.choices(told, k=len(told) // 3 + 1), *forged, *unknown]
    chance.shuffle(sent)
    middle = len(sent) // 2
    for some in (sent[:middle], sent[middle:]):
        deliver(some)
        run_jobs()
    assert states(disorderly) == states(orderly)
    assert {"succeeded", "open"} <= set(states(orderly))
    assert states(orderly).count("succeeded") == FATES.count(GOOD)
    settled = [one.payment_id for one in news if type(one).__name__ == "PaymentSettled"]
    assert len(settled) == len(set(settled))
