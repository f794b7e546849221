"""The profile: who the account holder is, how to reach them; consents."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from doctorlike.accounts import commands, errors, queries
from doctorlike.accounts.facts import ContactVerified
from doctorlike.accounts.models import Consent, OneTimeCode, User
from doctorlike.accounts.rules import Contact
from doctorlike.kit import facts
from doctorlike.notifications.models import Message
from tests.accounts.builders import (
    ANNA_PHONE,
    BORIS_PHONE,
    CONSOLE,
    NOW,
    anna,
    boris,
    last_code,
    prove_old,
    save_anna,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[ContactVerified]]:
    """What is published while the test runs, instead of to the apps above."""
    before, told = facts.table(), []
    facts.fill({**before, ContactVerified: (told.append,)})
    yield told
    facts.fill(before)


@pytest.fixture
def browser(on_site: Callable[[str], None]) -> Client:
    on_site("portal")
    anna()
    browser = Client()
    sign_in(browser, ANNA_PHONE, to=ANNA_PHONE)
    return browser


def told(**changed: str) -> dict[str, str]:
    form = {"surname": "Серова", "given_name": "Анна", "patronymic": "", "born_on": "17.05.1990", "sex": "female"}
    return {**form, **changed}


def test_the_card_shows_a_person_in_full_and_in_short() -> None:
    card = queries.user_card(anna().pk)
    assert card.person
    assert card.person.full_name == "Серова Анна Викторовна"
    assert card.person.short_name == "Серова А. В."
    assert queries.people([card.person.id]) == {card.person.id: card.person}
    assert [one.id for one in queries.users_by_contact(phone=ANNA_PHONE)] == [card.id]


def test_a_contact_that_nobody_verified_is_not_shown_as_one() -> None:
    known = anna()
    User.objects.filter(pk=known.pk).update(email="anna@example.com")
    assert queries.user_card(known.pk).email is None
    assert queries.users_by_contact(email="anna@example.com") == []


def test_a_first_entry_and_a_saved_profile_are_told_upwards(heard: list[ContactVerified]) -> None:
    known = anna(named=False)
    assert [news.user_id for news in heard] == [known.pk]
    commands.enter_account(contact=Contact("phone", ANNA_PHONE), by=CONSOLE, at=NOW)
    assert len(heard) == 1
    save_anna(known.pk)
    assert len(heard) == 2


def test_the_birth_date_cannot_be_tried_out() -> None:
    known = anna()
    save_anna(known.pk, born_on=date(1990, 5, 18))
    save_anna(known.pk, born_on=date(1990, 5, 19))
    with pytest.raises(errors.BirthDateFixedError):
        save_anna(known.pk, born_on=date(1990, 5, 17))
    save_anna(known.pk, born_on=date(1990, 5, 19))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"surname": "Serova"}, "surname"),
        ({"given_name": ""}, "given_name"),
        ({"patronymic": "Викторовна 1"}, "patronymic"),
        ({"born_on": "31.02.1990"}, "born_on"),
        ({"born_on": "01.01.2190"}, "born_on"),
        ({"sex": ""}, "sex"),
    ],
)
def test_a_wrong_answer_is_told_at_its_field_and_the_others_are_kept(
    browser: Client, changed: dict[str, str], field: str
) -> None:
    page = browser.post("/cabinet/profile/", told(**changed))
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert page.context["form"][field].value() == changed[field]
    assert queries.user_card(User.objects.get().pk).person.patronymic == "Викторовна"


def test_the_profile_shows_what_is_saved(browser: Client) -> None:
    assert browser.post("/cabinet/profile/", told(surname="Серова-Петрова"))["Location"] == "/cabinet/profile/"
    page = browser.get("/cabinet/profile/").content.decode()
    assert "Серова-Петрова" in page
    assert "17.05.1990" in page


def test_an_address_is_added_by_the_code_sent_there(browser: Client, heard: list[ContactVerified]) -> None:
    browser.post("/cabinet/profile/contact/email/", {"contact": "Anna@example.com"})
    assert queries.user_card(User.objects.get().pk).email is None
    browser.post("/cabinet/profile/contact/code/", {"code": last_code("anna@example.com")})
    assert queries.user_card(User.objects.get().pk).email == "anna@example.com"
    assert len(heard) == 1


def test_anothers_phone_is_refused_after_the_code_only(browser: Client) -> None:
    boris()
    OneTimeCode.objects.all().delete()
    prove_old(browser, "phone", to=ANNA_PHONE)
    assert browser.post("/cabinet/profile/contact/phone/", {"contact": BORIS_PHONE}).status_code == 302
    page = browser.post("/cabinet/profile/contact/code/", {"code": last_code(BORIS_PHONE)})
    assert "в другом аккаунте" in page.content.decode()
    assert User.objects.get(phone=BORIS_PHONE).person.surname == "Серова"
    assert User.objects.filter(phone=ANNA_PHONE).exists()


def test_an_unknown_kind_of_contact_is_no_page(browser: Client) -> None:
    assert browser.get("/cabinet/profile/contact/fax/").status_code == 404
    assert not Message.objects.filter(to="").exists()


def test_a_person_of_a_contract_keeps_an_encrypted_document() -> None:
    document = {"kind": "passport", "series": "4508", "number": "123456"}
    person_id = commands.create_person(
        surname="Серов",
        given_name="Дмитрий",
        born_on=date(2018, 3, 2),
        sex="male",
        identity=document,
        by=CONSOLE,
        at=NOW,
    )
    assert queries.identity_of(person_id) == document
    assert queries.person(person_id).full_name == "Серов Дмитрий"


def test_a_consent_proves_the_text_and_cannot_be_changed() -> None:
    consent_id = commands.record_consent(
        purpose="health_data",
        document_version="2026-01",
        text="Согласен",
        subject_type="order",
        subject_id="o-1",
        ip_address="203.0.113.7",
        by=CONSOLE,
        at=NOW,
    )
    consent = Consent.objects.get(pk=consent_id)
    assert consent.text_sha256 == hashlib.sha256("Согласен".encode()).hexdigest()
    assert (consent.given_at, consent.given_by) == (NOW, str(CONSOLE))


def test_the_demo_tells_how_to_sign_in(settings: object, capsys: pytest.CaptureFixture[str]) -> None:
    settings.DEMO = True
    commands.seed_demo_people(by=CONSOLE, at=NOW)
    call_command("demo_signins")
    shown = capsys.readouterr().out
    assert "operator@demo.example" in shown
    assert "/mail/" in shown
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("demo_signins")
