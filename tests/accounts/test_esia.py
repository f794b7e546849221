"""In by «Госуслуги», against a service that speaks as ЕСИА does; and who is never let in that way."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from doctorlike.accounts import errors
from doctorlike.accounts.commands.closing import close_account
from doctorlike.accounts.commands.esia import enter_by_esia, join_esia, part_esia
from doctorlike.accounts.models import EsiaLink, OneTimeCode, Person, User
from doctorlike.accounts.rules import Contact, Role
from doctorlike.accounts.rules.esia import Citizen
from doctorlike.config.environment import Environment
from doctorlike.kit.errors import NotFoundError
from doctorlike.notifications.models import Message
from tests.accounts.builders import ANNA_PHONE, CONSOLE, NOW, anna, is_signed_in, last_code, save_anna, sign_in, wrong
from tests.accounts.test_esia_rules import CITIZEN
from tests.sandbox.running import Sandbox
from tests.sandbox_process import outside, sandbox_running  # noqa: F401  # fixtures

ANNA_OID, BORIS_OID, VERA_OID, GLEB_OID, EGOR_OID = range(1000299001, 1000299006)


@pytest.fixture
def esia(outside: Sandbox, on_site: Callable[[str], None], settings: Any) -> Sandbox:  # noqa: F811  # the fixture
    settings.ESIA_URL = f"{outside.url}/esia"
    settings.ESIA_CLIENT_ID = "DEMO01"
    settings.ESIA_PROVIDER_CERTIFICATE_FILE = outside.folder / "esia.crt"
    on_site("portal")
    return outside


def go(esia: Sandbox, browser: Client, oid: int | None, *, next_url: str = "") -> str:
    """To the service and through its page; the address it leads back to."""
    there = browser.get("/signin/esia/", {"next": next_url} if next_url else {})["Location"]
    return choose(esia, there, oid)


def choose(esia: Sandbox, there: str, oid: int | None) -> str:
    page = esia.web.get(there)
    assert page.status_code == 200, page.text
    told = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    answer = esia.web.post(there, data={**told, "oid": str(oid or "")})
    assert answer.status_code == 303, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def enter(esia: Sandbox, browser: Client, oid: int, *, to: str, next_url: str = "") -> Any:
    """The first time: with the code from the contact."""
    assert browser.get(go(esia, browser, oid, next_url=next_url))["Location"] == "/signin/esia/code/"
    return browser.post("/signin/esia/code/", {"code": last_code(to)})


class TestOff:
    @pytest.fixture(autouse=True)
    def portal(self, on_site: Callable[[str], None], db: None) -> None:
        on_site("portal")

    def test_without_the_setting_there_is_neither_a_button_nor_a_page(self) -> None:
        assert "Госуслуги" not in Client().get("/signin/").content.decode()
        for path in ("", "back/", "code/"):
            assert Client().get(f"/signin/esia/{path}").status_code == 404
        assert Client().post("/signin/esia/code/again/").status_code == 404

    def test_half_a_setting_refuses_the_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ESIA_URL", "https://esia.example")
        with pytest.raises(ValueError, match="ESIA_CLIENT_ID, ESIA_PROVIDER_CERTIFICATE_FILE"):
            Environment()


@pytest.mark.django_db
class TestTheWayIn:
    def test_the_first_time_a_code_opens_an_account_with_the_name_and_later_none_is_asked_for(
        self, esia: Sandbox
    ) -> None:
        browser = Client()
        assert 'href="/signin/esia/"' in browser.get("/signin/").content.decode()
        page = browser.get(go(esia, browser, ANNA_OID), follow=True).content.decode()
        assert "вы входите сюда впервые" in page
        assert not User.objects.exists()
        assert browser.post("/signin/esia/code/", {"code": last_code(ANNA_PHONE)})["Location"] == "/cabinet/"
        assert is_signed_in(browser)
        known = User.objects.select_related("person").get()
        assert str(known.person) == "Серова Анна Викторовна"
        assert Person.objects.get().born_on == date(1990, 5, 17)
        assert known.phone == ANNA_PHONE
        assert known.phone_verified_at
        assert known.email is None, "what nobody proved to us is not kept as proven"

        OneTimeCode.objects.all().delete()
        again = Client()
        assert again.get(go(esia, again, ANNA_OID, next_url="/cabinet/visits/"))["Location"] == "/cabinet/visits/"
        assert again.session["_auth_user_id"] == str(known.pk)
        assert not OneTimeCode.objects.exists()

    def test_her_own_account_is_joined_and_its_owner_told(self, esia: Sandbox) -> None:
        known = anna()
        browser = Client()
        assert enter(esia, browser, ANNA_OID, to=ANNA_PHONE)["Location"] == "/cabinet/"
        assert browser.session["_auth_user_id"] == str(known.pk)
        assert "подключили вход через Госуслуги" in Message.objects.get(topic="account", to=ANNA_PHONE).text

    def test_an_account_without_a_profile_takes_over_the_name(self, esia: Sandbox) -> None:
        known = anna(named=False)
        enter(esia, Client(), ANNA_OID, to=ANNA_PHONE)
        known.refresh_from_db()
        assert str(known.person) == "Серова Анна Викторовна"

    def test_an_address_serves_where_no_phone_was_verified_there(self, esia: Sandbox) -> None:
        enter(esia, Client(), BORIS_OID, to="boris@example.com")
        known = User.objects.get()
        assert (known.email, known.phone) == ("boris@example.com", None)

    def test_the_second_step_of_an_account_that_has_one_is_asked_for_each_time(self, esia: Sandbox) -> None:
        known = anna()
        Authenticator.objects.create(user=known, type="totp", data={"secret": "sealed"})
        browser = Client()
        assert enter(esia, browser, ANNA_OID, to=ANNA_PHONE)["Location"] == reverse("mfa_authenticate")
        assert not is_signed_in(browser)
        again = Client()
        assert again.get(go(esia, again, ANNA_OID))["Location"] == reverse("mfa_authenticate")
        assert not is_signed_in(again)

    def test_it_stands_among_the_ways_in_and_is_turned_off_there(self, esia: Sandbox) -> None:
        browser = Client()
        enter(esia, browser, ANNA_OID, to=ANNA_PHONE)
        assert "Вход через Госуслуги подключён" in browser.get("/cabinet/security/").content.decode()
        assert browser.post("/signin/esia/part/")["Location"] == "/cabinet/security/"
        page = browser.get("/cabinet/security/").content.decode()
        assert "Вход через Госуслуги отключён" in page
        assert "Вход через Госуслуги подключён" not in page
        assert browser.post("/signin/esia/part/").status_code == 404
        OneTimeCode.objects.all().delete()
        again = Client()
        assert again.get(go(esia, again, ANNA_OID))["Location"] == "/signin/esia/code/"

    def test_somebody_signed_in_is_not_sent_off(self, esia: Sandbox) -> None:
        anna()
        browser = Client()
        sign_in(browser, ANNA_PHONE, to=ANNA_PHONE)
        assert browser.get("/signin/esia/")["Location"] == "/cabinet/"

    def test_what_was_told_of_the_person_rests_sealed(self, esia: Sandbox) -> None:
        browser = Client()
        browser.get(go(esia, browser, ANNA_OID))
        kept = str(dict(browser.session))
        assert "Серова" not in kept
        assert "1990" not in kept
        browser.post("/signin/esia/code/", {"code": last_code(ANNA_PHONE)})
        assert "esia_citizen" not in browser.session
        assert str(ANNA_OID) not in str(EsiaLink.objects.values().get())


@pytest.mark.django_db
class TestNobodyElse:
    def test_an_account_that_is_not_confirmed_lets_nobody_in(self, esia: Sandbox) -> None:
        browser = Client()
        page = browser.get(go(esia, browser, VERA_OID))
        assert page.status_code == 403
        assert "не подтверждена" in page.content.decode()
        assert 'href="/signin/"' in page.content.decode()
        assert not OneTimeCode.objects.exists()

    def test_without_a_verified_contact_the_code_is_offered(self, esia: Sandbox) -> None:
        browser = Client()
        page = browser.get(go(esia, browser, GLEB_OID))
        assert page.status_code == 403
        assert "Войдите здесь по коду" in page.content.decode()
        assert not User.objects.exists()

    def test_a_phone_that_became_anothers_is_proven_first_and_then_refused_by_name(self, esia: Sandbox) -> None:
        """Egor's record still has the number that is Anna's today. Without her phone he is nowhere; with it he still
        does not get into her account, and it is not changed."""
        known = anna()
        browser = Client()
        browser.get(go(esia, browser, EGOR_OID))
        page = browser.post("/signin/esia/code/", {"code": wrong(last_code(ANNA_PHONE))})
        assert "Код не подошёл" in page.content.decode()
        page = browser.post("/signin/esia/code/", {"code": last_code(ANNA_PHONE)})
        assert page.status_code == 403
        assert "оформлен на другого человека" in page.content.decode()
        assert "позвоните нам" in page.content.decode()
        assert not is_signed_in(browser)
        assert not EsiaLink.objects.exists()
        known.refresh_from_db()
        assert str(known.person) == "Серова Анна Викторовна"

    def test_an_account_made_beforehand_with_her_name_does_not_get_her(self, esia: Sandbox) -> None:
        """Whoever got her old number writes her name into a profile of theirs and waits: she cannot enter the code that
        goes to them, so she is not led into their account."""
        waiting = anna()
        browser = Client()
        browser.get(go(esia, browser, ANNA_OID))
        assert browser.get("/cabinet/")["Location"].startswith("/signin/")
        assert not EsiaLink.objects.filter(user=waiting).exists()

    def test_a_closed_account_is_refused_in_words(self, esia: Sandbox) -> None:
        enter(esia, Client(), ANNA_OID, to=ANNA_PHONE)
        User.objects.update(is_active=False)
        browser = Client()
        page = browser.get(go(esia, browser, ANNA_OID))
        assert page.status_code == 403
        assert "закрыт" in page.content.decode()

    @pytest.mark.parametrize("oid", [None, ANNA_OID])
    def test_a_refusal_there_and_a_foreign_state_lead_back_to_the_door(self, esia: Sandbox, oid: int | None) -> None:
        browser = Client()
        back = go(esia, browser, oid)
        if oid:
            back = back.replace("state=", "state=x")
        page = browser.get(back)
        assert page.status_code == 400
        assert 'href="/signin/"' in page.content.decode()

    def test_a_way_back_serves_once_and_only_its_own_browser(self, esia: Sandbox) -> None:
        browser = Client()
        back = go(esia, browser, ANNA_OID)
        assert Client().get(back).status_code == 400
        assert browser.get(back).status_code == 302
        assert browser.get(back).status_code == 400

    def test_a_code_of_another_sign_in_is_refused_there(self, esia: Sandbox) -> None:
        """The code of an overheard answer, put into a sign-in of one's own: the verifier is another."""
        overheard = parse_qs(urlsplit(go(esia, Client(), ANNA_OID)).query)["code"][0]
        thief = Client()
        own = parse_qs(urlsplit(go(esia, thief, VERA_OID)).query)["state"][0]
        assert thief.get("/signin/esia/back/", {"code": overheard, "state": own}).status_code == 400
        assert not OneTimeCode.objects.exists()

    @pytest.mark.parametrize("key", ["esia_begun", "esia_citizen"])
    def test_what_is_too_old_begins_anew(self, esia: Sandbox, key: str) -> None:
        browser = Client()
        back = go(esia, browser, ANNA_OID)
        if key == "esia_citizen":
            browser.get(back)
            back = "/signin/esia/code/"
        session = browser.session
        session[key] = {**session[key], "at": time.time() - 901}
        session.save()
        page = browser.get(back)
        assert page.status_code == 400
        assert "прошло слишком много времени" in page.content.decode()

    def test_another_code_at_once_is_refused_in_words(self, esia: Sandbox) -> None:
        browser = Client()
        browser.get(go(esia, browser, ANNA_OID))
        page = browser.post("/signin/esia/code/again/")
        assert page.status_code == 409
        assert "можно попросить через" in page.content.decode()


