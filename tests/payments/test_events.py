"""Notifications: forged, repeated, reordered, early. Only the acquirer's own answer counts."""

import json
from datetime import timedelta

import pytest

from doctorlike.accounts.models import User
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.payments import commands, queries
from doctorlike.payments.facts import CardBound, PaymentSettled
from doctorlike.payments.models import AcquirerEvent, CardBinding
from doctorlike.payments.rules import RefundReason
from tests.jobs import run_jobs
from tests.payments.told import AT, BACK, BY, bound_card, charge, listening, order

pytestmark = pytest.mark.django_db
URL = "/hooks/yookassa/"


@pytest.fixture
def news():
    with listening() as heard:
        yield heard


def hint(event, object_id, **told):
    return json.dumps({"type": "notification", "event": event, "object": {"id": object_id, **told}}).encode()


def note(event, object_id, **told):
    return commands.note_event(body=hint(event, object_id, **told), at=AT)


def test_a_true_event_settles_the_payment(outside, news):
    opened = order(new_id())
    acquirer_id = queries.payment(opened.payment_id).acquirer_id
    outside.give_card(acquirer_id)
    assert note("payment.succeeded", acquirer_id)
    run_jobs()
    assert queries.payment(opened.payment_id).state == "succeeded"


def test_a_forged_success_changes_nothing_and_the_true_one_still_counts(outside, news):
    opened = order(new_id())
    acquirer_id = queries.payment(opened.payment_id).acquirer_id
    note("payment.succeeded", acquirer_id, status="succeeded", paid=True)
    run_jobs()
    assert queries.payment(opened.payment_id).state == "open"
    outside.give_card(acquirer_id)
    note("payment.succeeded", acquirer_id)
    run_jobs()
    assert queries.payment(opened.payment_id).state == "succeeded"


def test_repeated_and_reordered_events_end_in_the_same_state(outside, anna, news):
    opened = order(new_id())
    acquirer_id = queries.payment(opened.payment_id).acquirer_id
    outside.give_card(acquirer_id)
    for event in ("payment.canceled", "payment.succeeded", "payment.waiting_for_capture", "payment.succeeded"):
        note(event, acquirer_id)
        run_jobs()
    assert AcquirerEvent.objects.count() == 3
    assert queries.payment(opened.payment_id).state == "succeeded"
    assert len([one for one in news if isinstance(one, PaymentSettled)]) == 1


def test_an_event_tells_of_a_debit_whose_answer_was_lost(outside, anna, news):
    visit = new_id()
    card = bound_card(outside, anna)
    outside.fault("lost_reply", "recurring")
    payment_id = charge(card, visit)
    acquirer_id = outside.web.get("/control/register.json").json()["payments"][0]["id"]
    note("payment.succeeded", acquirer_id)
    run_jobs()
    assert queries.payment(payment_id).state == "succeeded"


def test_an_event_about_a_card_binds_it(outside, anna, news):
    commands.start_card_binding(
        owner_id=anna.pk, subject_id=new_id(), payment_system="mir", return_url=BACK, by=BY, at=AT
    )
    method_id = CardBinding.objects.get().method_id
    outside.give_card(method_id)
    note("payment_method.active", method_id)
    run_jobs()
    assert [type(one) for one in news] == [CardBound]


def test_an_event_about_nobodys_payment_is_ignored(outside, news):
    assert note("payment.succeeded", str(new_id()))
    run_jobs()
    assert AcquirerEvent.objects.get().outcome == "ignored"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'"x"',
        b'{"event": "payment.succeeded"}',
        b'{"event": "payment.succeeded", "object": {"id": 7}}',
        hint("payment.succeeded", "../refunds"),
        hint("payment.succeeded", "x" * 65),
        hint("deal.closed", "2d8ec1f0-000f-5000"),
        b"{" + b" " * 70_000 + b"}",
        b"[" * 20_000,
    ],
)
def test_what_is_no_event_is_not_stored(body, db):
    assert commands.note_event(body=body, at=AT) is False
    assert not AcquirerEvent.objects.exists()


def test_many_hints_are_one_job_and_each_object_is_asked_about_once(outside, news):
    opened = [order(new_id()) for _ in range(3)]
    ids = [queries.payment(one.payment_id).acquirer_id for one in opened]
    for acquirer_id in ids:
        outside.give_card(acquirer_id)
        for event in ("payment.waiting_for_capture", "payment.succeeded", "payment.succeeded"):
            note(event, acquirer_id)
    assert run_jobs() == 1
    assert {queries.payment(one.payment_id).state for one in opened} == {"succeeded"}
    assert set(AcquirerEvent.objects.values_list("outcome", flat=True)) == {"applied"}


def test_hints_of_a_killed_job_are_taken_again_after_a_while_and_not_before(outside, news):
    opened = order(new_id())
    outside.give_card(queries.payment(opened.payment_id).acquirer_id)
    note("payment.succeeded", queries.payment(opened.payment_id).acquirer_id)
    AcquirerEvent.objects.update(outcome="asking", asked_at=clock.real_now())
    assert commands.settle_events(at=AT) == 0
    AcquirerEvent.objects.update(asked_at=clock.real_now() - timedelta(minutes=3))
    assert commands.settle_events(at=AT) == 1
    assert queries.payment(opened.payment_id).state == "succeeded"


def test_a_silent_acquirer_leaves_the_hint_to_be_asked_about_again(outside, news):
    opened = order(new_id())
    outside.give_card(queries.payment(opened.payment_id).acquirer_id)
    note("payment.succeeded", queries.payment(opened.payment_id).acquirer_id)
    outside.fault("error_before", "get")
    assert commands.settle_events(at=AT) == 1
    assert AcquirerEvent.objects.get().outcome == "asking"
    assert queries.payment(opened.payment_id).state == "open"


def test_an_event_tells_of_a_refund_whose_answer_was_lost(outside, anna, news):
    payment_id = charge(bound_card(outside, anna), new_id())
    olga, fyodor = (Actor.staff(User.objects.create_user(email=f"{one}@example.org").pk) for one in ("olga", "fyodor"))
    refund_id = commands.request_refund(
        payment_id=payment_id, amount=Money.of("100.00"), why=RefundReason.CHARGED_IN_ERROR, by=olga, at=AT
    )
    commands.approve_refund(refund_id=refund_id, by=fyodor, at=AT)
    outside.fault("lost_reply", "refund")
    run_jobs()
    assert queries.refund(refund_id).state == "unknown"
    note("refund.succeeded", outside.shop.get("/refunds").json()["items"][0]["id"])
    run_jobs()
    assert queries.refund(refund_id).state == "succeeded"
