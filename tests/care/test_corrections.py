"""A corrected register reverses lines and brings new ones; the money follows (docs/rules/registers.md)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.db.models import Sum

from doctorlike.accounts.models import User
from doctorlike.care import commands, queries
from doctorlike.care.errors import NothingToCorrectError
from doctorlike.care.models import Register, RegisterLine
from doctorlike.care.rules import DisputeState, Outcome
from doctorlike.copay.models import Charge
from doctorlike.copay.rules import ChargeState
from doctorlike.coverage.models import LimitUse
from doctorlike.kit.actors import Actor
from doctorlike.kit.money import Money
from doctorlike.payments.models import LedgerEntry
from doctorlike.policies.models import Policy
from tests.care import dispute_stage as stage
from tests.care.test_registers import file, row
from tests.policies import builders as people


@pytest.fixture
def anna(db: None) -> User:
    return people.account(people.ANNA)


@pytest.fixture
def lines(anna: User) -> tuple[RegisterLine, RegisterLine]:
    """1 000.05 and 500.00, shares of 300.02 and 150.00, told and not yet charged."""
    return stage.annas_visit(anna)


@pytest.fixture
def clerk(db: None) -> Actor:
    return stage.colleague("clerk", "finance")


def correct(line: RegisterLine, clerk: Actor, *, price: str, quantity: int = 1) -> commands.RegisterReport:
    assert line.encounter is not None
    policy = Policy.objects.select_related("insured").get(pk=line.encounter.policy_id)
    told = row(policy, line.encounter.clinic, price=price, code=line.service_code)
    content = file(told.replace(";1;", f";{quantity};"))
    return commands.import_register(
        content=content, file_name="исправление.csv", corrects_id=line.register_id, by=clerk, at=stage.NOW
    )


def owed(policy_id: UUID) -> Money:
    return Money.total(
        one.to_pay for one in Charge.objects.filter(policy=policy_id).exclude(state=ChargeState.WITHDRAWN)
    )


def test_an_uncharged_line_leaves_its_charge_and_the_new_one_makes_its_own(
    lines: tuple[RegisterLine, RegisterLine], clerk: Actor
) -> None:
    first, second = lines
    report = correct(first, clerk, price="900")
    assert (report.accepted, report.charges) == (1, 1)
    first.refresh_from_db()
    assert (first.reversed_in_id, first.total) == (report.register_id, Money.of("1000.05"))
    assert first.encounter is not None
    (visit,) = queries.encounters_of([first.encounter.policy_id])
    assert {line.total for line in visit.lines} == {Money.of("900.00"), Money.of("500.00")}
    before, new = Charge.objects.order_by("created_at")
    assert (before.to_pay, new.to_pay) == (second.share, Money.of("270.00"))
    uses = LimitUse.objects.filter(policy=first.encounter.policy_id).aggregate(all=Sum("amount"))["all"]
    assert uses == Money.of("1400.00")


def test_the_ledger_agrees_after_a_correction(lines: tuple[RegisterLine, RegisterLine], clerk: Actor) -> None:
    first, _second = lines
    correct(first, clerk, price="900")
    assert first.encounter is not None
    entries = LedgerEntry.objects.filter(policy_id=first.encounter.policy_id)
    receivable = Money.total(
        one.amount if one.debit == "receivable" else -one.amount
        for one in entries
        if "receivable" in (one.debit, one.credit)
    )
    assert receivable == owed(first.encounter.policy_id) == Money.of("420.00")


def test_a_quantity_of_nothing_takes_the_line_back(lines: tuple[RegisterLine, RegisterLine], clerk: Actor) -> None:
    first, second = lines
    report = correct(first, clerk, price="1000,05", quantity=0)
    assert (report.accepted, report.withdrawn, report.charges) == (0, 1, 0)
    assert first.encounter is not None
    assert owed(first.encounter.policy_id) == second.share
    (visit,) = queries.encounters_of([first.encounter.policy_id])
    assert [line.id for line in visit.lines] == [second.pk]


def test_the_same_again_is_a_repetition_and_the_line_stands(
    lines: tuple[RegisterLine, RegisterLine], clerk: Actor
) -> None:
    first, _second = lines
    report = correct(first, clerk, price="1000,05")
    assert (report.accepted, len(report.refused)) == (0, 1)
    first.refresh_from_db()
    assert first.reversed_at is None


def test_a_correction_that_is_refused_itself_leaves_the_line(
    lines: tuple[RegisterLine, RegisterLine], clerk: Actor
) -> None:
    first, _second = lines
    report = correct(first, clerk, price="9999")
    assert "Цена выше" in report.refused[0].words
    first.refresh_from_db()
    assert first.reversed_at is None
    assert first.encounter is not None
    assert owed(first.encounter.policy_id) == Money.of("450.02")
    assert LimitUse.objects.filter(line_id=first.pk).exists()


def test_a_line_that_is_disputed_leaves_for_good_and_its_dispute_is_still_answered(
    lines: tuple[RegisterLine, RegisterLine], clerk: Actor, anna: User
) -> None:
    first, second = lines
    dispute_id = stage.dispute(first, anna)
    correct(first, clerk, price="1000,05", quantity=0)
    assert first.encounter is not None
    assert owed(first.encounter.policy_id) == second.share
    commands.reject_dispute(dispute_id=dispute_id, answer="Строка снята.", by=stage.colleague("b"), at=stage.NOW)
    assert owed(first.encounter.policy_id) == second.share
    assert queries.dispute(dispute_id).state is DisputeState.REJECTED


def test_a_correction_may_be_corrected_in_turn(lines: tuple[RegisterLine, RegisterLine], clerk: Actor) -> None:
    first, _second = lines
    again = correct(first, clerk, price="900")
    new = RegisterLine.objects.get(register=again.register_id)
    correct(new, clerk, price="800")
    assert first.encounter is not None
    standing = RegisterLine.objects.filter(outcome=Outcome.ACCEPTED, reversed_at__isnull=True)
    assert {line.total for line in standing} == {Money.of("800.00"), Money.of("500.00")}
    assert owed(first.encounter.policy_id) == Money.of("390.00")


def test_only_what_is_decided_and_ones_own_is_corrected(lines: tuple[RegisterLine, RegisterLine], clerk: Actor) -> None:
    first, _second = lines
    assert first.encounter is not None
    policy = Policy.objects.select_related("insured").get(pk=first.encounter.policy_id)
    with pytest.raises(NothingToCorrectError):
        commands.import_register(
            content=file(row(policy, first.encounter.clinic, price="1")),
            file_name="чужое.csv",
            clinic_id=first.encounter.clinic_id,
            corrects_id=first.register_id,
            by=clerk,
            at=stage.NOW,
        )
    assert Register.objects.count() == 1
    assert first.encounter.visit_on == date(2026, 4, 1)
