"""Whatever happens, in whatever order: the model of a charge is that it is debited at most once, never without a card,
and in the end, with a good card, exactly once. `MONEY_SEQUENCES` asks for more of them than the suite tries."""

import os
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from uuid import UUID

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doctorlike.copay import queries
from doctorlike.copay.models import Charge
from doctorlike.payments import commands as payments
from doctorlike.payments.models import Attempt, Payment
from doctorlike.payments.rules import LIVE_ATTEMPT
from tests.copay.stage import BY, FIVE_TIMES_REFUSED, annas_policy, debits, enrol, moment, run, visit
from tests.policies.builders import ANNA, account

pytestmark = pytest.mark.django_db
FIRST_DAY = date(2026, 4, 15)
GOOD, CLOSED = "4242424242424242", "4111110000000062"
FAULTS = ("lost_before", "lost_reply", "error_before", "error_after", "decline_soft", "decline_hard")
_numbers = count(1)

steps = st.sampled_from(
    ["visit", "visit", "day", "day", "week", "bind good", "bind poor", "bind closed", "unbind", "settle", *FAULTS]
)


@dataclass
class World:
    """Anna of this sequence, with what the plain model remembers of her."""

    outside: object
    user: object
    policy_id: UUID
    on: date = FIRST_DAY
    charge_ids: list[UUID] = field(default_factory=list)
    has_card: bool = False

    def take(self, step: str) -> None:
        before = self.debited()
        could_debit = self.has_card
        match step.split():
            case ["visit"]:
                self.charge_ids.append(visit(self.policy_id, amount=f"{100 + len(self.charge_ids)}.00"))
            case ["day"] | ["week"]:
                self.on += timedelta(days=1 if step == "day" else 7)
                run(self.on)
            case ["bind", which]:
                number = {"good": GOOD, "poor": FIVE_TIMES_REFUSED, "closed": CLOSED}[which]
                enrol(self.outside, self.user, self.policy_id, number, on=self.on)
                self.has_card = could_debit = True
            case ["unbind"]:
                card = queries.enrolment(self.policy_id).card
                if card is not None:
                    payments.unbind_card(card_id=card.id, by=BY, at=moment(self.on))
                self.has_card = False
            case ["settle"]:
                self.settle()
            case [fault]:
                self.outside.fault(fault, "recurring")
        after = self.debited()
        assert set(after.values()) <= {0, 1}
        if not could_debit:
            assert after == {**after, **before}

    def settle(self) -> None:
        """The sweep, long enough afterwards for what never arrived to be given up."""
        mine = Attempt.objects.filter(payment__subject_id__in=self.charge_ids, state__in=LIVE_ATTEMPT)
        mine.filter(sent_at__isnull=False).update(sent_at=F("sent_at") - timedelta(minutes=6))
        for payment_id in list(mine.values_list("payment_id", flat=True)):
            payments.refresh_payment(payment_id=payment_id, at=moment(self.on))

    def debited(self) -> dict[UUID, int]:
        return {charge_id: debits(self.outside, charge_id) for charge_id in self.charge_ids}

    def end(self) -> None:
        """Faults gone, a good card: nothing was forgotten, and what we believe is what the acquirer did."""
        self.outside.web.delete("/control/faults")
        self.settle()
        enrol(self.outside, self.user, self.policy_id, GOOD, on=self.on)
        self.on = max(self.on, FIRST_DAY) + timedelta(days=1)
        run(self.on)
        assert set(self.debited().values()) <= {1}
        assert set(Charge.objects.filter(pk__in=self.charge_ids).values_list("state", flat=True)) <= {"paid"}
        paid = Payment.objects.filter(subject_id__in=self.charge_ids, state="succeeded")
        assert sorted(paid.values_list("subject_id", flat=True)) == sorted(self.charge_ids)
        assert queries.enrolment(self.policy_id).state == "active"


@settings(
    max_examples=int(os.environ.get("MONEY_SEQUENCES", "4")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(taken=st.lists(steps, min_size=3, max_size=12))
def test_no_sequence_debits_twice_or_forgets(outside, taken):
    outside.web.post("/control/reset").raise_for_status()
    number = next(_numbers)
    world = World(outside, account(ANNA, phone=f"+7927{number:07d}"), annas_policy())
    world.take("bind good")
    for step in taken:
        world.take(step)
    world.end()
