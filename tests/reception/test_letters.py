"""Letters of guarantee on pages: the clinic asks for them and reads them, the client sees it, the desk what failed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client as Browser

from doctorlike.clinics import commands as clinics
from doctorlike.coverage import commands
from doctorlike.coverage.models import GuaranteeLetter
from doctorlike.notifications.facts import MessageAccepted, MessageFailed
from tests.appointments import builders
from tests.appointments.builders import BY, NOW

pytestmark = pytest.mark.django_db
EMAIL = "letters@clinic.example"


@pytest.fixture
def wanted(clinic: Any) -> None:
    commands.set_letter_wish(clinic_id=clinic.pk, email=EMAIL, by=BY, at=NOW)


@pytest.fixture
def letter(wanted: None, visit_id: UUID) -> GuaranteeLetter:
    row = GuaranteeLetter.objects.get()
    commands.make_letter(letter_id=row.pk, by=BY, at=NOW)
    return row


def page(browser: Browser, address: str) -> str:
    return browser.get(address).content.decode().replace("\u00a0", " ")


def test_the_clinic_asks_for_letters_and_takes_it_back(counter: Browser, clinic: Any) -> None:
    assert "Письма не приходят" in page(counter, "/reception/letters/")
    answer = counter.post("/reception/letters/", {"wanted": "on", "email": ""}).content.decode()
    assert "Введите адрес: без него некуда сообщить о письме." in answer
    counter.post("/reception/letters/", {"wanted": "on", "email": EMAIL})
    assert "Писем пока нет" in page(counter, "/reception/letters/")
    counter.post("/reception/letters/", {"email": "no address"})
    assert "Письма не приходят" in page(counter, "/reception/letters/")


def test_a_letter_is_listed_read_and_downloaded(counter: Browser, letter: GuaranteeLetter) -> None:
    listed = page(counter, "/reception/letters/")
    for words in ("Серова Анна", letter.number, "26 марта 2026", "Не открыто"):
        assert words in listed
    assert "терапевт" not in listed
    read = page(counter, f"/reception/letters/{letter.pk}/")
    for words in ("Серова Анна", "терапевта", "1 200,00 ₽", "840,00 ₽", "360,00 ₽", "Открыто"):
        assert words in read
    file = counter.get(f"/reception/letters/{letter.pk}/letter.pdf")
    assert file.content.startswith(b"%PDF")
    assert "Открыто" in page(counter, "/reception/letters/")


def test_a_letter_that_is_still_being_made_says_so(counter: Browser, wanted: None, visit_id: UUID) -> None:
    row = GuaranteeLetter.objects.get()
    assert "Письмо готовится" in page(counter, f"/reception/letters/{row.pk}/")
    assert counter.get(f"/reception/letters/{row.pk}/letter.pdf").status_code == 404


def test_a_letter_that_was_withdrawn_is_marked_and_gives_no_file(
    counter: Browser, letter: GuaranteeLetter, visit_id: UUID, anna: Any
) -> None:
    commands.withdraw_guarantee(appointment_id=visit_id, by=anna.actor, at=NOW)
    assert "Письмо отозвано" in page(counter, f"/reception/letters/{letter.pk}/")
    assert counter.get(f"/reception/letters/{letter.pk}/letter.pdf").status_code == 404


def test_another_clinics_letter_is_not_found(counter: Browser, registrar: Any, letter: GuaranteeLetter) -> None:
    clinics.assign_staff(user_id=registrar.pk, clinic_id=builders.clinic("Другая").pk, by=BY, at=NOW)
    for name in ("", "letter.pdf"):
        assert counter.get(f"/reception/letters/{letter.pk}/{name}").status_code == 404
    letter.refresh_from_db()
    assert letter.opened_at is None


def test_the_client_sees_that_it_was_sent_and_seen(
    letter: GuaranteeLetter, visit_id: UUID, anna: Any, clinic: Any, on_site: Any, client: Browser
) -> None:
    on_site("portal")
    client.force_login(anna.user)
    address = f"/cabinet/visits/{visit_id}/"
    for words in ("Подписано", "Отправляем в клинику", "Клиника ещё не открывала письмо"):
        assert words in page(client, address)
    commands.note_letter_accepted(MessageAccepted(letter.pk, "letter", str(letter.pk), NOW))
    assert "Отправлено в клинику" in page(client, address)
    commands.open_letter(clinic_id=clinic.pk, letter_id=letter.pk, by=BY, at=NOW)
    seen = page(client, address)
    assert "Клиника открыла письмо" in seen
    assert seen.count('datetime="2026-03-25T09:00:00+03:00"') == 2


def test_the_desk_sees_what_a_clinic_was_not_told_and_sends_it_again(
    letter: GuaranteeLetter, staff: Any, on_site: Any, client: Browser
) -> None:
    on_site("staff")
    client.force_login(staff("operator", email="operator@insurer.example"))
    assert "Обо всех письмах клиники знают" in page(client, "/desk/letters/")
    commands.note_letter_failed(MessageFailed(letter.pk, "letter", str(letter.pk), NOW))
    listed = page(client, "/desk/letters/")
    for words in (letter.number, "Клиника на Ленина", "Почта клиники не приняла сообщение"):
        assert words in listed
    for words in ("Серова", "терапевт"):
        assert words not in listed
    answer = client.post(f"/desk/letters/{letter.pk}/", follow=True).content.decode()
    assert "Отправляем ещё раз" in answer
    assert "Обо всех письмах клиники знают" in answer
