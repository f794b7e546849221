"""Another phone or address in the place of a verified one: both are proven, the old one is told."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from doctorlike.accounts import commands, errors
from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Contact, OldProof
from doctorlike.accounts.rules.contacts import old_proof_needed
from doctorlike.audit import queries as audit
from doctorlike.notifications.models import Message
from tests.accounts.builders import ANNA_PHONE, CONSOLE, NOW, anna, last_code, prove_old, sign_in, wrong

pytestmark = pytest.mark.django_db
NEW_PHONE = "+79120000077"
OLD_PAGE = "/cabinet/profile/contact/phone/old/"


@pytest.fixture
def browser(on_site: Callable[[str], None]) -> Client:
    on_site("portal")
    anna()
    browser = Client()
    sign_in(browser, ANNA_PHONE, to=ANNA_PHONE)
    return browser


@pytest.mark.parametrize(
    ("old", "verified", "new", "needed"),
    [
        (None, False, NEW_PHONE, False),
        (ANNA_PHONE, True, NEW_PHONE, True),
        (ANNA_PHONE, False, NEW_PHONE, False),
        (ANNA_PHONE, True, ANNA_PHONE, False),
    ],
)
def test_only_a_verified_contact_that_goes_must_be_proven(
    old: str | None, verified: bool, new: str, needed: bool
) -> None:
    assert old_proof_needed(old=old, verified=verified, new=new) is needed


def test_without_a_proof_of_the_old_one_nothing_changes() -> None:
    known = anna()
    with pytest.raises(errors.OldContactUnprovenError):
        commands.save_contact(user_id=known.pk, contact=Contact("phone", NEW_PHONE), by=CONSOLE, at=NOW)
    assert User.objects.get().phone == ANNA_PHONE


def test_repeating_needs_no_proof_and_tells_nobody_twice() -> None:
    known = anna()
    for _ in range(2):
        commands.save_contact(
            user_id=known.pk, contact=Contact("phone", NEW_PHONE), old_proof=OldProof.CODE, by=CONSOLE, at=NOW
        )
    assert Message.objects.filter(to=ANNA_PHONE, topic="account").count() == 1
    changed = [
        one for one in audit.history(subject_type="user", subject_id=known.pk) if one.action == "contact.changed"
    ]
    assert [one.details["old_proof"] for one in changed] == ["code"]


def test_a_phone_is_replaced_by_two_codes_and_the_old_one_is_told(browser: Client) -> None:
    assert browser.get("/cabinet/profile/contact/phone/")["Location"] == OLD_PAGE
    prove_old(browser, "phone", to=ANNA_PHONE)
    browser.post("/cabinet/profile/contact/phone/", {"contact": NEW_PHONE})
    assert browser.post("/cabinet/profile/contact/code/", {"code": last_code(NEW_PHONE)}).status_code == 302
    assert User.objects.get().phone == NEW_PHONE
    told = Message.objects.get(to=ANNA_PHONE, topic="account").text
    assert "Телефон вашего аккаунта сменили" in told
    assert NEW_PHONE not in told


def test_the_new_ones_page_is_closed_without_the_old_code(browser: Client) -> None:
    page = browser.post("/cabinet/profile/contact/phone/", {"contact": NEW_PHONE})
    assert page["Location"] == OLD_PAGE
    assert not Message.objects.filter(to=NEW_PHONE).exists()


def test_a_wrong_code_of_the_old_one_is_refused_in_words(browser: Client) -> None:
    browser.post(f"{OLD_PAGE}code/")
    page = browser.post(OLD_PAGE, {"code": wrong(last_code(ANNA_PHONE))})
    assert "Осталось попыток: 4" in page.content.decode()
    assert browser.get("/cabinet/profile/contact/phone/")["Location"] == OLD_PAGE


def test_a_proof_gets_old(browser: Client) -> None:
    prove_old(browser, "phone", to=ANNA_PHONE)
    browser.post("/cabinet/profile/contact/phone/", {"contact": NEW_PHONE})
    session = browser.session
    session["old_contact_proven"] = {"value": ANNA_PHONE, "at": time.time() - 601}
    session.save()
    page = browser.post("/cabinet/profile/contact/code/", {"code": last_code(NEW_PHONE)})
    assert page["Location"] == OLD_PAGE
    assert User.objects.get().phone == ANNA_PHONE


def test_the_proof_of_one_contact_does_not_serve_another(browser: Client) -> None:
    commands.save_contact(
        user_id=User.objects.get().pk, contact=Contact("email", "anna@example.com"), by=CONSOLE, at=NOW
    )
    prove_old(browser, "phone", to=ANNA_PHONE)
    assert browser.get("/cabinet/profile/contact/email/")["Location"] == "/cabinet/profile/contact/email/old/"


def test_a_code_to_the_old_one_is_asked_again_too_soon_and_told_so(browser: Client) -> None:
    browser.post(f"{OLD_PAGE}code/")
    page = browser.post(f"{OLD_PAGE}code/")
    assert page.status_code == 409
    assert "можно попросить через" in page.content.decode()


def test_the_app_proves_it_instead_of_the_old_phone(browser: Client) -> None:
    user = User.objects.get()
    secret = commands.new_app_secret()
    commands.add_app(user_id=user.pk, secret=secret, code=code_of(secret), by=CONSOLE, at=NOW)
    page = browser.get(OLD_PAGE).content.decode()
    assert "Подтвердить приложением" in page
    session = browser.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [*records, {"method": "mfa", "type": "totp", "at": time.time()}]
    session.save()
    assert browser.get("/cabinet/profile/contact/phone/").status_code == 200
    browser.post("/cabinet/profile/contact/phone/", {"contact": NEW_PHONE})
    browser.post("/cabinet/profile/contact/code/", {"code": last_code(NEW_PHONE)})
    assert User.objects.get().phone == NEW_PHONE


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_an_unknown_kind_of_contact_has_no_old_one(browser: Client) -> None:
    assert browser.get("/cabinet/profile/contact/fax/old/").status_code == 404
    assert browser.post("/cabinet/profile/contact/fax/old/code/").status_code == 404
