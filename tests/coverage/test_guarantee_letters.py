"""A letter of guarantee: made by itself for a clinic that wants one, told of, opened and withdrawn once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from doctorlike.appointments import commands as appointments
from doctorlike.audit.models import Entry
from doctorlike.clinics.models import Clinic
from doctorlike.coverage import commands
from doctorlike.coverage.letters import making
from doctorlike.coverage.letters.rules import LetterEvent, LetterState, next_state
from doctorlike.coverage.models import GuaranteeLetter
from doctorlike.documents import queries as documents
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.notifications.facts import MessageAccepted, MessageFailed
from doctorlike.notifications.models import Message
from tests.appointments import builders
from tests.appointments.builders import BY, NOW
from tests.appointments.conftest import Client, _wednesday_morning, anna, clinic, therapist, thursday
from tests.journeys.pdf import is_signed, words

__all__ = ["_wednesday_morning", "anna", "clinic", "therapist", "thursday"]
EMAIL = "letters@clinic.example"
REGISTRAR = Actor.system("registrar")


@pytest.fixture
def wanted(clinic: Clinic) -> None:
    commands.set_letter_wish(clinic_id=clinic.pk, email=EMAIL, by=BY, at=NOW)


def booked(anna: Client, slot: Any, *, at: Any = NOW) -> UUID:
    hold_id = appointments.hold_slot(slot_id=slot.pk, policy_id=anna.policy_id, by=anna.actor, at=at)
    return appointments.confirm_booking(hold_id=hold_id, by=anna.actor, at=at)


@pytest.fixture
def visit_id(wanted: None, anna: Client, thursday: Any) -> UUID:
    return booked(anna, thursday[0])


@pytest.fixture
def letter(visit_id: UUID) -> GuaranteeLetter:
    row = GuaranteeLetter.objects.get()
    commands.make_letter(letter_id=row.pk, by=BY, at=NOW)
    row.refresh_from_db()
    return row


def mails() -> list[Message]:
    return list(Message.objects.filter(to=EMAIL).order_by("created_at", "id"))


def accepted(topic: str, letter: GuaranteeLetter, at: Any = NOW) -> None:
    commands.note_letter_accepted(MessageAccepted(letter.pk, topic, str(letter.pk), at))


def failed(topic: str, letter: GuaranteeLetter) -> None:
    commands.note_letter_failed(MessageFailed(letter.pk, topic, str(letter.pk), NOW))


def as_it_is(letter: GuaranteeLetter) -> GuaranteeLetter:
    letter.refresh_from_db()
    return letter


@pytest.mark.parametrize("state", LetterState)
@pytest.mark.parametrize("event", LetterEvent)
def test_every_event_in_every_state(state: LetterState, event: LetterEvent) -> None:
    moves = {
        ("asked", "mail"): "mailed",
        ("asked", "fail"): "failed",
        ("mailed", "accept"): "sent",
        ("mailed", "fail"): "failed",
        ("mailed", "open"): "opened",
        ("sent", "open"): "opened",
        ("failed", "accept"): "sent",
        ("failed", "open"): "opened",
        ("failed", "send_again"): "asked",
    }
    expected = "withdrawn" if event == "withdraw" else moves.get((state.value, event.value), state.value)
    assert next_state(state, event) == expected


@pytest.mark.django_db
def test_a_clinic_that_wants_none_gets_none(anna: Client, thursday: Any) -> None:
    booked(anna, thursday[0])
    assert not GuaranteeLetter.objects.exists()


@pytest.mark.django_db
def test_a_booked_visit_has_a_signed_letter_and_the_clinic_is_told_without_a_medical_word(
    letter: GuaranteeLetter,
) -> None:
    assert letter.state == LetterState.MAILED
    assert letter.document_id is not None
    card, pdf = documents.read_pdf(letter.document_id)
    paper = words(pdf)
    for told in (letter.number, "Серова Анна", "ONDL-30", builders.THERAPIST, "1 200,00", "840,00", "26 марта 2026"):
        assert told in paper, told
    assert is_signed(pdf)
    (mail,) = mails()
    assert f"/reception/letters/{letter.pk}/" in mail.text
    for told in ("Серова", "терапевт", builders.THERAPIST, "ONDL"):
        assert told not in mail.subject + mail.text
    assert not mail.attachments
    assert card.title == f"Гарантийное письмо {letter.number}"


@pytest.mark.django_db
def test_a_job_run_twice_makes_one_letter_and_one_mail(letter: GuaranteeLetter) -> None:
    commands.make_letter(letter_id=letter.pk, by=BY, at=NOW)
    assert len(documents.documents_of(making.SUBJECT, letter.pk)) == 1
    assert len(mails()) == 1


@pytest.mark.django_db
def test_a_job_lost_between_document_and_mail_goes_on_where_it_was(visit_id: UUID) -> None:
    letter = GuaranteeLetter.objects.get()
    made = making._made(letter, by=BY, at=NOW)
    assert commands.late_letters(NOW + timedelta(minutes=11)) == [letter.pk]
    commands.make_letter(letter_id=letter.pk, by=BY, at=NOW)
    assert as_it_is(letter).document_id == made
    assert commands.late_letters(NOW + timedelta(minutes=11)) == []


@pytest.mark.django_db
def test_the_letters_of_a_policy_are_numbered(letter: GuaranteeLetter, anna: Client, thursday: Any) -> None:
    booked(anna, thursday[5])
    numbers = sorted(one.number.partition("/")[2] for one in GuaranteeLetter.objects.all())
    assert numbers == ["1", "2"]


@pytest.mark.django_db
def test_sent_and_seen_are_noted_once_in_any_order(letter: GuaranteeLetter, clinic: Clinic) -> None:
    later = NOW + timedelta(hours=1)
    commands.open_letter(clinic_id=clinic.pk, letter_id=letter.pk, by=REGISTRAR, at=NOW)
    accepted(making.TOLD, letter, later)
    accepted(making.TOLD, letter, later + timedelta(hours=1))
    commands.open_letter(clinic_id=clinic.pk, letter_id=letter.pk, by=REGISTRAR, at=later)
    seen = as_it_is(letter)
    assert (seen.state, seen.sent_at, seen.opened_at) == (LetterState.OPENED, later, NOW)
    assert Entry.objects.filter(action="letter.read", subject_id=str(letter.guarantee.policy_id)).count() == 2


@pytest.mark.django_db
def test_another_clinic_opens_nothing(letter: GuaranteeLetter) -> None:
    with pytest.raises(NotFoundError):
        commands.open_letter(clinic_id=builders.clinic("Другая").pk, letter_id=letter.pk, by=REGISTRAR, at=NOW)


@pytest.mark.django_db
def test_cancelling_withdraws_the_letter_and_tells_the_clinic_once(
    letter: GuaranteeLetter, visit_id: UUID, anna: Client
) -> None:
    for _ in range(2):
        appointments.cancel_appointment(appointment_id=visit_id, by=anna.actor, at=NOW)
    _first, withdrawal = mails()
    assert "отозвано" in withdrawal.subject
    for told in ("Серова", builders.THERAPIST, "ONDL"):
        assert told not in withdrawal.text
    accepted(making.WITHDRAWN, letter)
    gone = as_it_is(letter)
    assert (gone.state, gone.withdrawn_at, gone.withdrawal_sent_at) == (LetterState.WITHDRAWN, NOW, NOW)


@pytest.mark.django_db
def test_a_visit_cancelled_before_its_letter_was_made_tells_nobody(visit_id: UUID, anna: Client) -> None:
    appointments.cancel_appointment(appointment_id=visit_id, by=anna.actor, at=NOW)
    letter = GuaranteeLetter.objects.get()
    commands.make_letter(letter_id=letter.pk, by=BY, at=NOW)
    assert as_it_is(letter).state == LetterState.WITHDRAWN
    assert (mails(), documents.documents_of(making.SUBJECT, letter.pk)) == ([], [])


@pytest.mark.django_db
def test_what_the_clinics_mail_refused_waits_at_the_desk_until_it_is_sent_again(letter: GuaranteeLetter) -> None:
    failed(making.TOLD, letter)
    assert (as_it_is(letter).state, letter.failure) == (LetterState.FAILED, making.MAIL_REFUSED)
    for _ in range(2):
        commands.send_letter_again(letter_id=letter.pk, by=BY, at=NOW)
        commands.make_letter(letter_id=letter.pk, by=BY, at=NOW)
    assert (as_it_is(letter).state, letter.failure) == (LetterState.MAILED, "")
    assert len(mails()) == 2
    assert len(documents.documents_of(making.SUBJECT, letter.pk)) == 1


@pytest.mark.django_db
def test_a_withdrawal_that_was_not_delivered_is_sent_again_as_one(
    letter: GuaranteeLetter, visit_id: UUID, anna: Client
) -> None:
    appointments.cancel_appointment(appointment_id=visit_id, by=anna.actor, at=NOW)
    failed(making.TOLD, letter)  # of the letter itself, late: it fails nobody any more
    assert as_it_is(letter).failure == ""
    failed(making.WITHDRAWN, letter)
    assert (as_it_is(letter).state, letter.failure) == (LetterState.WITHDRAWN, making.MAIL_REFUSED)
    commands.send_letter_again(letter_id=letter.pk, by=BY, at=NOW)
    assert [mail.subject.rpartition(": ")[2] for mail in mails()] == [
        "гарантийное письмо", "гарантийное письмо отозвано", "гарантийное письмо отозвано",
    ]  # fmt: skip
    assert (as_it_is(letter).state, letter.failure) == (LetterState.WITHDRAWN, "")


@pytest.mark.django_db
def test_a_clinic_without_an_address_any_more_is_the_desks_matter(visit_id: UUID, clinic: Clinic) -> None:
    commands.set_letter_wish(clinic_id=clinic.pk, email="", by=BY, at=NOW)
    letter = GuaranteeLetter.objects.get()
    commands.make_letter(letter_id=letter.pk, by=BY, at=NOW)
    assert (as_it_is(letter).state, letter.failure) == (LetterState.FAILED, making.NO_ADDRESS)
    assert letter.document_id is not None, "it can be read at the reception all the same"
