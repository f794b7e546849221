"""The client's pages: joining the programme, a charge, cards, and the acquirer's door."""

import json
from datetime import date

import pytest
from django.urls import reverse

from doctorlike.copay import queries
from doctorlike.kit import clock
from doctorlike.payments import queries as paid
from doctorlike.payments.models import CardBinding
from tests.copay.stage import annas_account, annas_policy, enrol, moment, run, state, visit
from tests.jobs import run_jobs
from tests.policies.builders import BORIS, account

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 15)


@pytest.fixture(autouse=True)
def in_march():
    """The business stands in the policy's first month."""
    with clock.moved_to(moment(date(2026, 3, 25))):
        yield


@pytest.fixture
def anna(db):
    return annas_account()


@pytest.fixture
def policy_id(anna):
    return annas_policy()


@pytest.fixture
def page(client, anna):
    client.force_login(anna)
    return client


def activation(policy_id, step="index"):
    return reverse(f"activation:{step}", args=[policy_id])


AGREED = {"payment_system": "world", "consent": "on"}


def text(response):
    return response.content.decode().replace("\xa0", " ")


def test_the_terms_are_shown_with_an_example_in_roubles(page, policy_id):
    shown = text(page.get(activation(policy_id)))
    assert "1 000,00 ₽" in shown and "300,00 ₽" in shown and "700,00 ₽" in shown
    assert "Visa, Mastercard или др." in shown and "МИР" in shown and "Продолжить" in shown


@pytest.mark.parametrize("left_out", ["payment_system", "consent"])
def test_nothing_happens_without_consent_and_choice(page, policy_id, left_out):
    response = page.post(activation(policy_id), {name: told for name, told in AGREED.items() if name != left_out})
    assert response.status_code == 422
    assert f'href="#id_{left_out}' in text(response)
    assert queries.enrolment(policy_id).state == "none"


def test_a_card_is_bound_and_the_programme_is_active(page, outside, policy_id):
    sent = page.post(activation(policy_id), AGREED)
    assert sent.status_code == 303
    assert sent["Location"].startswith(f"{outside.url}/checkout/")
    outside.give_card(CardBinding.objects.get().method_id)
    assert "Программа подключена" in text(page.get(activation(policy_id, "result")))
    assert "Программа подключена" in text(page.get(activation(policy_id)))


def test_a_refused_card_is_told_in_plain_words_with_a_way_on(page, outside, policy_id):
    page.post(activation(policy_id), AGREED)
    outside.give_card(CardBinding.objects.get().method_id, "4111110000000021")
    shown = text(page.get(activation(policy_id, "result")))
    assert "Карта не привязана" in shown and "Попробовать ещё раз" in shown
    assert page.post(activation(policy_id), AGREED).status_code == 303


def test_a_closed_page_is_shown_as_waiting_with_the_way_back_to_the_bank(page, outside, policy_id):
    sent = page.post(activation(policy_id), AGREED)
    shown = text(page.get(activation(policy_id, "result")))
    assert "Ждём ответа банка" in shown and sent["Location"] in shown


def test_a_silent_bank_is_shown_as_waiting_and_looked_at_again(page, outside, policy_id):
    outside.fault("timeout_after", "method")
    sent = page.post(activation(policy_id), AGREED)
    assert sent["Location"] == activation(policy_id, "result")
    outside.fault("error_before", "method")
    assert "Банк пока не ответил" in text(page.get(activation(policy_id, "result")))
    assert "На страницу банка" in text(page.get(activation(policy_id, "result")))


def test_at_zero_percent_no_card_is_asked(page, anna):
    policy_id = annas_policy(percent=0)
    assert "payment_system" not in text(page.get(activation(policy_id)))
    page.post(activation(policy_id), {"consent": "on"})
    assert queries.enrolment(policy_id).state == "active"


def test_a_made_up_result_says_nothing_that_is_not_true(page, policy_id):
    assert page.get(activation(policy_id, "result") + "?status=succeeded").status_code == 302
    assert queries.enrolment(policy_id).state == "none"


