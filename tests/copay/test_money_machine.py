"""Whatever clients, banks and the desk do, in whatever order, money is where the plain model says (`money_model`).

A machine draws steps, takes each with the product's own commands against the real sandbox and PostgreSQL and in the
model, and compares after each: what the acquirer really did, states, what the client sees, the ledger. The suite tries
a few sequences, always the same; `MONEY_SEQUENCES=1000` draws that many new ones.
"""

from __future__ import annotations

import ast
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db.models import F
from hypothesis import HealthCheck
from hypothesis import settings as tried
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from doctorlike.accounts.models import User
from doctorlike.copay import commands, queries
from doctorlike.copay.errors import ChargeInFlightError, HoldDecidedError, NothingToPayError
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.payments import commands as payments
from doctorlike.payments import queries as paid
from doctorlike.payments.errors import (
    AlreadyDecidedError,
    CardNotUsableError,
    MoreThanPaidError,
    NotRefundableError,
    SamePersonError,
)
from doctorlike.payments.models import Attempt, Card, CardBinding, Refund
from doctorlike.payments.rules import LIVE_ATTEMPT, LIVE_BINDING, LIVE_REFUND, RefundReason
from doctorlike.products import commands as products
from tests.copay import money_model
from tests.copay import money_stand as when
from tests.copay.money_model import Charge
from tests.copay.money_stand import LINES, POLICIES, MoneyStand, check_ledger
from tests.copay.stage import BACK, BY, annas_policy, give_card, start
from tests.policies.builders import ANNA, AT, account

CARDS = {"good": "4242424242424242", "poor": "4111110000000054", "closed": "4111110000000062"}
REFUSED_ON_THE_PAGE = "4000000000009995"
WHICH = st.integers(0, 7)
POLICY = st.integers(0, POLICIES - 1)
LOST = ("lost_before", "error_before", "lost_reply", "error_after")
FAULTS = st.sampled_from((None, None, None, *LOST, "decline_soft", "decline_hard"))
LONG_AGO = timedelta(minutes=6)


