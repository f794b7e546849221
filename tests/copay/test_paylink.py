"""Paying a charge by the secret link of a message, without an account."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from doctorlike.copay import paylinks, queries
from doctorlike.kit import clock
from doctorlike.kit.ids import new_id
from doctorlike.notifications.models import Message
from doctorlike.payments import commands as payments
from doctorlike.payments.models import Attempt
from tests.copay.stage import (
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

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 15)
CLOSED_LATER = "4111110000000062"


@pytest.fixture(autouse=True)
def on_the_day():
    with clock.moved_to(moment(DAY)):
        yield


@pytest.fixture
def anna(db):
    return annas_account()


@pytest.fixture
def policy_id(anna):
    return annas_policy()


@pytest.fixture
def debt(policy_id):
    """A charge told, due, with no card to take it from."""
    charge_id = visit(policy_id)
    run(DAY)
    return charge_id


def link(charge_id, step="show"):
    return reverse(f"paylink:{step}", args=[paylinks.token(charge_id, on=clock.today())])


def text(response):
    return response.content.decode().replace("\xa0", " ")


def sent_links():
    return re.findall(r"http://\S+/pay/(\S+)/", " ".join(message.text for message in Message.objects.all()))


def pay_on_the_banks_page(client, outside, charge_id, number="4242424242424242"):
    gone = client.post(link(charge_id, "pay"))
    assert gone.status_code == 303
    outside.give_card(Attempt.objects.latest("created_at").acquirer_id, number)
    return client.get(link(charge_id))


def test_a_message_brings_the_link_when_a_card_is_needed(outside, debt):
    assert state(debt) == "awaiting_card"
    assert {paylinks.read(secret).charge_id for secret in sent_links()} == {debt}


def test_a_message_brings_a_fresh_link_when_the_charge_is_overdue(outside, anna, policy_id):
    enrol(outside, anna, policy_id, FIVE_TIMES_REFUSED)
    charge_id = visit(policy_id)
    for days in (0, 1, 3, 7, 14):
        run(DAY + timedelta(days=days))
    assert state(charge_id) == "overdue"
    ends = {paylinks.read(secret).last_on for secret in sent_links()}
    assert DAY + timedelta(days=14) + paylinks.LIVES in ends


def test_the_page_tells_amount_and_day_and_nothing_of_the_visit(client, debt):
    shown = text(client.get(link(debt)))
    assert "1 400,00 ₽" in shown and "15 апреля 2026" in shown
    for told in ("15 марта", "визит", "клиник", "Серова", "Анна"):
        assert told not in shown.split("<main")[1].split("</main")[0], told


def test_whoever_has_the_link_pays_once_without_an_account(client, outside, debt):
    assert "Оплачено" in text(pay_on_the_banks_page(client, outside, debt))
    assert state(debt) == "paid" and debits(outside, debt) == 1
    again = client.post(link(debt, "pay"), follow=True)
    assert "Деньги списаны" in text(again)
    assert debits(outside, debt) == 1


def test_a_refused_card_is_told_with_its_reason_and_the_way_is_still_open(client, outside, debt):
    shown = text(pay_on_the_banks_page(client, outside, debt, "4000000000009995"))
    assert "Ждём ответа банка" in shown or "Деньги не списаны" in shown
    assert debits(outside, debt) == 0


def test_while_the_bank_is_silent_nothing_more_is_asked_for(client, outside, debt):
    outside.fault("lost_before", "create")
    client.post(link(debt, "pay"))
    outside.fault("error_before", "list")
    shown = text(client.get(link(debt)))
    assert "Банк пока не ответил" in shown and "<form method" not in shown.split("<main")[1].split("</main")[0]


def test_a_link_whose_days_are_over_says_so_and_debits_nothing(client, outside, debt):
    old = paylinks.token(debt, on=clock.today() - paylinks.LIVES - timedelta(days=1))
    shown = client.get(reverse("paylink:show", args=[old]))
    assert shown.status_code == 410 and "1 400,00" not in text(shown)
    assert client.post(reverse("paylink:pay", args=[old])).status_code == 302
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("change", ["other", "cut", "longer", "nonsense"])
def test_a_made_up_link_is_not_found(client, debt, change):
    true = paylinks.token(debt, on=clock.today())
    made = {
        "other": paylinks.token(new_id(), on=clock.today())[:22] + true[22:],
        "cut": true[:-4],
        "longer": true + "AAAA",
        "nonsense": "не-ссылка",
    }[change]
    for step in ("show", "pay"):
        address = reverse(f"paylink:{step}", args=[made])
        assert (client.get if step == "show" else client.post)(address).status_code == 404


def test_a_genuine_link_to_no_charge_is_not_found(client, db):
    assert client.get(link(new_id())).status_code == 404


def test_a_charge_nobody_was_told_of_is_not_asked_for(client, policy_id):
    charge_id = visit(policy_id, told_on=None)
    assert "Платить сейчас нечего" in text(client.get(link(charge_id)))
    client.post(link(charge_id, "pay"))
    assert not Attempt.objects.exists()


def test_the_link_and_a_card_cannot_both_pay(client, outside, debt):
    client.post(link(debt, "pay"))
    attempt = Attempt.objects.get()
    assert run(DAY) == {}
    outside.give_card(attempt.acquirer_id)
    payments.refresh_payment(payment_id=attempt.payment_id, at=moment(DAY))
    assert debits(outside, debt) == 1 and state(debt) == "paid"


def test_after_a_closed_card_a_stranger_pays_and_the_programme_goes_on(client, outside, anna, policy_id):
    enrol(outside, anna, policy_id, CLOSED_LATER)
    charge_id = visit(policy_id)
    for day in (DAY, DAY + timedelta(days=14)):
        run(day)
    assert state(charge_id) == "overdue" and queries.enrolment(policy_id).state == "suspended"
    assert debits(outside, charge_id) == 0
    with clock.moved_to(moment(DAY + timedelta(days=14))):
        assert "Оплачено" in text(pay_on_the_banks_page(client, outside, charge_id))
    assert queries.enrolment(policy_id).state == "active"
    assert debits(outside, charge_id) == 1
    client.force_login(anna)
    shown = text(client.get(reverse("charges:charge", args=[charge_id])))
    for told in ("карта закрыта или заблокирована банком", "оплата просрочена", "Оплачено на странице банка"):
        assert told in shown, told
