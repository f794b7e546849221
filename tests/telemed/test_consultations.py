"""From «I need a doctor» to a signed conclusion in the archive, and who may see what."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections

from doctorlike.accounts import commands as accounts
from doctorlike.accounts.models import Consent, User
from doctorlike.accounts.rules import Role
from doctorlike.documents import queries as documents
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies.models import Policy
from doctorlike.telemed import commands, queries
from doctorlike.telemed.errors import AlreadyAskedError, BusyDoctorError, NotCoveredError, WrongStepError
from doctorlike.telemed.rules import State
from tests.jobs import run_jobs
from tests.policies.builders import ANNA, AT, BORIS, BY, MITYA, Someone, account, policy

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)


def insured(who: Someone) -> tuple[User, UUID]:
    policy_id = policy(who)
    return account(who), policy_id


def ask(user: User, policy_id: UUID, at: datetime = NOW) -> UUID:
    return commands.request_urgent(
        user_id=user.pk,
        policy_id=policy_id,
        complaint="Болит горло",
        consent_text="Согласен",
        by=Actor.user(user.pk),
        at=at,
    )


def doctor(name: str) -> UUID:
    user_id = accounts.create_staff(
        email=f"{name}@demo.example",
        roles=[Role.DOCTOR],
        surname="Врачова",
        given_name="Вера",
        born_on=date(1980, 1, 1),
        sex="female",
        by=BY,
        at=AT,
    )
    commands.enrol_doctor(
        user_id=user_id, full_name=f"Врачова {name}", speciality="Терапевт", credentials="", by=BY, at=AT
    )
    return user_id


def take(doctor_id: UUID, at: datetime = NOW) -> UUID | None:
    return commands.take_next(doctor_user_id=doctor_id, by=Actor.staff(doctor_id), at=at)


def conclude(consultation_id: UUID, doctor_id: UUID) -> None:
    commands.finish_with_conclusion(
        consultation_id=consultation_id,
        doctor_user_id=doctor_id,
        complaints="Болит горло",
        history="",
        recommendations="Тёплое питьё",
        by=Actor.staff(doctor_id),
        at=NOW,
    )


@pytest.mark.django_db
def test_a_consultation_ends_with_a_signed_conclusion_in_the_archive() -> None:
    anna, policy_id = insured(ANNA)
    vera = doctor("vera")
    consultation_id = ask(anna, policy_id)
    assert take(vera) == consultation_id
    commands.send_message(
        consultation_id=consultation_id, user_id=vera, text="Здравствуйте", sent_key=uuid4(), by=BY, at=NOW
    )
    conclude(consultation_id, vera)
    run_jobs()
    room = queries.archived(consultation_id, [policy_id])
    assert room.conclusion is not None
    assert room.conclusion.document_id is not None
    assert documents.read_pdf(room.conclusion.document_id)[1].startswith(b"%PDF")
    assert [said.text for said in room.messages] == ["Здравствуйте"]
    assert Consent.objects.filter(purpose="telemed", subject_id=str(consultation_id)).count() == 1


@pytest.mark.django_db
def test_making_the_document_twice_makes_one() -> None:
    anna, policy_id = insured(ANNA)
    vera = doctor("vera")
    consultation_id = ask(anna, policy_id)
    take(vera)
    conclude(consultation_id, vera)
    for _time in range(2):
        commands.make_conclusion_pdf(consultation_id=consultation_id, by=BY)
    assert documents.documents_of("consultation", consultation_id)[0].revision == 1


@pytest.mark.django_db
def test_a_patient_waits_once_and_a_doctor_is_with_one_patient() -> None:
    anna, policy_id = insured(ANNA)
    boris, his_policy = insured(BORIS)
    vera = doctor("vera")
    first = ask(anna, policy_id)
    with pytest.raises(AlreadyAskedError) as refusal:
        ask(anna, policy_id)
    assert refusal.value.facts["consultation_id"] == first
    ask(boris, his_policy, NOW + timedelta(minutes=1))
    assert take(vera) == first
    with pytest.raises(BusyDoctorError):
        take(vera)


@pytest.mark.django_db
def test_the_waiting_period_is_told_as_the_reason() -> None:
    anna, policy_id = insured(ANNA)
    with pytest.raises(NotCoveredError) as refusal:
        ask(anna, policy_id, datetime(2026, 3, 12, 9, tzinfo=UTC))
    assert refusal.value.facts["reasons"] == ("waiting_period",)


@pytest.mark.django_db
def test_a_policy_that_ends_in_the_queue_is_passed_over() -> None:
    anna, policy_id = insured(ANNA)
    boris, his_policy = insured(BORIS)
    ask(anna, policy_id)
    his = ask(boris, his_policy, NOW + timedelta(minutes=1))
    Policy.objects.filter(pk=policy_id).update(ends_on=date(2026, 4, 1))
    assert take(doctor("vera")) == his


@pytest.mark.django_db
def test_a_childs_consultation_is_the_guardians_until_the_fifteenth_birthday() -> None:
    policy_id = policy(MITYA, ANNA)
    anna = account(ANNA)
    assert queries.room(ask(anna, policy_id), anna.pk, on=NOW.date()).card.patient.given_name == "Дмитрий"
    Policy.objects.get(pk=policy_id).insured.__class__.objects.filter(given_name="Дмитрий").update(
        born_on=date(2011, 4, 1)
    )
    with pytest.raises(NotFoundError):
        ask(anna, policy_id)


@pytest.mark.django_db
def test_boris_finds_nothing_of_annas() -> None:
    anna, policy_id = insured(ANNA)
    boris, his_policy = insured(BORIS)
    consultation_id = ask(anna, policy_id)
    with pytest.raises(NotFoundError):
        queries.room(consultation_id, boris.pk, on=NOW.date())
    with pytest.raises(NotFoundError):
        queries.archived(consultation_id, [his_policy])
    with pytest.raises(NotFoundError):
        commands.send_message(
            consultation_id=consultation_id, user_id=boris.pk, text="…", sent_key=uuid4(), by=BY, at=NOW
        )
    with pytest.raises(NotFoundError):
        commands.leave(consultation_id=consultation_id, user_id=boris.pk, by=BY, at=NOW)
    with pytest.raises(NotFoundError):
        ask(boris, policy_id)


@pytest.mark.django_db
def test_a_double_click_says_it_once_and_an_ended_room_is_silent() -> None:
    anna, policy_id = insured(ANNA)
    consultation_id, key = ask(anna, policy_id), uuid4()
    for _click in range(2):
        commands.send_message(
            consultation_id=consultation_id, user_id=anna.pk, text="Алло", sent_key=key, by=BY, at=NOW
        )
    assert len(queries.room(consultation_id, anna.pk, on=NOW.date()).messages) == 1
    for _time in range(2):
        commands.leave(consultation_id=consultation_id, user_id=anna.pk, by=BY, at=NOW)
    assert queries.room(consultation_id, anna.pk, on=NOW.date()).card.state == State.LEFT
    with pytest.raises(WrongStepError):
        commands.send_message(
            consultation_id=consultation_id, user_id=anna.pk, text="Алло", sent_key=uuid4(), by=BY, at=NOW
        )


@pytest.mark.django_db
def test_what_is_said_cannot_be_read_in_the_database() -> None:
    anna, policy_id = insured(ANNA)
    ask(anna, policy_id)
    with connection.cursor() as cursor:
        cursor.execute("select complaint from telemed_consultation")
        assert "горло".encode() not in bytes(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_two_doctors_at_once_take_different_patients() -> None:
    asked = set()
    for number in range(4):
        someone = Someone("Иванова", "Инна", date(1980, 1, 1 + number), "female", f"+7927000010{number}", "")
        user, policy_id = insured(someone)
        asked.add(ask(user, policy_id))
    doctors = [doctor(f"doctor{number}") for number in range(4)]
    taken: list[UUID | None] = []
    start = threading.Barrier(4)

    def work(doctor_id: UUID) -> None:
        try:
            start.wait()
            taken.append(take(doctor_id))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[one]) for one in doctors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(taken) == asked
