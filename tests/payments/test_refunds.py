"""Refunds against the real sandbox: two people, never above what was paid, never twice, each with its receipt."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doctorlike.accounts.models import User
from doctorlike.audit import queries as trail
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.payments import commands, queries
from doctorlike.payments.errors import AlreadyDecidedError, MoreThanPaidError, NotRefundableError, SamePersonError
from doctorlike.payments.models import LedgerEntry, Payment, Refund
from doctorlike.payments.rules import News, RefundReason, RefundState, refund_after
from tests.jobs import run_jobs
from tests.payments.told import AT, bound_card, charge, listening, order

pytestmark = pytest.mark.django_db
ERROR = RefundReason.CHARGED_IN_ERROR


@pytest.fixture(autouse=True)
def news() -> Iterator[list[object]]:
    with listening() as heard:
        yield heard


@pytest.fixture
def olga(db: None) -> Actor:
    """Asks."""
    return Actor.staff(User.objects.create_user(email="olga@example.org", roles=["operator"]).pk)


@pytest.fixture
def fyodor(db: None) -> Actor:
    """Decides."""
    return Actor.staff(User.objects.create_user(email="fyodor@example.org", roles=["finance"]).pk)


@pytest.fixture
def paid(outside: Any, anna: User) -> Any:
    """Anna's share, 1 400.00, paid by card."""
    return charge(bound_card(outside, anna), new_id())


def ask(payment_id: Any, amount: str, by: Actor) -> Any:
    return commands.request_refund(payment_id=payment_id, amount=Money.of(amount), why=ERROR, by=by, at=AT)


def given_back(outside: Any) -> list[tuple[str, str]]:
    told = outside.shop.get("/refunds").json()["items"]
    return [(one["status"], one["amount"]["value"]) for one in told]


def state(refund_id: Any) -> str:
    return Refund.objects.get(pk=refund_id).state


def test_money_goes_back_when_a_second_person_agrees(outside: Any, paid: Any, olga: Actor, fyodor: Actor) -> None:
    refund = ask(paid, "400.01", olga)
    run_jobs()
    assert given_back(outside) == []
    commands.approve_refund(refund_id=refund, by=fyodor, at=AT)
    run_jobs()
    assert given_back(outside) == [("succeeded", "400.01")]
    assert state(refund) == "succeeded"
    entry = LedgerEntry.objects.get(event="refund")
    assert (entry.debit, entry.credit, entry.amount) == ("refunds", "acquirer", Money.of("400.01"))
    deeds = [deed.action for deed in trail.history(subject_type="payment", subject_id=paid)]
    assert {"refund.asked", "refund.approved", "refund.succeeded"} <= set(deeds)


def test_the_client_is_told_and_gets_a_receipt_of_its_own(outside: Any, paid: Any, olga: Actor, fyodor: Actor) -> None:
    refund = ask(paid, "400.01", olga)
    commands.approve_refund(refund_id=refund, by=fyodor, at=AT)
    run_jobs()
    message = Message.objects.get(topic="refund")
    assert message.subject_id == str(refund)
    assert "400,01" in message.text.replace("\u00a0", " ")
    body = Refund.objects.get().body
    assert body["receipt"]["customer"] == {"email": "anna@example.org"}
    assert body["receipt"]["items"][0]["amount"]["value"] == "400.01"
    outside.web.post("/control/clock", json={"advance_seconds": 60})
    commands.refresh_refund(refund_id=refund, at=AT)
    assert Refund.objects.get().receipt_registration == "succeeded"
    assert Message.objects.filter(topic="refund").count() == 1