class MoneyMachine(MoneyStand):
    """The steps: of clients, clinics, banks and two people at the desk."""

    # Steps: shares

    @initialize(kind=st.sampled_from((*CARDS, "good", "none")), kopecks=st.integers(1, 900_000))
    def begin(self, kind: str, kopecks: int) -> None:
        if kind != "none":
            self.bind(0, kind)
        self.visit(0, kopecks, 30, told=True)

    @rule(policy=POLICY, kopecks=st.integers(1, 900_000), days_ago=st.integers(0, 40), told=st.booleans())
    def visit(self, policy: int, kopecks: int, days_ago: int, told: bool) -> None:
        self.announce(policy, kopecks, self.world.on - timedelta(days=days_ago), (new_id(), new_id()))
        if told:
            self.tell(len(self.charge_ids) - 1)

    @precondition(when.any_charge)
    @rule(which=WHICH, kopecks=st.integers(1, 900_000))
    def lines_come_late(self, which: int, kopecks: int) -> None:
        """A later register brings more of the same visit: a charge of its own."""
        earlier = self.charge(which)
        encounter, _batch = self.visits[self.number(earlier)]
        self.announce(earlier.policy, kopecks, earlier.visit_on, (encounter, new_id()))

    @precondition(when.any_charge)
    @rule(which=WHICH, kopecks=st.integers(1, 900_000))
    def the_same_register_again(self, which: int, kopecks: int) -> None:
        known = self.charge(which)
        told = self._announce(known.policy, kopecks, known.visit_on, self.visits[self.number(known)])
        assert told == self.id_of(known)

    @precondition(when.any_untold)
    @rule(which=WHICH)
    def tell(self, which: int) -> None:
        charge = self.charge(which)
        commands.note_told(charge_id=self.id_of(charge), at=self.at)
        self.world.tell(charge)

    # Steps: days and debits

    @rule(days=st.sampled_from((0, 1, 1, 2, 3, 4, 7, 7)), fault=FAULTS)
    def days_pass(self, days: int, fault: str | None) -> None:
        self.world.on += timedelta(days=days)
        self.with_fault(fault, "recurring")
        due = self.world.due()
        told = commands.run_due_charges(on=self.world.on, by=BY, at=self.at)
        for one in due:
            self.world.try_(one, fault)
        self.without_faults()
        assert (told.due, told.outcomes.get("failed", 0)) == (len(due), 0)

    @precondition(when.any_awaited)
    @rule(fault=FAULTS)
    def the_day_comes(self, fault: str | None) -> None:
        """The next day on which something is to be tried."""
        self.days_pass((min(self.world.days_ahead()) - self.world.on).days, fault)

    @precondition(when.any_charge)
    @rule(which=WHICH, fault=FAULTS)
    def one_is_tried(self, which: int, fault: str | None) -> None:
        charge = self.charge(which)
        self.with_fault(fault, "recurring")
        commands.try_charge(charge_id=self.id_of(charge), on=self.world.on, by=BY, at=self.at)
        self.world.try_(charge, fault)
        self.without_faults()

    @precondition(when.any_unknown)
    @rule(fault=FAULTS)
    def fates_are_learnt(self, fault: str | None) -> None:
        """The sweeps of the minute, long enough afterwards for what never arrived to be given up."""
        self.with_fault(fault, "recurring")
        live = Attempt.objects.filter(state__in=LIVE_ATTEMPT)
        live.update(
            created_at=F("created_at") - LONG_AGO, asked_at=F("asked_at") - LONG_AGO, sent_at=F("sent_at") - LONG_AGO
        )
        sent = Refund.objects.filter(state__in=LIVE_REFUND)
        sent.update(looked_at=F("looked_at") - LONG_AGO, sent_at=F("sent_at") - LONG_AGO)
        payments.settle_unknown(at=self.at)
        payments.settle_refunds(at=self.at)
        self.world.learn_fates(fault)
        self.without_faults()

    # Steps: cards

    @rule(policy=POLICY, kind=st.sampled_from((*CARDS, "good", "left", "refused")))
    def bind(self, policy: int, kind: str) -> None:
        start(self.user, self.policy_ids[policy], on=self.world.on)
        self.world.consent(policy)
        if kind == "left":
            return
        give_card(self.outside, self.policy_ids[policy], CARDS.get(kind, REFUSED_ON_THE_PAGE), on=self.world.on)
        if kind == "refused":
            return
        card = Card.objects.latest("pk")
        self.card_ids.append(card.pk)
        self.tokens.append(card.token)
        self.try_at_once(self.world.bind(policy, kind))

    @precondition(when.any_card)
    @rule(which=WHICH)
    def unbind(self, which: int) -> None:
        card = which % len(self.card_ids)
        payments.unbind_card(card_id=self.card_ids[card], by=BY, at=self.at)
        self.world.unbind(card)
        self.debited_until.setdefault(card, self.begun_on(card))

    @precondition(when.any_choice)
    @rule(policy=POLICY, which=WHICH)
    def choose(self, policy: int, which: int) -> None:
        card, programme = which % len(self.card_ids), self.world.programmes[policy]

        def choose() -> None:
            commands.choose_card(
                policy_id=self.policy_ids[policy],
                user_id=self.user.pk,
                card_id=self.card_ids[card],
                by=Actor.user(self.user.pk),
                at=self.at,
            )

        if not (programme.consented and self.world.cards[card].bound):
            with pytest.raises(CardNotUsableError if programme.consented else NotFoundError):
                choose()
            return
        choose()
        self.try_at_once(self.world.put(policy, card) if programme.card != card else [])

    # Steps: by hand

    @precondition(when.any_charge)
    @rule(which=WHICH)
    def open_page(self, which: int) -> None:
        charge = self.charge(which)
        expected = self.world.may_pay(charge)
        if expected == "opened":
            waits = not charge.under_way or charge.under_way.truth == "open"
            if waits:
                assert self._open(charge).confirmation_url
                self.world.open_page(charge)
            return
        with pytest.raises(ChargeInFlightError if expected == "in_flight" else NothingToPayError):
            self._open(charge)

    def _open(self, charge: Charge) -> Any:
        return commands.pay_charge(charge_id=self.id_of(charge), return_url=BACK, on=self.world.on, by=BY, at=self.at)

    @precondition(when.any_payable)
    @rule(which=WHICH, card=st.sampled_from(("good", "good", "refused")), comes_back=st.booleans())
    def pay_page(self, which: int, card: str, comes_back: bool) -> None:
        payable = self.payable()
        charge = payable[which % len(payable)]
        self._open(charge)
        self.world.open_page(charge)
        page = paid.payment_for("charge", self.id_of(charge))
        assert page is not None
        given = self.outside.give_card(page.acquirer_id, CARDS.get(card, REFUSED_ON_THE_PAGE))
        assert given.status_code == 303
        if comes_back:
            payments.refresh_payment(payment_id=page.id, at=self.at)
        self.world.pay_page(charge, "debited" if card == "good" else "soft", told=comes_back)

    @precondition(when.any_page)
    @rule()
    def pages_are_left(self) -> None:
        """An hour passes on the acquirer's pages, for payments and for bindings: nobody gave a card."""
        self.outside.web.post("/control/clock", json={"advance_seconds": 3700}).raise_for_status()
        bindings = CardBinding.objects.filter(state__in=LIVE_BINDING)
        bindings.update(started_at=F("started_at") - timedelta(seconds=3700))
        self.world.leave_pages()

    # Steps: disputes

    @precondition(when.any_charge)
    @rule(which=WHICH, place=st.integers(0, LINES - 1), percent=st.sampled_from((1, 30, 50, 100, 100, 110)))
    def dispute(self, which: int, place: int, percent: int) -> None:
        charge = self.charge(which)
        known = self.world.standing_hold(charge, place)
        amount = max(1, charge.kopecks * percent // 100)

        def hold() -> str:
            return commands.hold_line(
                charge_id=self.id_of(charge),
                line_id=self.line_ids[self.number(charge)][place],
                amount=Money.of_kopecks(amount),
                by=BY,
                at=self.at,
            )

        if known is not None:
            assert hold() == known.state
        elif self.world.may_hold(charge, amount):
            assert hold() == self.world.hold(charge, place, amount).state
        else:
            with pytest.raises(ValueError, match="within its charge"):
                hold()

    @precondition(when.any_hold)
    @rule(which=WHICH, upheld=st.booleans())
    def decide_dispute(self, which: int, upheld: bool) -> None:
        holds = [(charge, one.line) for charge in self.world.charges for one in charge.holds]
        charge, line = holds[which % len(holds)]
        hold = [one for one in charge.holds if one.line == line][-1]
        encounter, batch = self.visits[self.number(charge)][0], new_id()
        names: dict[str, Any] = {
            "charge_id": self.id_of(charge),
            "line_id": self.line_ids[self.number(charge)][line],
            "by": self.staff[0],
            "at": self.at,
        }

        def decide() -> UUID | None:
            if upheld:
                return commands.waive_line(**names, why=RefundReason.SERVICE_NOT_GIVEN)
            return commands.release_line(**names, batch_id=batch)

        decided = hold.state in ("waiving", "waived", "released")
        if decided and upheld == (hold.state == "released"):
            with pytest.raises(HoldDecidedError):
                decide()
        elif decided:
            decide()
        elif upheld:
            decide()
            self.world.uphold(charge, hold)
        else:
            supplement = decide()
            more = self.world.reject(charge, hold)
            assert (supplement is None) == (more is None)
            if supplement is not None:
                self.know(supplement, (encounter, batch))

    # Steps: money back

    @precondition(when.any_charge)
    @rule(which=WHICH, percent=st.integers(1, 130))
    def ask_refund(self, which: int, percent: int) -> None:
        charge = self.charge(which)
        kopecks = max(1, charge.kopecks * percent // 100)
        payment = paid.payment_for("charge", self.id_of(charge))
        if payment is None:
            return

        def ask() -> UUID:
            return payments.request_refund(
                payment_id=payment.id,
                amount=Money.of_kopecks(kopecks),
                why=RefundReason.CHARGED_IN_ERROR,
                by=self.staff[0],
                at=self.at,
            )

        if charge.state != "paid":
            with pytest.raises(NotRefundableError):
                ask()
        elif kopecks > charge.refundable:
            with pytest.raises(MoreThanPaidError):
                ask()
        else:
            ask()
            charge.refunds.append(money_model.Refund(kopecks))

    @precondition(when.any_refund)
    @rule(which=WHICH, agreed=st.booleans(), fault=FAULTS)
    def decide_refund(self, which: int, agreed: bool, fault: str | None) -> None:
        refund_id, refund = self.refunds()[which % len(self.refunds())]
        decide = payments.approve_refund if agreed else payments.refuse_refund
        asker, decider = self.staff  # who decides on disputes asks for refunds too
        if refund.state != "asked":
            with pytest.raises(AlreadyDecidedError):
                decide(refund_id=refund_id, by=decider, at=self.at)
            return
        with pytest.raises(SamePersonError):
            decide(refund_id=refund_id, by=asker, at=self.at)
        decide(refund_id=refund_id, by=decider, at=self.at)
        self.with_fault(fault, "refund")
        for told in self.jobs("return_money"):
            payments.send_refund(refund_id=UUID(told["refund_id"]), at=self.at)
        self.without_faults()
        self.world.decide(refund, agreed=agreed, fault=fault)

    # The end of each sequence

    def end(self) -> None:
        """Faults gone, a good card, time: nothing was forgotten, and what we believe is what the acquirer did."""
        self.pages_are_left()
        self.fates_are_learnt(None)
        for number in range(len(self.charge_ids)):
            self.tell(number)
        owed = [one for one in self.world.charges if one.owed]
        seen = {view.id: view.to_pay.kopecks for view in queries.unpaid_charges_of(self.policy_ids)}
        assert seen == {self.id_of(one): one.to_pay for one in owed}
        for policy in sorted({one.policy for one in owed}):
            self.bind(policy, "good")
        self.days_pass(40, None)
        assert [one for one in self.world.charges if one.owed] == []
        for check in (
            self.the_acquirer_did_what_the_model_says,
            self.the_insurer_knows_what_the_model_says,
            self.refunds_stay_below_what_was_paid,
            self.the_books_balance,
        ):
            check()
        check_ledger()


@pytest.mark.django_db(transaction=True)
def test_money_is_where_the_model_says_whatever_happens(outside: Any, settings: Any) -> None:
    # Silence is a step of the machine's, not of a busy computer.
    settings.ACQUIRER_TIMEOUT_SECONDS = 60
    products.seed_demo_product(by=BY, at=AT)
    anna = account(ANNA, email=ANNA.email)
    policy_ids = [annas_policy() for _ in range(POLICIES)]
    olga, fyodor = (
        Actor.staff(User.objects.create_user(email=f"{name}@example.org", roles=["finance"]).pk)
        for name in ("olga", "fyodor")
    )
    many = os.environ.get("MONEY_SEQUENCES")
    run_state_machine_as_test(
        lambda: MoneyMachine(outside, anna, policy_ids, (olga, fyodor)),
        settings=tried(
            max_examples=int(many or 15),
            stateful_step_count=20,
            derandomize=not many,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_model_knows_nothing_of_the_product() -> None:
    tree = ast.parse(Path(money_model.__file__).read_text())
    named = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named += [one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names]
    assert set(named) == {"__future__", "calendar", "dataclasses", "datetime"}