def test_strangers_find_nothing(client, outside, anna, policy_id):
    enrol(outside, anna, policy_id)
    charge_id = visit(policy_id)
    card = queries.enrolment(policy_id).card
    addresses = [
        activation(policy_id),
        activation(policy_id, "result"),
        reverse("charges:charge", args=[charge_id]),
        reverse("cards:unbind", args=[card.id]),
    ]
    assert {client.get(address).status_code for address in addresses} == {302}
    client.force_login(account(BORIS))
    assert {client.get(address).status_code for address in addresses} == {404}
    posts = [activation(policy_id), reverse("charges:pay", args=[charge_id]), reverse("cards:unbind", args=[card.id])]
    assert {client.post(address, AGREED).status_code for address in posts} == {404}
    assert queries.enrolment(policy_id).card == card


def test_seeing_a_charge_is_being_told_of_it(page, outside, anna, policy_id):
    enrol(outside, anna, policy_id)
    charge_id = visit(policy_id, told_on=None)
    shown = text(page.get(reverse("charges:charge", args=[charge_id])))
    assert "1 400,00 ₽" in shown and "15 марта 2026" in shown and "Visa ·· 4242" in shown
    assert state(charge_id) == "scheduled"


def test_a_paid_charge_shows_its_receipt(page, outside, anna, policy_id):
    enrol(outside, anna, policy_id)
    charge_id = visit(policy_id)
    run(DAY)
    shown = text(page.get(reverse("charges:charge", args=[charge_id])))
    assert "Кассовый чек" in shown and queries.charge(charge_id).receipt_number in shown
    assert "anna@mail.example" in shown


def test_a_charge_without_a_card_is_paid_by_hand(page, outside, anna, policy_id):
    charge_id = visit(policy_id)
    address = reverse("charges:charge", args=[charge_id])
    assert "привяжите" in text(page.get(address))
    sent = page.post(reverse("charges:pay", args=[charge_id]))
    assert sent.status_code == 303
    assert "Ждём ответа банка" in text(page.get(address))
    outside.give_card(paid.payment_for("charge", charge_id).acquirer_id)
    assert "Оплачено" in text(page.get(address))
    assert page.post(reverse("charges:pay", args=[charge_id])).status_code == 409


def test_a_card_is_unbound_after_being_told_what_follows(page, outside, anna, policy_id):
    enrol(outside, anna, policy_id)
    card = queries.enrolment(policy_id).card
    assert card.title in text(page.get(reverse("cards:index")))
    address = reverse("cards:unbind", args=[card.id])
    assert "приостановится" in text(page.get(address))
    assert paid.card(card.id).usable
    page.post(address)
    assert not paid.card(card.id).usable
    assert "Карт пока нет" in text(page.get(reverse("cards:index")))


def test_the_acquirers_door_takes_hints_from_anybody_and_believes_none(client, page, outside, policy_id):
    page.post(activation(policy_id), AGREED)
    method_id = CardBinding.objects.get().method_id
    body = json.dumps({"type": "notification", "event": "payment_method.active", "object": {"id": method_id}})

    def knock(told):
        return client.post(reverse("hooks:yookassa"), told, content_type="application/json").status_code

    assert knock(body) == 200
    run_jobs()
    assert queries.enrolment(policy_id).state == "pending"
    outside.give_card(method_id)
    assert {knock(body), knock(body), knock("{"), knock("[]")} == {200}
    run_jobs()
    assert queries.enrolment(policy_id).state == "active"
    assert client.get(reverse("hooks:yookassa")).status_code == 405


def test_no_page_holds_inline_code(page, outside, anna, policy_id):
    enrol(outside, anna, policy_id)
    charge_id = visit(policy_id)
    for address in (
        activation(policy_id) + "?card=new",
        reverse("charges:charge", args=[charge_id]),
        reverse("cards:index"),
    ):
        shown = text(page.get(address))
        assert "style=" not in shown and "onclick" not in shown and "<h1" in shown
        assert shown.count("<h1") == 1
