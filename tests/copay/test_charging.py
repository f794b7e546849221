"""From a visit's share to money, against the real sandbox."""

import os
import subprocess
import sys
import threading
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, connections

from doctorlike.copay import commands, queries
from doctorlike.copay.errors import ChargeInFlightError, NothingToPayError
from doctorlike.copay.models import Charge
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.payments import commands as payments
from doctorlike.payments import queries as paid
from doctorlike.payments.models import Attempt
from tests.copay.stage import (
    BACK,
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
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 15)


@pytest.fixture
def anna(db):
    return annas_account()


@pytest.fixture
def enrolled(outside, anna):
    policy_id = annas_policy()
    enrol(outside, anna, policy_id)
    return policy_id


def test_the_client_is_told_and_the_charge_day_follows_from_that(outside, enrolled):
    charge_id = visit(enrolled, told_on=None)
    assert state(charge_id) == "announced"
    told = Message.objects.filter(topic="charge", subject_id=str(charge_id))
    assert {message.channel for message in told} == {"email", "sms"}
    assert run(date(2027, 1, 1)) == {}
    commands.note_told(charge_id=charge_id, at=moment(date(2026, 4, 14)))
    commands.note_told(charge_id=charge_id, at=moment(date(2026, 4, 20)))
    charge = queries.charge(charge_id)
    assert (charge.state, charge.charge_on) == ("scheduled", date(2026, 4, 17))


def test_a_message_taken_over_by_a_provider_is_the_telling(outside, enrolled):
    charge_id = visit(enrolled, told_on=None)
    run_jobs()
    assert queries.charge(charge_id).told_at is not None


def test_the_same_visit_of_the_same_register_is_one_charge_and_zero_is_none(outside, enrolled):
    encounter, batch = new_id(), new_id()

    def announce(amount, batch_id=batch):
        return commands.announce_charge(
            policy_id=enrolled,
            encounter_id=encounter,
            batch_id=batch_id,
            visit_on=date(2026, 3, 15),
            amount=Money.of(amount),
            by=BY,
            at=moment(date(2026, 3, 16)),
        )

    assert announce("0.00") is None
    assert announce("300.00") == announce("300.00")
    assert announce("20.00", new_id()) != announce("300.00")
    assert len(queries.charges_for_encounters([encounter])[encounter]) == 2


def test_on_its_day_and_not_before_the_share_is_debited_once(outside, enrolled):
    charge_id = visit(enrolled)
    assert run(DAY - timedelta(days=1)) == {}
    assert run(DAY) == {"paid": 1}
    assert run(DAY) == {}
    assert debits(outside, charge_id) == 1
    charge = queries.charge(charge_id)
    assert charge.receipt_number
    assert [line.text for line in charge.history] == [
        "Посчитали вашу долю: 1\u00a0400,00\u00a0₽",
        "Вы увидели сумму и день списания в кабинете",
        "Отправили списание с карты Visa ·· 4242",
        "Деньги списаны",
    ]


def test_a_soft_decline_climbs_the_ladder_and_ends_overdue_and_suspended(outside, anna):
    policy_id = annas_policy()
    enrol(outside, anna, policy_id, FIVE_TIMES_REFUSED)
    charge_id = visit(policy_id)
    tried = []
    for ahead in range(20):
        if run(DAY + timedelta(days=ahead)):
            tried.append(ahead)
    assert tried == [0, 1, 3, 7, 14]
    assert state(charge_id) == "overdue"
    assert queries.enrolment(policy_id).state == "suspended"
    assert queries.enrolment(policy_id).in_debt
    assert debits(outside, charge_id) == 0


def test_paying_by_hand_ends_the_suspension(outside, anna):
    policy_id = annas_policy()
    enrol(outside, anna, policy_id, FIVE_TIMES_REFUSED)
    charge_id = visit(policy_id)
    for ahead in (0, 1, 3, 7, 14):
        run(DAY + timedelta(days=ahead))
    opened = commands.pay_charge(charge_id=charge_id, return_url=BACK, on=DAY, by=BY, at=moment(date(2026, 5, 2)))
    again = commands.pay_charge(charge_id=charge_id, return_url=BACK, on=DAY, by=BY, at=moment(date(2026, 5, 2)))
    assert opened == again
    outside.give_card(paid.payment(opened.payment_id).acquirer_id)
    payments.refresh_payment(payment_id=opened.payment_id, at=moment(date(2026, 5, 2)))
    assert state(charge_id) == "paid"
    assert queries.enrolment(policy_id).state == "active"
    with pytest.raises(NothingToPayError):
        commands.pay_charge(charge_id=charge_id, return_url=BACK, on=DAY, by=BY, at=moment(date(2026, 5, 3)))


def test_a_page_left_unpaid_puts_the_charge_back_where_it_was(outside, enrolled):
    charge_id = visit(enrolled)
    opened = commands.pay_charge(charge_id=charge_id, return_url=BACK, on=DAY, by=BY, at=moment(DAY))
    assert run(DAY) == {}
    outside.web.post("/control/clock", json={"advance_seconds": 3700})
    payments.refresh_payment(payment_id=opened.payment_id, at=moment(DAY))
    assert state(charge_id) == "scheduled"
    assert run(DAY) == {"paid": 1}
    assert debits(outside, charge_id) == 1