@pytest.mark.django_db
class TestTheService:
    def test_it_is_silent(self, esia: Sandbox, settings: Any) -> None:
        browser = Client()
        back = go(esia, browser, ANNA_OID)
        settings.ESIA_URL = "http://127.0.0.1:9"
        page = browser.get(back)
        assert page.status_code == 503
        assert 'href="/signin/"' in page.content.decode()

    def test_its_signature_is_checked(self, esia: Sandbox, settings: Any) -> None:
        browser = Client()
        back = go(esia, browser, ANNA_OID)
        settings.ESIA_PROVIDER_CERTIFICATE_FILE = settings.SIGNING_CERTIFICATE_FILE
        assert browser.get(back).status_code == 400

    @pytest.mark.parametrize("name", ["ESIA_ISSUER", "ESIA_CERTIFICATE_HASH"])
    def test_another_name_of_the_service_or_of_our_certificate_is_refused(
        self, esia: Sandbox, settings: Any, name: str
    ) -> None:
        browser = Client()
        back = go(esia, browser, ANNA_OID)
        setattr(settings, name, "http://esia.gosuslugi.ru/")
        assert browser.get(back).status_code == 400

    @pytest.mark.parametrize(
        "changed",
        [
            {"client_id": "OTHER1"},
            {"scope": "openid snils"},
            {"redirect_uri": "http://evil.example/"},
            {"client_secret": "x"},
            {"timestamp": "2020.01.01 00:00:00 +0000"},
            {"state": "another"},
        ],
        ids=str,
    )
    def test_the_sandbox_answers_nothing_that_was_not_signed(self, esia: Sandbox, changed: dict[str, str]) -> None:
        there = httpx.URL(Client().get("/signin/esia/")["Location"])
        for name, value in changed.items():
            there = there.copy_set_param(name, value)
        assert esia.web.get(str(there)).status_code == 400

    def test_it_knows_us_by_our_own_words(self, esia: Sandbox) -> None:
        asked = parse_qs(urlsplit(Client().get("/signin/esia/")["Location"]).query)
        assert asked["response_type"] == ["code"]
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["redirect_uri"][0].endswith("/signin/esia/back/")
        assert re.fullmatch(r"\d{4}\.\d\d\.\d\d \d\d:\d\d:\d\d \+0000", asked["timestamp"][0])
        again = parse_qs(urlsplit(Client().get("/signin/esia/")["Location"]).query)
        for name in ("state", "nonce", "code_challenge", "client_secret"):
            assert asked[name] != again[name]