def test_nobody_decides_on_an_own_request(paid: Any, olga: Actor) -> None:
    refund = ask(paid, "1.00", olga)
    with pytest.raises(SamePersonError):
        commands.approve_refund(refund_id=refund, by=olga, at=AT)
    with pytest.raises(SamePersonError):
        commands.refuse_refund(refund_id=refund, by=olga, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.update(state="new", decided_by=olga.ref)


def test_it_is_decided_once(paid: Any, olga: Actor, fyodor: Actor) -> None:
    refund = ask(paid, "1.00", olga)
    commands.refuse_refund(refund_id=refund, by=fyodor, at=AT)
    with pytest.raises(AlreadyDecidedError):
        commands.approve_refund(refund_id=refund, by=fyodor, at=AT)
    with pytest.raises(NotFoundError):
        commands.approve_refund(refund_id=new_id(), by=fyodor, at=AT)


def test_never_more_than_was_paid(paid: Any, olga: Actor, fyodor: Actor) -> None:
    first = ask(paid, "1000.00", olga)
    with pytest.raises(MoreThanPaidError):
        ask(paid, "400.01", olga)
    commands.refuse_refund(refund_id=first, by=fyodor, at=AT)
    ask(paid, "1400.00", olga)
    row = Refund.objects.get(state="asked")
    row.pk = new_id()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_what_was_not_paid_is_not_given_back(outside: Any, anna: User, olga: Actor) -> None:
    opened = order(new_id())
    with pytest.raises(NotRefundableError):
        ask(opened.payment_id, "1.00", olga)
    declined = charge(bound_card(outside, anna, "4111110000000054"), new_id())
    with pytest.raises(NotRefundableError):
        ask(declined, "1.00", olga)


def test_another_amount_than_asked_is_given_back_whole(outside: Any, olga: Actor, fyodor: Actor) -> None:
    opened = order(new_id(), "12000.00")
    outside.give_card(queries.payment(opened.payment_id).acquirer_id)
    Payment.objects.update(amount="11999.99")
    commands.refresh_payment(payment_id=opened.payment_id, at=AT)
    refund = ask(opened.payment_id, "12000.00", olga)
    commands.approve_refund(refund_id=refund, by=fyodor, at=AT)
    run_jobs()
    entry = LedgerEntry.objects.get(event="refund")
    assert (entry.debit, entry.credit, entry.amount) == ("suspense", "acquirer", Money.of("12000.00"))


@pytest.mark.parametrize("fault", ["timeout_after", "lost_reply", "error_after"])
def test_a_refund_whose_answer_was_lost_is_found_and_never_repeated(
    outside: Any, paid: Any, olga: Actor, fyodor: Actor, fault: str
) -> None:
    refund = ask(paid, "400.00", olga)
    commands.approve_refund(refund_id=refund, by=fyodor, at=AT)
    outside.fault(fault, "refund")
    run_jobs()
    assert state(refund) == "unknown"
    for _again in range(2):
        commands.refresh_refund(refund_id=refund, at=AT)
    assert state(refund) == "succeeded"
    assert given_back(outside) == [("succeeded", "400.00")]
    assert LedgerEntry.objects.filter(event="refund").count() == 1


@pytest.mark.parametrize("fault", ["timeout_before", "lost_before", "error_before", "throttle"])
def test_a_refund_that_never_arrived_is_repeated_under_its_key(
    outside: Any, paid: Any, olga: Actor, fyodor: Actor, fault: str
) -> None:
    refund = ask(paid, "400.00", olga)
    commands.approve_refund(refund_id=refund, by=fyodor, at=AT)
    outside.fault(fault, "refund")
    run_jobs()
    assert state(refund) == "unknown"
    Refund.objects.update(looked_at=clock.real_now() - timedelta(minutes=1))
    assert commands.settle_refunds(at=AT) == 1
    assert state(refund) == "succeeded"
    assert given_back(outside) == [("succeeded", "400.00")]


def test_a_refund_is_given_up_once_its_key_is_forgotten(outside: Any, paid: Any, olga: Actor, fyodor: Actor) -> None:
    refund = ask(paid, "400.00", olga)
    commands.approve_refund(refund_id=refund, by=fyodor, at=AT)
    outside.fault("lost_before", "refund")
    run_jobs()
    a_day_ago = clock.real_now() - timedelta(hours=24)
    Refund.objects.update(first_sent_at=a_day_ago, sent_at=a_day_ago)
    commands.refresh_refund(refund_id=refund, at=AT)
    assert state(refund) == "declined"
    assert given_back(outside) == []
    ask(paid, "1400.00", olga)


def test_a_refund_the_bank_refuses_posts_nothing(outside: Any, paid: Any, olga: Actor, fyodor: Actor) -> None:
    refund = ask(paid, "400.00", olga)
    commands.approve_refund(refund_id=refund, by=fyodor, at=AT)
    outside.fault("decline_soft", "refund", reason="insufficient_funds")
    run_jobs()
    assert (state(refund), Refund.objects.get().reason) == ("declined", "insufficient_funds")
    assert not LedgerEntry.objects.filter(event="refund").exists()
    assert not Message.objects.filter(topic="refund").exists()


def test_a_process_killed_before_the_sending_leaves_it_to_the_sweep(
    outside: Any, paid: Any, olga: Actor, fyodor: Actor
) -> None:
    refund = ask(paid, "400.00", olga)
    commands.approve_refund(refund_id=refund, by=fyodor, at=AT)
    assert commands.settle_refunds(at=AT) == 0
    assert commands.settle_refunds(at=AT + timedelta(minutes=1)) == 1
    run_jobs()
    assert given_back(outside) == [("succeeded", "400.00")]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_decides(outside: Any, paid: Any, olga: Actor, fyodor: Actor) -> None:
    vera = Actor.staff(User.objects.create_user(email="vera@example.org", roles=["finance"]).pk)
    refund = ask(paid, "400.00", olga)
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def approve(by: Actor) -> None:
        together.wait()
        try:
            commands.approve_refund(refund_id=refund, by=by, at=AT)
            outcomes.append("approved")
        except AlreadyDecidedError:
            outcomes.append("decided")
        finally:
            connection.close()

    people = [threading.Thread(target=approve, args=(one,)) for one in (fyodor, vera)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(outcomes) == ["approved", "decided"]
    run_jobs()
    assert given_back(outside) == [("succeeded", "400.00")]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_for_all_at_once_one_gets_it(paid: Any, olga: Actor, fyodor: Actor) -> None:
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def want(by: Actor) -> None:
        together.wait()
        try:
            ask(paid, "1400.00", by)
            outcomes.append("asked")
        except MoreThanPaidError:
            outcomes.append("refused")
        finally:
            connection.close()

    people = [threading.Thread(target=want, args=(one,)) for one in (olga, fyodor)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(outcomes) == ["asked", "refused"]


STATES = [state for state in RefundState if state not in (RefundState.ASKED, RefundState.REFUSED)]
NEWS = [news for news in News if news != News.DIFFERS]


@pytest.mark.parametrize("before", STATES)
@pytest.mark.parametrize("told", NEWS)
def test_news_of_a_refund_come_in_any_order(before: RefundState, told: News) -> None:
    after = refund_after(before, told)
    if before == RefundState.SUCCEEDED or told == News.SUCCEEDED:
        assert after == RefundState.SUCCEEDED
    assert refund_after(after, told) == after


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=st.lists(st.integers(1, 90_000), min_size=1, max_size=6), agreed=st.lists(st.booleans(), min_size=6))
def test_whatever_is_asked_and_decided_the_acquirer_holds_what_the_ledger_says(
    outside: Any, anna: User, olga: Actor, fyodor: Actor, amounts: list[int], agreed: list[bool]
) -> None:
    """Kopecks asked for in any amounts, approved or refused in any order: money never goes back above what was paid."""
    outside.web.post("/control/reset", json={"what": ["acquirer"]})
    visit = new_id()
    paid = charge(bound_card(outside, anna), visit)
    left = queries.payment(paid).amount
    for kopecks, yes in zip(amounts, agreed, strict=False):
        amount = Money.of_kopecks(kopecks)
        if amount > left:
            with pytest.raises(MoreThanPaidError):
                ask(paid, str(amount), olga)
            continue
        refund = ask(paid, str(amount), olga)
        decide = commands.approve_refund if yes else commands.refuse_refund
        decide(refund_id=refund, by=fyodor, at=AT)
        run_jobs()
        left = left - amount if yes else left
    entries = LedgerEntry.objects.filter(payment_id=paid)
    held = Money.zero()
    for entry in entries:
        held = held + entry.amount if entry.debit == "acquirer" else held - entry.amount
    told = outside.payment(queries.payment(paid).acquirer_id)
    assert held == left == Money.of(told["amount"]["value"]) - Money.of(told["refunded_amount"]["value"])
    commands.unbind_card(card_id=queries.payment(paid).card.id, by=olga, at=AT)
