"""Registers as work for many: turns, pieces, workers beside each other, notices to clients."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from django.db import connection, transaction

from doctorlike.care import commands, queries
from doctorlike.care.models import ClaimedRow, Register, RegisterLine, RegisterPiece
from doctorlike.care.rules import CameBy, RegisterState, Verdict, pieces, slice_of
from doctorlike.clinics.models import Clinic
from doctorlike.copay.models import Charge
from doctorlike.notifications.models import Message
from doctorlike.policies.models import Policy
from tests.appointments import builders
from tests.appointments.builders import BY
from tests.care.test_registers import AT, file, row
from tests.jobs import run_jobs
from tests.policies import builders as people


def receive(content: bytes, name: str = "апрель.csv", clinic_id: UUID | None = None) -> commands.ReceivedRegister:
    return commands.receive_register(
        content=content, file_name=name, clinic_id=clinic_id, came_by=CameBy.DESK, by=BY, at=AT
    )


def take() -> bool:
    return commands.take_piece(commands.Bench(), by=BY, at=AT)


def state(register_id: UUID) -> str:
    return Register.objects.get(pk=register_id).state


def covered() -> Policy:
    policy_id = builders.covered_policy(people.ANNA, people.account(people.ANNA))
    return Policy.objects.select_related("insured").get(pk=policy_id)


@pytest.fixture
def clinic(db: None) -> Clinic:
    return builders.clinic()


@pytest.fixture
def anna(clinic: Clinic) -> Policy:
    return covered()


def test_a_register_goes_from_state_to_state_and_nothing_is_charged_while_it_is_checked(
    anna: Policy, clinic: Clinic
) -> None:
    received = receive(file(row(anna, clinic)))
    assert (received.ready, state(received.register_id)) == (True, RegisterState.RECEIVED)
    assert take()
    assert state(received.register_id) == RegisterState.CHECKED
    assert take()
    assert (RegisterLine.objects.count(), Charge.objects.count()) == (1, 0)
    assert take()
    assert state(received.register_id) == RegisterState.DECIDED
    assert take()
    assert take()
    assert not take()
    shown = queries.register(received.register_id)
    assert (shown.state, shown.verdict, shown.charges) == (RegisterState.ANSWERED, Verdict.WHOLE, 1)
    assert not ClaimedRow.objects.exists()
    assert not RegisterPiece.objects.exists()


def test_jobs_do_the_same_and_write_to_the_client_once(anna: Policy, clinic: Clinic) -> None:
    received = receive(file(row(anna, clinic)))
    commands.go_on_with_registers()
    run_jobs()
    assert state(received.register_id) == RegisterState.ANSWERED
    charge = Charge.objects.get()
    assert not charge.notice_due
    told = Message.objects.filter(topic="charge", subject_id=str(charge.pk)).count()
    assert told
    commands.go_on_with_registers()
    run_jobs()
    assert Message.objects.filter(topic="charge", subject_id=str(charge.pk)).count() == told


def test_a_register_waits_for_the_one_before_it_to_be_read(anna: Policy, clinic: Clinic) -> None:
    first = receive(file(row(anna, clinic)), "первый.csv")
    second = receive(file(row(anna, clinic), row(anna, clinic, visit="02.04.2026")), "второй.csv")
    # As while a worker is at the first: the second is read, and there is nothing else to take.
    Register.objects.filter(pk=first.register_id).update(state=RegisterState.FAILED)
    assert take()
    Register.objects.filter(pk=first.register_id).update(state=RegisterState.RECEIVED)
    assert state(second.register_id) == RegisterState.CHECKED
    while take():
        pass
    assert queries.register(first.register_id).verdict is Verdict.WHOLE
    assert queries.register(second.register_id).verdict is Verdict.IN_PART, "its first line came before"


def test_one_that_cannot_be_read_holds_nobody_back(anna: Policy, clinic: Clinic) -> None:
    torn = file(*[row(anna, clinic)] * 30) + b'\n"never ends;'
    first = receive(torn, "порванный.csv")
    second = receive(file(row(anna, clinic)), "целый.csv")
    while take():
        pass
    assert (state(first.register_id), state(second.register_id)) == (RegisterState.FAILED, RegisterState.ANSWERED)
    assert queries.register(first.register_id).problem


def test_a_mapping_is_named_once_for_a_clinic(anna: Policy, clinic: Clinic) -> None:
    def odd(visit: str) -> bytes:
        cells = [anna.number, f"{anna.insured.born_on:%d.%m.%Y}", visit, "B01.047.001", "1000"]
        return "\n".join(["Кто;Родился;Когда;Что;Почём", ";".join(cells)]).encode()

    first = receive(odd("01.04.2026"), clinic_id=clinic.pk)
    assert not first.ready
    assert not take()
    named = {"policy_number": "кто", "born_on": "родился", "visit_on": "когда", "service_code": "что", "price": "почём"}
    commands.name_register_columns(register_id=first.register_id, columns=named, by=BY, at=AT)
    second = receive(odd("02.04.2026"), clinic_id=clinic.pk)
    assert second.ready
    while take():
        pass
    assert RegisterLine.objects.filter(outcome="accepted").count() == 2
    other = builders.clinic("Другая")
    assert not receive(odd("03.04.2026"), clinic_id=other.pk).ready, "another clinic's columns are its own"


def test_all_lines_of_a_policy_are_in_one_piece_whatever_their_number_of_lines() -> None:
    for rows in (1, 5_000, 1_000_000):
        spans = list(pieces(rows))
        assert (spans[0][0], spans[-1][1]) == (0, 1024)
        assert all(one[1] == other[0] for one, other in pairwise(spans))
    assert slice_of("ONDL-304821") == slice_of("ONDL-304821")


@pytest.mark.django_db(transaction=True)
class TestBesideEachOther:
    """Real connections."""

    def test_workers_share_a_register_and_one_that_breaks_off_leaves_nothing_behind(self) -> None:
        clinic, policy = builders.clinic(), covered()
        other_id = builders.covered_policy(people.BORIS, people.account(people.BORIS))
        other = Policy.objects.select_related("insured").get(pk=other_id)
        first_on = date(2026, 3, 25)
        rows = [
            row(whose, clinic, visit=f"{first_on + timedelta(days=day):%d.%m.%Y}")
            for day in range(12)
            for whose in (policy, other)
        ]
        received = receive(file(*rows))
        assert take()
        cut_up(received.register_id)
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            assert take()
            raise KeyboardInterrupt
        threads = [threading.Thread(target=work_apart, args=(received.register_id,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        shown = queries.register(received.register_id)
        assert (shown.verdict, shown.row_count, shown.charges) == (Verdict.WHOLE, 24, 24)
        assert RegisterLine.objects.count() == Charge.objects.count() == 24


def cut_up(register_id: UUID) -> None:
    """A small register into as many pieces as a large one has."""
    RegisterPiece.objects.filter(register=register_id).delete()
    RegisterPiece.objects.bulk_create(
        RegisterPiece(register_id=register_id, from_slice=first, to_slice=last) for first, last in pieces(60_000)
    )


def work_apart(register_id: UUID) -> None:
    try:
        commands.work_until(lambda: state(register_id) == RegisterState.ANSWERED, by=BY, now=lambda: AT)
    finally:
        connection.close()
