"""Where the money machine stands: Anna with two policies, the sandbox, and what is compared after each step."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from io import StringIO
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, invariant
from procrastinate.contrib.django.models import ProcrastinateJob

from doctorlike.accounts.models import User
from doctorlike.copay import commands, queries
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.payments import commands as payments
from doctorlike.payments import queries as paid
from doctorlike.payments.models import Refund
from tests.copay import money_model
from tests.copay.money_model import Charge, World
from tests.copay.stage import BY, moment
from tests.jobs import forget_jobs

FIRST_DAY = date(2026, 4, 15)
POLICIES = 2
LINES = 3  # of each charge may be disputed


class MoneyStand(RuleBasedStateMachine):
    """Anna with two policies, her cards, the clinic's registers, the bank and two people at the desk."""

    def __init__(self, outside: Any, user: User, policy_ids: list[UUID], staff: tuple[Actor, Actor]) -> None:
        super().__init__()
        self.outside, self.user, self.policy_ids, self.staff = outside, user, policy_ids, staff
        outside.web.post("/control/reset").raise_for_status()
        # A transaction of the sequence's own, undone at its end; marked as Django marks those of its test cases, lest
        # commands that must not run inside one refuse to.
        self.undone = transaction.atomic()
        self.undone._from_testcase = True
        self.undone.__enter__()
        self.world = World(FIRST_DAY, POLICIES)
        self.charge_ids: list[UUID] = []
        self.visits: list[tuple[UUID, UUID]] = []
        self.card_ids: list[UUID] = []
        self.tokens: list[str] = []
        self.debited_until: dict[int, int] = {}
        self.line_ids: list[list[UUID]] = []

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self.end()
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    def end(self) -> None:
        """Told by the machine: after any sequence, nothing is forgotten."""
        raise NotImplementedError

    # What the steps are made of

    @property
    def at(self) -> Any:
        return moment(self.world.on)

    def number(self, charge: Charge) -> int:
        return next(number for number, one in enumerate(self.world.charges) if one is charge)

    def id_of(self, charge: Charge) -> UUID:
        return self.charge_ids[self.number(charge)]

    def charge(self, which: int) -> Charge:
        return self.world.charges[which % len(self.world.charges)]

    def pages(self) -> list[Charge]:
        return [one for one in self.world.charges if one.under_way and one.under_way.truth == "open"]

    def payable(self) -> list[Charge]:
        """What may be paid by hand now: page not open yet, or open and waiting."""
        may = [one for one in self.world.charges if self.world.may_pay(one) == "opened"]
        return [one for one in may if not one.under_way or one.under_way.truth == "open"]

    def paid_charges(self) -> list[Charge]:
        return [one for one in self.world.charges if one.state == "paid"]

    def refunds(self) -> list[tuple[UUID, money_model.Refund]]:
        """Every refund and what the model says of it; of one charge they follow each other in time."""
        found: dict[UUID, list[UUID]] = {}
        rows = Refund.objects.filter(payment__subject_id__in=self.charge_ids).order_by("pk")
        for refund_id, charge_id in rows.values_list("pk", "payment__subject_id"):
            found.setdefault(charge_id, []).append(refund_id)
        return [
            pair
            for charge_id, charge in zip(self.charge_ids, self.world.charges, strict=True)
            for pair in zip(found.get(charge_id, []), charge.refunds, strict=True)
        ]

    def with_fault(self, fault: str | None, operation: str) -> None:
        if fault is not None:
            self.outside.fault(fault, operation, percent=100)

    def without_faults(self) -> None:
        self.outside.web.delete("/control/faults").raise_for_status()

    def jobs(self, name: str) -> list[dict[str, str]]:
        """What the worker finds of one kind; the queue is empty then."""
        rows = ProcrastinateJob.objects.filter(task_name__endswith=f".{name}").order_by("id")
        found = list(rows.values_list("args", flat=True))
        forget_jobs()
        return found

    def try_at_once(self, expected: Iterable[Charge]) -> None:
        """The jobs that a new card brings."""
        anew = list(expected)
        jobs = [UUID(told["charge_id"]) for told in self.jobs("try_one_charge")]
        assert sorted(jobs) == sorted(self.id_of(one) for one in anew)
        for one in anew:
            commands.try_charge(charge_id=self.id_of(one), on=self.world.on, by=BY, at=self.at)
            self.world.try_(one)

    def announce(self, policy: int, kopecks: int, visit_on: date, names: tuple[UUID, UUID]) -> None:
        self.know(self._announce(policy, kopecks, visit_on, names), names)
        self.world.announce(policy, kopecks, visit_on)

    def _announce(self, policy: int, kopecks: int, visit_on: date, names: tuple[UUID, UUID]) -> Any:
        return commands.announce_charge(
            policy_id=self.policy_ids[policy],
            encounter_id=names[0],
            batch_id=names[1],
            visit_on=visit_on,
            amount=Money.of_kopecks(kopecks),
            by=BY,
            at=self.at,
        )

    def know(self, charge_id: UUID, names: tuple[UUID, UUID]) -> None:
        self.charge_ids.append(charge_id)
        self.visits.append(names)
        self.line_ids.append([new_id() for _ in range(LINES)])

    # What must hold after each step

    def register(self) -> dict[str, Any]:
        return self.outside.web.get("/control/register.json").json()

    def begun_on(self, card: int) -> int:
        """How many debits of the card reached the acquirer so far, whatever it answered."""
        return sum(one["payment_method_id"] == self.tokens[card] for one in self.register()["payments"])

    @invariant()
    def the_acquirer_did_what_the_model_says(self) -> None:
        listed = self.register()["payments"]
        for number, charge in enumerate(self.world.charges):
            mine = [one for one in listed if one["metadata"].get("subject_id") == str(self.charge_ids[number])]
            debits = [one for one in mine if one["status"] == "succeeded"]
            assert len(debits) == len(charge.debits) <= 1
            assert [kopecks(one["amount"]["value"]) for one in debits] == [much for _card, much in charge.debits]
            by_card = [self.tokens[card] if card is not None else None for card, _much in charge.debits]
            assert [one["payment_method_id"] if one["recurring"] else None for one in debits] == by_card
            returned = sum(kopecks(one["refunded_amount"]["value"]) for one in mine)
            assert returned == charge.returned <= sum(much for _card, much in charge.debits) <= charge.kopecks
        for card, until in self.debited_until.items():
            assert sum(one["payment_method_id"] == self.tokens[card] for one in listed) == until

    @invariant()
    def the_insurer_knows_what_the_model_says(self) -> None:
        seen = {view.id: view for view in queries.charges_of(self.policy_ids)}
        assert sorted(seen) == sorted(self.charge_ids)
        for charge_id, charge in zip(self.charge_ids, self.world.charges, strict=True):
            view = seen[charge_id]
            assert (view.state, view.amount.kopecks, view.to_pay.kopecks) == (
                charge.state,
                charge.kopecks,
                charge.to_pay,
            )
            assert (view.overdue_at is not None) == charge.overdue
            assert view.payable == (charge.state in money_model.PAYABLE)
            if charge.state in money_model.WAITING:
                assert view.next_try_on == charge.next_on
        enrolments = queries.enrolments(self.policy_ids)
        for policy, policy_id in enumerate(self.policy_ids):
            view = enrolments[policy_id]
            assert view.state == self.world.enrolment(policy)
            assert view.times.is_active == (view.state == "active")
            card = self.world.programmes[policy].card
            assert (view.card.id if view.card else None) == (None if card is None else self.card_ids[card])

    @invariant()
    def refunds_stay_below_what_was_paid(self) -> None:
        for refund_id, refund in self.refunds():
            view = paid.refund(refund_id)
            assert view.state == {"returned": "succeeded"}.get(refund.state, refund.state)
            assert view.amount == Money.of_kopecks(refund.kopecks)
        for charge in self.paid_charges():
            payment = paid.payment_for("charge", self.id_of(charge))
            assert payment is not None
            assert paid.left_to_refund(payment.id) == Money.of_kopecks(charge.refundable)

    @invariant()
    def the_books_balance(self) -> None:
        """The accounts, reckoned by the model; `check_ledger` itself is asked at the end."""
        charges = self.world.charges
        shares = sum(one.to_pay for one in charges)
        settled = sum(one.to_pay for one in self.paid_charges())
        returned = sum(refund.kopecks for one in charges for refund in one.refunds if refund.state == "returned")
        expected = {
            "acquirer": settled - returned,
            "receivable": shares - settled,
            "copay": -shares,
            "refunds": returned,
        }
        told = {account: balance.kopecks for account, balance in payments.balances().items() if balance}
        assert told == {account: balance for account, balance in expected.items() if balance}


