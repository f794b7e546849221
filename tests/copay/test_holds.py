"""Disputed lines leave a charge, come back as one of their own, or are borne by the insurer; the ledger agrees with
every step. Figures: docs/rules/disputes.md."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connections

from doctorlike.accounts.models import User
from doctorlike.copay import commands, queries
from doctorlike.copay.errors import HoldDecidedError, NothingToPayError
from doctorlike.copay.models import Charge, ChargeHold
from doctorlike.copay.rules import HoldState
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.notifications.models import Message
from doctorlike.payments import commands as payments
from doctorlike.payments import queries as paid
from doctorlike.payments.models import Attempt, Refund
from doctorlike.payments.rules import RefundReason
from tests.copay import stage
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 15)
AT = stage.moment(DAY)
WHY = RefundReason.SERVICE_NOT_GIVEN


@pytest.fixture
def anna(db: None) -> User:
    return stage.annas_account()


@pytest.fixture
def policy_id(outside: Any, anna: User) -> UUID:
    policy = stage.annas_policy()
    stage.enrol(outside, anna, policy)
    return policy


@pytest.fixture
def olga(db: None) -> Actor:
    return Actor.staff(User.objects.create_user(email="olga@example.org", roles=["operator"]).pk)


@pytest.fixture
def ledger_agrees(outside: Any) -> Any:
    """After the test, the ledger is what rows and the acquirer say."""
    yield
    out = StringIO()
    call_command("check_ledger", stdout=out)
    assert "differ: 0" in out.getvalue()


def hold(charge_id: UUID, line_id: UUID, amount: str, on: date = DAY) -> HoldState:
    return commands.hold_line(
        charge_id=charge_id, line_id=line_id, amount=Money.of(amount), by=stage.BY, at=stage.moment(on)
    )


def waive(charge_id: UUID, line_id: UUID, by: Actor) -> UUID | None:
    return commands.waive_line(charge_id=charge_id, line_id=line_id, why=WHY, by=by, at=AT)


def release(charge_id: UUID, line_id: UUID, batch_id: UUID | None = None, on: date = DAY) -> UUID | None:
    return commands.release_line(
        charge_id=charge_id, line_id=line_id, batch_id=batch_id or new_id(), by=stage.BY, at=stage.moment(on)
    )


def to_pay(charge_id: UUID) -> str:
    return str(queries.charge(charge_id).to_pay)


def debited(outside: Any, charge_id: UUID) -> list[str]:
    """What the acquirer took for a charge, as its own register says."""
    made = Attempt.objects.filter(payment__subject_id=charge_id)
    ours = set(made.values_list("acquirer_id", flat=True))
    rows = outside.web.get("/control/register.json").json()["payments"]
    return [row["amount"]["value"] for row in rows if row["id"] in ours and row["status"] == "succeeded"]


@pytest.mark.usefixtures("ledger_agrees")
class TestBeforeTheCard:
    def test_a_held_line_is_not_debited_and_the_client_is_told_the_less(self, outside: Any, policy_id: UUID) -> None:
        charge_id, line = stage.visit(policy_id), new_id()
        assert hold(charge_id, line, "600.00") is HoldState.HELD
        assert hold(charge_id, line, "600.00") is HoldState.HELD
        assert to_pay(charge_id) == "800.00"
        told = Message.objects.filter(topic="charge_news", subject_id=str(charge_id), channel="sms")
        assert ["800,00" in message.text for message in told] == [True]
        assert stage.run(DAY) == {"paid": 1}
        assert debited(outside, charge_id) == ["800.00"]
        assert "Сумма уменьшилась на 600,00" in " ".join(
            line.text.replace("\u00a0", " ") for line in queries.charge(charge_id).history
        )

    def test_two_lines_of_one_charge_go_their_own_ways(self, outside: Any, policy_id: UUID, olga: Actor) -> None:
        charge_id, upheld, rejected = stage.visit(policy_id), new_id(), new_id()
        hold(charge_id, upheld, "300.02")
        hold(charge_id, rejected, "99.98")
        assert to_pay(charge_id) == "1000.00"
        assert waive(charge_id, upheld, olga) is None
        batch = new_id()
        supplement = release(charge_id, rejected, batch)
        assert supplement == release(charge_id, rejected, batch)
        came = queries.charge(supplement)
        assert (str(came.to_pay), came.state, came.encounter_id) == (
            "99.98",
            "announced",
            queries.charge(charge_id).encounter_id,
        )
        assert Message.objects.filter(topic="charge", subject_id=str(supplement)).exists()
        commands.note_told(charge_id=supplement, at=AT)
        assert queries.charge(supplement).charge_on == DAY + timedelta(days=3)
        assert stage.run(DAY) == {"paid": 1}
        assert stage.run(DAY + timedelta(days=3)) == {"paid": 1}
        assert debited(outside, charge_id) == ["1000.00"]
        assert debited(outside, supplement) == ["99.98"]

    def test_a_charge_held_whole_is_withdrawn_for_good(self, outside: Any, policy_id: UUID) -> None:
        charge_id, line = stage.visit(policy_id), new_id()
        hold(charge_id, line, "1400.00")
        assert stage.state(charge_id) == "withdrawn"
        assert queries.unpaid_charges_of([policy_id]) == []
        assert stage.run(date(2027, 1, 1)) == {}
        with pytest.raises(NothingToPayError):
            commands.pay_charge(charge_id=charge_id, return_url=stage.BACK, on=DAY, by=stage.BY, at=AT)
        supplement = release(charge_id, line)
        commands.note_told(charge_id=supplement, at=AT)
        assert stage.state(charge_id) == "withdrawn"
        assert stage.run(DAY + timedelta(days=3)) == {"paid": 1}

    def test_a_charge_withdrawn_untold_is_not_told_any_more(self, policy_id: UUID) -> None:
        charge_id = stage.visit(policy_id, told_on=None)
        hold(charge_id, new_id(), "1400.00")
        commands.note_told(charge_id=charge_id, at=AT)
        assert (stage.state(charge_id), queries.charge(charge_id).told_at) == ("withdrawn", None)

    def test_an_overdue_charge_held_whole_ends_the_suspension(self, outside: Any, anna: User) -> None:
        policy_id = stage.annas_policy()
        stage.enrol(outside, anna, policy_id, stage.FIVE_TIMES_REFUSED)
        charge_id, one, other = stage.visit(policy_id), new_id(), new_id()
        for ahead in (0, 1, 3, 7, 14):
            stage.run(DAY + timedelta(days=ahead))
        hold(charge_id, one, "1000.00")
        assert (stage.state(charge_id), to_pay(charge_id)) == ("overdue", "400.00")
        assert queries.enrolment(policy_id).state == "suspended"
        hold(charge_id, other, "400.00")
        assert stage.state(charge_id) == "withdrawn"
        enrolment = queries.enrolment(policy_id)
        assert (enrolment.state, enrolment.in_debt) == ("active", False)

    def test_a_page_opened_after_a_hold_asks_for_the_less(self, policy_id: UUID) -> None:
        charge_id = stage.visit(policy_id)
        hold(charge_id, new_id(), "600.00")
        opened = commands.pay_charge(charge_id=charge_id, return_url=stage.BACK, on=DAY, by=stage.BY, at=AT)
        assert str(paid.payment(opened.payment_id).amount) == "800.00"

    def test_nothing_beyond_the_charge_is_held(self, policy_id: UUID) -> None:
        charge_id, line = stage.visit(policy_id), new_id()
        hold(charge_id, line, "1000.00")
        for amount in ("400.01", "0.00"):
            with pytest.raises(ValueError, match="within its charge"):
                hold(charge_id, new_id(), amount)
        release(charge_id, line)
        with pytest.raises(ValueError, match="within its charge"):
            hold(charge_id, new_id(), "400.01")

    def test_a_decision_is_one(self, policy_id: UUID, olga: Actor) -> None:
        charge_id, waived, released = stage.visit(policy_id), new_id(), new_id()
        hold(charge_id, waived, "100.00")
        hold(charge_id, released, "200.00")
        assert waive(charge_id, waived, olga) == waive(charge_id, waived, olga)
        release(charge_id, released)
        with pytest.raises(HoldDecidedError):
            release(charge_id, waived)
        with pytest.raises(HoldDecidedError):
            waive(charge_id, released, olga)
        with pytest.raises(NotFoundError):
            waive(charge_id, new_id(), olga)

    def test_a_line_that_came_back_is_held_where_it_stands_now(self, policy_id: UUID) -> None:
        charge_id, line = stage.visit(policy_id), new_id()
        charge = Charge.objects.get(pk=charge_id)
        assert queries.bearing_charge(line, charge.encounter_id, charge.batch_id) == charge_id
        hold(charge_id, line, "600.00")
        supplement = release(charge_id, line)
        assert queries.bearing_charge(line, charge.encounter_id, charge.batch_id) == supplement
        assert hold(supplement, line, "600.00") is HoldState.HELD
        assert stage.state(supplement) == "withdrawn"


@pytest.mark.usefixtures("ledger_agrees")
class TestWhileMoneyMoves:
    @pytest.fixture
    def in_flight(self, outside: Any, policy_id: UUID) -> UUID:
        """A debit that the acquirer has and did not tell the end of."""
        charge_id = stage.visit(policy_id)
        outside.fault("late_settlement", "recurring", ms=60_000)
        return charge_id

    def fate(self, outside: Any, on: date = DAY) -> None:
        outside.web.post("/control/clock", json={"advance_seconds": 120})
        payments.refresh_payment(payment_id=Attempt.objects.get().payment_id, at=stage.moment(on))

    def test_a_hold_waits_and_takes_effect_on_a_decline(self, outside: Any, in_flight: UUID, policy_id: UUID) -> None:
        outside.fault("decline_soft", "recurring")
        stage.run(DAY)
        line = new_id()
        assert hold(in_flight, line, "600.00") is HoldState.ASKED
        assert to_pay(in_flight) == "1400.00"
        self.fate(outside)
        assert (stage.state(in_flight), to_pay(in_flight)) == ("retrying", "800.00")
        assert stage.run(DAY + timedelta(days=1)) == {"paid": 1}
        assert debited(outside, in_flight) == ["800.00"]

    def test_one_that_was_paid_is_given_back_when_upheld(self, outside: Any, in_flight: UUID, olga: Actor) -> None:
        stage.run(DAY)
        line = new_id()
        hold(in_flight, line, "600.00")
        self.fate(outside)
        assert queries.line_holds([line])[line].state is HoldState.CHARGED
        assert (stage.state(in_flight), to_pay(in_flight)) == ("paid", "1400.00")
        refund = paid.refund(waive(in_flight, line, olga))
        assert (str(refund.amount), refund.state) == ("600.00", "asked")

    def test_a_whole_charge_held_in_flight_is_withdrawn_by_the_decline(
        self, outside: Any, in_flight: UUID, policy_id: UUID
    ) -> None:
        outside.fault("decline_hard", "recurring")
        stage.run(DAY)
        hold(in_flight, new_id(), "1400.00")
        self.fate(outside)
        assert stage.state(in_flight) == "withdrawn"
        assert not Message.objects.filter(subject="Нужна другая карта").exists()

    @pytest.mark.parametrize("declined", [True, False])
    def test_upheld_before_the_fate_is_known(self, outside: Any, in_flight: UUID, olga: Actor, declined: bool) -> None:
        if declined:
            outside.fault("decline_soft", "recurring")
        stage.run(DAY)
        line = new_id()
        hold(in_flight, line, "600.00")
        assert waive(in_flight, line, olga) is None
        self.fate(outside)
        assert queries.line_holds([line])[line].state is HoldState.WAIVED
        asked = [str(amount) for amount in Refund.objects.values_list("amount", flat=True)]
        assert (to_pay(in_flight), asked) == (("800.00", []) if declined else ("1400.00", ["600.00"]))

    @pytest.mark.parametrize("declined", [True, False])
    def test_rejected_before_the_fate_is_known(self, outside: Any, in_flight: UUID, declined: bool) -> None:
        if declined:
            outside.fault("decline_soft", "recurring")
        stage.run(DAY)
        line = new_id()
        hold(in_flight, line, "600.00")
        assert release(in_flight, line) is None
        self.fate(outside)
        assert to_pay(in_flight) == "1400.00"
        assert Charge.objects.count() == 1
        assert not Charge.objects.filter(holds_waiting=True).exists()

    def test_a_page_left_unpaid_lets_the_line_go(self, outside: Any, policy_id: UUID) -> None:
        charge_id = stage.visit(policy_id)
        opened = commands.pay_charge(charge_id=charge_id, return_url=stage.BACK, on=DAY, by=stage.BY, at=AT)
        assert hold(charge_id, new_id(), "600.00") is HoldState.ASKED
        outside.web.post("/control/clock", json={"advance_seconds": 3700})
        payments.refresh_payment(payment_id=opened.payment_id, at=AT)
        assert (stage.state(charge_id), to_pay(charge_id)) == ("scheduled", "800.00")
        again = commands.pay_charge(charge_id=charge_id, return_url=stage.BACK, on=DAY, by=stage.BY, at=AT)
        assert str(paid.payment(again.payment_id).amount) == "800.00"

    def test_a_paid_line_is_given_back_by_two_people_and_a_rejected_one_stays_paid(
        self, outside: Any, policy_id: UUID, olga: Actor
    ) -> None:
        charge_id, upheld, rejected = stage.visit(policy_id), new_id(), new_id()
        stage.run(DAY)
        assert hold(charge_id, upheld, "600.00") is hold(charge_id, rejected, "800.00") is HoldState.CHARGED
        assert release(charge_id, rejected) is None
        refund_id = waive(charge_id, upheld, olga)
        assert refund_id == waive(charge_id, upheld, olga)
        fyodor = Actor.staff(User.objects.create_user(email="fyodor@example.org", roles=["finance"]).pk)
        payments.approve_refund(refund_id=refund_id, by=fyodor, at=AT)
        run_jobs()
        assert paid.refund(refund_id).state == "succeeded"
        assert (stage.state(charge_id), Charge.objects.count()) == ("paid", 1)

    def test_no_more_is_given_back_than_is_left(self, policy_id: UUID, olga: Actor) -> None:
        charge_id, line = stage.visit(policy_id), new_id()
        stage.run(DAY)
        hold(charge_id, line, "600.00")
        payment_id = Charge.objects.get().payment_id
        given = {"payment_id": payment_id, "why": RefundReason.PAID_TWICE, "by": olga, "at": AT}
        payments.request_refund(amount=Money.of("1000.00"), **given)
        assert str(paid.refund(waive(charge_id, line, olga)).amount) == "400.00"


@pytest.mark.django_db(transaction=True)
def test_holds_beside_sweeps_never_let_more_be_debited_than_is_owed(outside: Any, policy_id: UUID) -> None:
    """Four holds and four sweeps on connections of their own: each charge is debited whole with its hold left for a
    refund, or without the held line."""
    charges = {stage.visit(policy_id, amount=f"{1000 + number}.00"): new_id() for number in range(6)}
    ready = threading.Barrier(5)
    broken: list[Exception] = []

    def apart(work: Any) -> None:
        try:
            ready.wait()
            work()
        except Exception as error:  # told by the test's own thread
            broken.append(error)
        finally:
            connections.close_all()

    def holds() -> None:
        for charge_id, line in charges.items():
            hold(charge_id, line, "300.00")

    threads = [threading.Thread(target=apart, args=(work,)) for work in [holds] * 2 + [lambda: stage.run(DAY)] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    stage.run(DAY)
    assert set(Charge.objects.values_list("state", flat=True)) == {"paid"}
    for charge_id, line in charges.items():
        charge = queries.charge(charge_id)
        assert debited(outside, charge_id) == [str(charge.to_pay)]
        left = queries.line_holds([line])[line].state is HoldState.HELD
        assert str(charge.held) == ("300.00" if left else "0.00")
    assert ChargeHold.objects.count() == len(charges)
    out = StringIO()
    call_command("check_ledger", stdout=out)
    assert "differ: 0" in out.getvalue()
