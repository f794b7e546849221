"""Several cards: which one pays, changing it, letting go of it, and the warning before it expires."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from doctorlike.copay import commands, queries
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.notifications.models import Message
from doctorlike.payments import commands as payments
from doctorlike.payments import queries as paid
from doctorlike.payments.errors import CardNotUsableError
from doctorlike.payments.models import Attempt, Card
from tests.copay.stage import (
    BY,
    FIVE_TIMES_REFUSED,
    annas_account,
    annas_policy,
    debits,
    enrol,
    moment,
    run,
    state,
    visit,
)
from tests.policies.builders import BORIS, account

DAY = date(2026, 4, 15)
FIRST, SECOND = "4242424242424242", "5555555555554444"


@pytest.fixture
def anna(db):
    return annas_account()


@pytest.fixture
def policy_id(anna):
    return annas_policy()


@pytest.fixture
def two_cards(outside, anna, policy_id):
    """Anna's cards, the one in use last."""
    enrol(outside, anna, policy_id, FIRST)
    enrol(outside, anna, policy_id, SECOND, on=date(2026, 3, 12))
    return [Card.objects.get(last_four=number[-4:]).pk for number in (FIRST, SECOND)]


def choose(anna, policy_id, card_id, on=DAY):
    commands.choose_card(policy_id=policy_id, user_id=anna.pk, card_id=card_id, by=Actor.user(anna.pk), at=moment(on))


@pytest.mark.django_db
def test_the_chosen_card_is_the_one_debited(outside, anna, policy_id, two_cards):
    first, second = two_cards
    assert queries.enrolment(policy_id).card.id == second
    choose(anna, policy_id, first, on=date(2026, 3, 13))
    charge_id = visit(policy_id)
    assert run(DAY) == {"paid": 1}
    assert paid.payment_for("charge", charge_id).card.id == first


@pytest.mark.django_db
def test_choosing_another_card_tries_a_refused_charge_at_once(outside, anna, policy_id):
    enrol(outside, anna, policy_id, FIRST)
    enrol(outside, anna, policy_id, FIVE_TIMES_REFUSED, on=date(2026, 3, 12))
    charge_id = visit(policy_id)
    run(DAY)
    assert state(charge_id) == "retrying"
    choose(anna, policy_id, Card.objects.get(last_four=FIRST[-4:]).pk)
    assert run(DAY) == {"paid": 1}


@pytest.mark.django_db
def test_choosing_the_card_in_use_changes_nothing(outside, anna, policy_id):
    enrol(outside, anna, policy_id, FIVE_TIMES_REFUSED)
    visit(policy_id)
    run(DAY)
    choose(anna, policy_id, queries.enrolment(policy_id).card.id)
    assert run(DAY) == {}


@pytest.mark.django_db
def test_an_unbound_card_cannot_be_chosen(outside, anna, policy_id, two_cards):
    payments.unbind_card(card_id=two_cards[0], by=BY, at=moment(DAY))
    with pytest.raises(CardNotUsableError):
        choose(anna, policy_id, two_cards[0])


@pytest.mark.django_db
def test_anothers_card_and_anothers_policy_do_not_exist(outside, anna, policy_id, two_cards):
    boris = account(BORIS)
    with pytest.raises(NotFoundError):
        choose(boris, policy_id, two_cards[0])
    Card.objects.filter(pk=two_cards[0]).update(owner=boris)
    with pytest.raises(NotFoundError):
        choose(anna, policy_id, two_cards[0])


@pytest.mark.django_db
def test_the_page_lets_the_client_choose(client, outside, anna, policy_id, two_cards):
    client.force_login(anna)
    with clock.moved_to(moment(DAY)):
        address = reverse("cards:choose", args=[policy_id])
        assert address in client.get(reverse("cards:index")).content.decode()
        assert client.post(address, {}).status_code == 422
        assert client.post(address, {"card": str(two_cards[0])}).status_code == 302
        assert queries.enrolment(policy_id).card.id == two_cards[0]
        client.force_login(account(BORIS))
        assert client.get(address).status_code == 404
        assert client.post(address, {"card": str(two_cards[1])}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "told"), [(date(2039, 8, 30), 0), (date(2039, 8, 31), 1), (date(2039, 9, 30), 1), (date(2040, 1, 1), 1)]
)
def test_the_owner_is_warned_thirty_days_before_the_card_expires_and_once(outside, anna, policy_id, on, told):
    enrol(outside, anna, policy_id)
    Message.objects.all().delete()
    assert commands.warn_of_expiry(on=on, by=BY, at=moment(on)) == told
    assert commands.warn_of_expiry(on=on + timedelta(days=1), by=BY, at=moment(on)) == (on == date(2039, 8, 30))
    assert Message.objects.filter(channel="email").count() == 1


@pytest.mark.django_db
def test_of_a_card_that_is_unbound_or_not_in_use_nobody_is_warned(outside, anna, policy_id, two_cards):
    payments.unbind_card(card_id=two_cards[1], by=BY, at=moment(DAY))
    on = date(2039, 9, 20)
    assert commands.warn_of_expiry(on=on, by=BY, at=moment(on)) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("answer_after_ms", [0, 150])
def test_no_debit_begins_after_the_unbinding(outside, anna, policy_id, answer_after_ms):
    """Four sweeps and an unbinding at once, on connections of their own: whatever was debited had been claimed before
    the card was let go."""
    enrol(outside, anna, policy_id)
    charge_ids = [visit(policy_id, amount=f"{100 + number}.00") for number in range(12)]
    outside.web.post("/control/latency", json={"ms": answer_after_ms})
    card_id, gate = queries.enrolment(policy_id).card.id, threading.Barrier(3)
    unbound_at = []

    def sweep():
        gate.wait()
        commands.Sweep(on=DAY, by=BY, now=lambda: moment(DAY)).run(at_once=2)
        connection.close()

    def unbind():
        gate.wait()
        while not Attempt.objects.exists():
            pass
        payments.unbind_card(card_id=card_id, by=BY, at=moment(DAY))
        unbound_at.append(clock.real_now())
        connection.close()

    threads = [threading.Thread(target=work) for work in (sweep, sweep, unbind)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(sent <= unbound_at[0] for sent in Attempt.objects.values_list("sent_at", flat=True))
    tried = set(Attempt.objects.values_list("payment__subject_id", flat=True))
    assert {charge_id for charge_id in charge_ids if debits(outside, charge_id)} == tried
    assert run(DAY) == {}
    assert {state(charge_id) for charge_id in charge_ids if charge_id not in tried} <= {"awaiting_card"}


@pytest.mark.django_db
def test_a_debit_without_an_answer_is_not_repeated_on_a_card_let_go_since(outside, anna, policy_id):
    enrol(outside, anna, policy_id)
    charge_id = visit(policy_id)
    outside.fault("lost_before", "recurring")
    run(DAY)
    payments.unbind_card(card_id=queries.enrolment(policy_id).card.id, by=BY, at=moment(DAY))
    payments.refresh_payment(payment_id=Attempt.objects.get().payment_id, at=moment(DAY))
    assert debits(outside, charge_id) == 0