def kopecks(amount: str) -> int:
    return int(amount.replace(".", ""))


def check_ledger() -> None:
    told = StringIO()
    call_command("check_ledger", stdout=told)
    assert "differ: 0" in told.getvalue()


def any_charge(machine: MoneyStand) -> bool:
    return bool(machine.world.charges)


def any_untold(machine: MoneyStand) -> bool:
    return any(one.state == "announced" for one in machine.world.charges)


def any_awaited(machine: MoneyStand) -> bool:
    return bool(machine.world.days_ahead())


def any_unknown(machine: MoneyStand) -> bool:
    return machine.world.any_unknown()


def any_card(machine: MoneyStand) -> bool:
    return bool(machine.world.cards)


def any_choice(machine: MoneyStand) -> bool:
    in_use = {one.card for one in machine.world.programmes if one.consented}
    return bool(in_use) and bool(set(range(len(machine.card_ids))) - in_use or len(in_use) > 1)


def any_page(machine: MoneyStand) -> bool:
    return bool(machine.pages())


def any_payable(machine: MoneyStand) -> bool:
    return bool(machine.payable())


def any_refund(machine: MoneyStand) -> bool:
    return any(one.refunds for one in machine.world.charges)


def any_hold(machine: MoneyStand) -> bool:
    return any(one.holds for one in machine.world.charges)
