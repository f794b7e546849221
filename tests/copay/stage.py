"""Anna's policy, her enrolment and her visits, made the way the product makes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from doctorlike.accounts.models import User
from doctorlike.copay import commands, queries
from doctorlike.copay.models import Enrolment
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.payments import commands as payments
from doctorlike.payments import queries as paid
from doctorlike.payments.models import CardBinding
from tests.policies.builders import ANNA, account, policy

BY = Actor.system("tests")
BACK = "http://localhost:8000/back/"
VISIT = date(2026, 3, 15)
FIVE_TIMES_REFUSED = "4111110000000054"


def moment(day: date) -> datetime:
    """Noon of a day in the insurer's zone."""
    return datetime.combine(day, time(12), ZoneInfo("Europe/Moscow")).astimezone(UTC)


def annas_account() -> User:
    return account(ANNA, email=ANNA.email)


def enrol(outside, user: User, policy_id: UUID, number: str = "4242424242424242", on: date = date(2026, 3, 11)) -> None:
    """Consent, the acquirer's page, and back. For an enrolled client: another card."""
    opened = start(user, policy_id, on=on)
    if opened is not None:
        give_card(outside, policy_id, number, on=on)


def start(user: User, policy_id: UUID, on: date = date(2026, 3, 11)):
    return commands.start_enrolment(
        policy_id=policy_id,
        user_id=user.pk,
        payment_system="world",
        return_url=BACK,
        consent=new_id(),
        by=Actor.user(user.pk),
        at=moment(on),
    )


def give_card(outside, policy_id: UUID, number: str, on: date) -> None:
    enrolment = Enrolment.objects.get(policy=policy_id)
    binding = paid.binding_for(enrolment.pk)
    outside.give_card(CardBinding.objects.get(pk=binding.id).method_id, number)
    payments.refresh_binding(binding_id=binding.id, at=moment(on))


def annas_policy(percent: int = 30) -> UUID:
    return policy(ANNA, percent=percent)


def visit(policy_id: UUID, amount: str = "1400.00", on: date = VISIT, told_on: date | None = date(2026, 3, 20)) -> UUID:
    """A visit's charge, told to the client on that day."""
    charge_id = commands.announce_charge(
        policy_id=policy_id,
        encounter_id=new_id(),
        batch_id=new_id(),
        visit_on=on,
        amount=Money.of(amount),
        by=BY,
        at=moment(on),
    )
    if told_on is not None:
        commands.note_told(charge_id=charge_id, at=moment(told_on))
    return charge_id


def run(on: date) -> dict[str, int]:
    return commands.run_due_charges(on=on, by=BY, at=moment(on)).outcomes


def state(charge_id: UUID) -> str:
    return queries.charge(charge_id).state


def debits(outside, charge_id: UUID) -> int:
    return outside.debits("subject_id")["values"].get(str(charge_id), {}).get("debits", 0)