def test_a_hard_decline_asks_for_another_card_and_does_not_try_this_one_again(outside, anna):
    policy_id = annas_policy()
    enrol(outside, anna, policy_id, "4111110000000062")
    charge_id = visit(policy_id)
    assert run(DAY) == {"awaiting_card": 1}
    assert run(DAY + timedelta(days=1)) == {"awaiting_card": 1}
    assert len(outside.web.get("/control/register.json").json()["payments"]) == 1
    assert Message.objects.filter(topic="charge_news", channel="sms").count() == 1
    enrol(outside, anna, policy_id, on=DAY + timedelta(days=2))
    assert run(DAY + timedelta(days=2)) == {"paid": 1}
    assert debits(outside, charge_id) == 1


def test_a_new_card_is_tried_at_once_and_starts_the_ladder_anew(outside, anna):
    policy_id = annas_policy()
    enrol(outside, anna, policy_id, FIVE_TIMES_REFUSED)
    charge_id = visit(policy_id)
    run(DAY)
    enrol(outside, anna, policy_id, "2204000000000208", on=DAY + timedelta(days=5))
    assert run(DAY + timedelta(days=5)) == {"retrying": 1}
    assert queries.charge(charge_id).next_try_on == DAY + timedelta(days=6)


def test_unbinding_while_due_leaves_the_debt_payable_and_touches_no_card(outside, enrolled):
    charge_id = visit(enrolled)
    payments.unbind_card(card_id=queries.enrolment(enrolled).card.id, by=BY, at=moment(DAY))
    assert run(DAY) == {"awaiting_card": 1}
    assert outside.web.get("/control/register.json").json()["payments"] == []
    for ahead in (1, 3, 7):
        assert run(DAY + timedelta(days=ahead)) == {"awaiting_card": 1}
    assert run(DAY + timedelta(days=14)) == {"overdue": 1}
    assert queries.charge(charge_id).payable


def test_no_answer_is_no_decline_and_the_money_is_found(outside, enrolled):
    charge_id = visit(enrolled)
    outside.fault("timeout_after", "recurring")
    assert run(DAY) == {"charging": 1}
    assert run(DAY + timedelta(days=30)) == {}
    with pytest.raises(ChargeInFlightError):
        commands.pay_charge(charge_id=charge_id, return_url=BACK, on=DAY, by=BY, at=moment(DAY))
    payments.refresh_payment(payment_id=Attempt.objects.get().payment_id, at=moment(DAY))
    assert state(charge_id) == "paid"
    assert debits(outside, charge_id) == 1


def test_a_card_bound_while_a_try_is_unknown_waits_for_its_fate(outside, enrolled, anna):
    charge_id = visit(enrolled)
    outside.fault("late_settlement", "recurring", ms=60_000)
    outside.fault("decline_soft", "recurring")
    assert run(DAY) == {"charging": 1}
    enrol(outside, anna, enrolled, "2200000000000004", on=DAY)
    assert run(DAY) == {}
    outside.web.post("/control/clock", json={"advance_seconds": 120})
    payments.refresh_payment(payment_id=Attempt.objects.get().payment_id, at=moment(DAY))
    assert run(DAY) == {"paid": 1}
    assert debits(outside, charge_id) == 1


@pytest.mark.django_db(transaction=True)
def test_many_sweeps_at_once_debit_each_charge_once(outside, enrolled):
    charge_ids = [visit(enrolled, amount=f"{100 + number}.00") for number in range(8)]
    ready = threading.Barrier(4)
    broken = []

    def sweep():
        try:
            ready.wait()
            run(DAY)
        except Exception as error:  # told by the test's own thread
            broken.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert [debits(outside, charge_id) for charge_id in charge_ids] == [1] * 8
    assert set(Charge.objects.values_list("state", flat=True)) == {"paid"}


@pytest.mark.django_db(transaction=True)
def test_two_console_commands_at_once_debit_each_charge_once(outside, enrolled, settings):
    charge_ids = [visit(enrolled, amount=f"{100 + number}.00") for number in range(4)]
    database = connection.settings_dict
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}"
        f":{database['PORT']}/{database['NAME']}",
        "ACQUIRER_URL": settings.ACQUIRER_URL,
        "DEMO": "0",
        "SITE": "console",
    }
    command = [sys.executable, "manage.py", "run_charges", "--on", DAY.isoformat()]
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [one.communicate(timeout=120) for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    assert [debits(outside, charge_id) for charge_id in charge_ids] == [1] * 4


def test_the_console_says_what_became_of_each(outside, enrolled):
    visit(enrolled)
    out = StringIO()
    call_command("run_charges", "--on", DAY.isoformat(), "--at-once", "1", stdout=out)
    assert out.getvalue().splitlines() == ["2026-04-15: due 1", "  paid: 1"]


def test_reading_charges_does_not_grow_with_their_number(outside, enrolled, django_assert_max_num_queries):
    for number in range(5):
        visit(enrolled, amount=f"{100 + number}.00")
    run(DAY)
    with django_assert_max_num_queries(6):
        assert len(queries.charges_of([enrolled])) == 5
