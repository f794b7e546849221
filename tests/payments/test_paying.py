"""Payments against the real sandbox: what is debited, what is known of it, and what happens when nobody answers."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from doctorlike.kit import clock
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.payments import commands, queries
from doctorlike.payments.errors import AlreadyPaidError, AmountChangedError, CardNotUsableError, StoppedForCheckError
from doctorlike.payments.facts import PaymentSettled
from doctorlike.payments.models import Attempt, Card, Payment
from tests.payments.told import AT, BY, bound_card, charge, listening, order

pytestmark = pytest.mark.django_db


@pytest.fixture
def news():
    with listening() as heard:
        yield heard


def debits(outside, subject_id):
    return outside.debits("subject_id")["values"].get(str(subject_id), {}).get("debits", 0)


def settled(news):
    return [(one.succeeded, one.decline, one.reason) for one in news if isinstance(one, PaymentSettled)]


def test_a_bound_card_is_debited_once(outside, anna, news):
    visit = new_id()
    charge(bound_card(outside, anna), visit)
    payment = queries.payment_for("charge", visit)
    assert (payment.state, payment.amount) == ("succeeded", Money.of("1400.00"))
    assert debits(outside, visit) == 1
    assert settled(news) == [(True, None, "")]
    with pytest.raises(AlreadyPaidError):
        charge(Card.objects.get(owner=anna), visit)


def test_the_fiscal_receipt_is_asked_for_and_its_registration_followed(outside, anna, news):
    visit = new_id()
    payment_id = charge(bound_card(outside, anna), visit)
    outside.web.post("/control/clock", json={"advance_seconds": 60})
    commands.refresh_payment(payment_id=payment_id, at=AT)
    payment = queries.payment(payment_id)
    assert payment.receipt_registration == "succeeded"
    assert payment.receipt_to == "anna@example.org"
    assert len(settled(news)) == 1


@pytest.mark.parametrize(
    ("number", "decline", "reason"),
    [
        ("4111110000000054", "soft", "insufficient_funds"),
        ("4111110000000062", "hard", "payment_method_restricted"),
        ("2204000000000406", "hard", "card_expired"),
    ],
)
def test_a_refused_debit_is_settled_and_may_be_tried_anew(outside, anna, news, number, decline, reason):
    visit = new_id()
    card = bound_card(outside, anna, number)
    first = charge(card, visit)
    assert settled(news) == [(False, decline, reason)]
    second = charge(card, visit)
    assert first != second
    assert debits(outside, visit) == 0


@pytest.mark.parametrize("fault", ["timeout_after", "lost_reply", "error_after"])
def test_a_debit_whose_answer_was_lost_is_found_and_never_repeated(outside, anna, news, fault):
    visit = new_id()
    card = bound_card(outside, anna)
    outside.fault(fault, "recurring")
    payment_id = charge(card, visit)
    assert queries.payment(payment_id).state == "unknown"
    assert settled(news) == []
    commands.refresh_payment(payment_id=payment_id, at=AT)
    assert queries.payment(payment_id).state == "succeeded"
    assert debits(outside, visit) == 1
    assert settled(news) == [(True, None, "")]


@pytest.mark.parametrize("fault", ["timeout_before", "lost_before", "error_before", "throttle"])
def test_a_request_that_never_arrived_is_repeated_under_its_key(outside, anna, news, fault):
    visit = new_id()
    card = bound_card(outside, anna)
    outside.fault(fault, "recurring")
    payment_id = charge(card, visit)
    assert queries.payment(payment_id).state == "unknown"
    commands.refresh_payment(payment_id=payment_id, at=AT)
    assert queries.payment(payment_id).state == "succeeded"
    assert debits(outside, visit) == 1
    assert Attempt.objects.filter(payment=payment_id).count() == 1


def test_while_its_fate_is_unknown_nothing_else_is_tried(outside, anna, news):
    visit = new_id()
    card = bound_card(outside, anna)
    outside.fault("lost_reply", "recurring")
    charge(card, visit)
    with pytest.raises(AlreadyPaidError):
        charge(card, visit)
    assert debits(outside, visit) == 1


def test_an_acquirer_that_does_not_answer_the_question_leaves_it_unknown(outside, anna, news):
    visit = new_id()
    card = bound_card(outside, anna)
    outside.fault("lost_reply", "recurring")
    payment_id = charge(card, visit)
    outside.fault("error_before", "list")
    commands.refresh_payment(payment_id=payment_id, at=AT)
    assert queries.payment(payment_id).state == "unknown"


def test_an_unbound_card_is_not_touched_by_a_reserved_debit(outside, anna, news):
    visit = new_id()
    card = bound_card(outside, anna)
    payment_id = commands.reserve_card_payment(
        purpose="charge",
        subject_id=visit,
        card_id=card.pk,
        amount=Money.of("10.00"),
        description="Доля",
        email="anna@example.org",
        receipt_item="Доля",
        by=BY,
        at=AT,
    )
    commands.unbind_card(card_id=card.pk, by=BY, at=AT)
    commands.send_payment(payment_id=payment_id, at=AT)
    assert settled(news) == [(False, "hard", "card_unbound")]
    assert outside.web.get("/control/register.json").json()["payments"] == []
    with pytest.raises(CardNotUsableError):
        charge(card, new_id())


def test_an_unanswered_request_is_not_repeated_after_the_card_is_unbound(outside, anna, news):
    visit = new_id()
    card = bound_card(outside, anna)
    outside.fault("lost_before", "recurring")
    payment_id = charge(card, visit)
    commands.unbind_card(card_id=card.pk, by=BY, at=AT)
    commands.refresh_payment(payment_id=payment_id, at=AT)
    assert queries.payment(payment_id).state == "unknown"
    Attempt.objects.update(sent_at=clock.real_now() - timedelta(minutes=6))
    commands.refresh_payment(payment_id=payment_id, at=AT)
    assert settled(news) == [(False, "hard", "card_unbound")]
    assert debits(outside, visit) == 0


def test_an_unanswered_request_is_given_up_once_its_key_is_forgotten(outside, anna, news):
    visit = new_id()
    card = bound_card(outside, anna)
    outside.fault("lost_before", "recurring")
    payment_id = charge(card, visit)
    a_day_ago = clock.real_now() - timedelta(hours=24)
    Attempt.objects.update(first_sent_at=a_day_ago, sent_at=a_day_ago)
    commands.refresh_payment(payment_id=payment_id, at=AT)
    assert settled(news) == [(False, "soft", "never_arrived")]
    assert debits(outside, visit) == 0


def test_a_killed_process_leaves_a_reservation_that_the_sweep_sends(outside, anna, news):
    visit = new_id()
    card = bound_card(outside, anna)
    commands.reserve_card_payment(
        purpose="charge",
        subject_id=visit,
        card_id=card.pk,
        amount=Money.of("10.00"),
        description="Доля",
        email="anna@example.org",
        receipt_item="Доля",
        by=BY,
        at=AT,
    )
    assert commands.settle_unknown(at=AT) == 0
    Attempt.objects.update(created_at=clock.real_now() - timedelta(minutes=1))
    assert commands.settle_unknown(at=AT) == 1
    assert debits(outside, visit) == 1


def test_a_process_killed_in_the_call_is_taken_up_later_and_nothing_is_debited_twice(outside, anna, news):
    visit = new_id()
    card = bound_card(outside, anna)
    payment_id = charge(card, visit)
    # As if the process had died before it could write down the answer.
    Payment.objects.update(state="open", settled_at=None)
    Attempt.objects.update(state="sent", acquirer_id=None, settled_at=None, asked_at=None)
    commands.refresh_payment(payment_id=payment_id, at=AT)
    assert queries.payment(payment_id).state == "open"
    Attempt.objects.update(sent_at=clock.real_now() - timedelta(minutes=3))
    commands.refresh_payment(payment_id=payment_id, at=AT)
    assert queries.payment(payment_id).state == "succeeded"
    assert debits(outside, visit) == 1


def test_an_order_is_paid_on_the_acquirers_page(outside, anna, news):
    bought = new_id()
    opened = order(bought)
    assert opened.confirmation_url.startswith(outside.url)
    again = order(bought)
    assert again == opened
    outside.give_card(queries.payment(opened.payment_id).acquirer_id)
    commands.refresh_payment(payment_id=opened.payment_id, at=AT)
    assert settled(news) == [(True, None, "")]
    with pytest.raises(AlreadyPaidError):
        order(bought)
    assert debits(outside, bought) == 1


def test_a_page_declined_or_left_may_be_opened_anew(outside, anna, news):
    bought = new_id()
    first = order(bought)
    outside.give_card(queries.payment(first.payment_id).acquirer_id, "4000000000009995")
    commands.refresh_payment(payment_id=first.payment_id, at=AT)
    second = order(bought)
    assert second.payment_id != first.payment_id
    outside.web.post("/control/clock", json={"advance_seconds": 3700})
    commands.refresh_payment(payment_id=second.payment_id, at=AT)
    assert settled(news) == [(False, "soft", "insufficient_funds"), (False, "soft", "expired_on_confirmation")]


def test_the_amount_of_an_open_payment_does_not_change_silently(outside, anna, news):
    bought = new_id()
    order(bought, "12000.00")
    with pytest.raises(AmountChangedError):
        order(bought, "9000.00")


def test_another_amount_than_asked_is_stopped_for_a_person(outside, anna, news):
    bought = new_id()
    opened = order(bought)
    outside.give_card(queries.payment(opened.payment_id).acquirer_id)
    Payment.objects.update(amount="11999.99")
    commands.refresh_payment(payment_id=opened.payment_id, at=AT)
    assert queries.payment(opened.payment_id).state == "mismatch"
    assert settled(news) == []
    with pytest.raises(StoppedForCheckError):
        order(bought, "11999.99")


def test_a_page_that_cannot_be_opened_is_shown_as_waiting_and_goes_on_later(outside, anna, news):
    bought = new_id()
    outside.fault("timeout_after", "create")
    assert order(bought).confirmation_url == ""
    assert order(bought).confirmation_url.startswith(outside.url)
    assert len(outside.web.get("/control/register.json").json()["payments"]) == 1


def test_the_acquirer_is_never_called_inside_a_transaction(outside, anna, news):
    with pytest.raises(RuntimeError), transaction.atomic():
        order(new_id())
    assert outside.web.get("/control/register.json").json()["payments"] == []


def test_the_database_itself_refuses_a_second_live_payment(outside, anna, news):
    bought = new_id()
    order(bought)
    row = Payment.objects.get()
    row.pk = new_id()
    with pytest.raises(IntegrityError):
        row.save(force_insert=True)