@pytest.mark.django_db
class TestJoining:
    def join(self, citizen: Citizen = CITIZEN, contact: str = ANNA_PHONE) -> User:
        entered = join_esia(citizen=citizen, contact=Contact("phone", contact), by=CONSOLE, at=NOW)
        return User.objects.get(pk=entered.user_id)

    def test_again_is_the_same_account_even_by_another_contact(self) -> None:
        first = self.join()
        assert self.join(contact="+79120000099") == first
        assert enter_by_esia(oid=CITIZEN.oid, at=NOW) == first.pk
        assert EsiaLink.objects.count() == User.objects.count() == 1

    def test_one_account_has_one_person(self) -> None:
        self.join()
        with pytest.raises(errors.AnothersAccountError):
            self.join(replace(CITIZEN, oid="2"))

    def test_work_access_does_not_hang_on_it(self) -> None:
        staff = anna()
        User.objects.filter(pk=staff.pk).update(roles=[Role.DOCTOR])
        with pytest.raises(errors.AnothersAccountError):
            self.join()

    def test_a_birth_date_that_was_vouched_for_stays(self) -> None:
        user = self.join()
        with pytest.raises(errors.BirthDateVerifiedError):
            save_anna(user.pk, born_on=date(1991, 5, 17))
        save_anna(user.pk)

    def test_a_name_in_other_letters_is_asked_for_as_of_everybody(self) -> None:
        assert self.join(replace(CITIZEN, surname="Smith")).person is None

    def test_it_is_parted_from_and_forgotten_with_the_account(self) -> None:
        user = self.join()
        part_esia(user_id=user.pk, by=CONSOLE, at=NOW)
        with pytest.raises(NotFoundError):
            part_esia(user_id=user.pk, by=CONSOLE, at=NOW)
        assert enter_by_esia(oid=CITIZEN.oid, at=NOW) is None
        save_anna(user.pk)
        self.join()
        close_account(user_id=user.pk, by=CONSOLE, at=NOW)
        assert not EsiaLink.objects.exists()
        assert enter_by_esia(oid=CITIZEN.oid, at=NOW) is None
