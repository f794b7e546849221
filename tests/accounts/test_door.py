"""Coming in: one door for the portal, one for people at work."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client

from doctorlike.accounts import commands
from doctorlike.accounts.models import OneTimeCode, User
from doctorlike.accounts.rules import Contact
from doctorlike.audit import queries as audit
from doctorlike.notifications.models import Message
from tests.accounts.builders import (
    ANNA_PHONE,
    CONSOLE,
    NOW,
    OPERATOR_EMAIL,
    anna,
    is_signed_in,
    last_code,
    operator,
    sign_in,
    wrong,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(on_site: Callable[[str], None]) -> Client:
    on_site("portal")
    return Client()


def test_an_unknown_phone_becomes_an_account_after_the_right_code(browser: Client) -> None:
    assert browser.post("/signin/", {"contact": "8 (912) 000-00-11"})["Location"] == "/signin/code/"
    assert not User.objects.exists()
    assert browser.post("/signin/code/", {"code": last_code(ANNA_PHONE)})["Location"] == "/cabinet/profile/"
    newcomer = User.objects.get()
    assert newcomer.phone == ANNA_PHONE
    assert newcomer.phone_verified_at
    assert not newcomer.has_usable_password()
    assert is_signed_in(browser)


def test_a_known_phone_leads_into_the_same_account(browser: Client) -> None:
    known = anna()
    assert sign_in(browser, "9120000011", to=ANNA_PHONE) == "/cabinet/"
    assert browser.session["_auth_user_id"] == str(known.pk)
    assert User.objects.count() == 1


def test_the_door_says_the_same_to_known_and_unknown(on_site: Callable[[str], None]) -> None:
    on_site("portal")
    anna()
    known, unknown = Client(), Client()
    pages = []
    for browser, contact in ((known, ANNA_PHONE), (unknown, "+79120000099")):
        browser.post("/signin/", {"contact": contact})
        page = browser.get("/signin/code/").content.decode()
        pages.append(page.replace(browser.cookies["portal_csrf"].value, ""))
        assert browser.post("/signin/code/", {"code": wrong(last_code(contact))}).status_code == 200
    assert "000-00-11" in pages[0]
    assert "000-00-99" in pages[1]


def test_an_address_is_one_whatever_its_capitals(browser: Client) -> None:
    sign_in(browser, "Anna@Example.com", to="anna@example.com")
    again = Client()
    sign_in(again, "anna@example.COM", to="anna@example.com")
    assert User.objects.get().email == "anna@example.com"


@pytest.mark.parametrize("typed", ["", "8 912", "anna@", "анна"])
def test_what_is_no_contact_is_refused_at_the_field_and_kept(browser: Client, typed: str) -> None:
    page = browser.post("/signin/", {"contact": typed})
    assert page.status_code == 200
    assert page.context["form"]["contact"].errors
    assert page.context["form"]["contact"].value() == typed
    assert not Message.objects.exists()


def test_a_wrong_code_says_how_many_tries_are_left(browser: Client) -> None:
    browser.post("/signin/", {"contact": ANNA_PHONE})
    page = browser.post("/signin/code/", {"code": wrong(last_code(ANNA_PHONE))})
    assert "Осталось попыток: 4" in page.content.decode()
    assert not is_signed_in(browser)


def test_a_code_may_be_typed_with_gaps(browser: Client) -> None:
    browser.post("/signin/", {"contact": ANNA_PHONE})
    code = last_code(ANNA_PHONE)
    browser.post("/signin/code/", {"code": f" {code[:3]} {code[3:]} "})
    assert is_signed_in(browser)


def test_asking_again_within_a_minute_is_refused_in_words(browser: Client) -> None:
    browser.post("/signin/", {"contact": ANNA_PHONE})
    page = browser.post("/signin/code/again/")
    assert page.status_code == 409
    assert "можно попросить через" in page.content.decode()
    assert Message.objects.count() == 1


def test_stepping_back_and_typing_the_same_keeps_the_code(browser: Client) -> None:
    browser.post("/signin/", {"contact": ANNA_PHONE})
    assert "000-00-11" in browser.get("/signin/").content.decode()
    assert browser.post("/signin/", {"contact": ANNA_PHONE})["Location"] == "/signin/code/"
    browser.post("/signin/code/", {"code": last_code(ANNA_PHONE)})
    assert is_signed_in(browser)


def test_a_stranger_cannot_enter_the_code_in_another_browser(browser: Client) -> None:
    browser.post("/signin/", {"contact": ANNA_PHONE})
    stranger = Client()
    assert stranger.post("/signin/code/", {"code": last_code(ANNA_PHONE)})["Location"] == "/signin/"
    assert not is_signed_in(stranger)


def test_an_old_code_says_that_it_is_old(browser: Client) -> None:
    browser.post("/signin/", {"contact": ANNA_PHONE})
    OneTimeCode.objects.update(sent_at=NOW)
    page = browser.post("/signin/code/", {"code": last_code(ANNA_PHONE)})
    assert "больше не действует" in page.content.decode()


def test_a_new_sign_in_has_a_new_key_and_is_listed(browser: Client) -> None:
    browser.post("/signin/", {"contact": ANNA_PHONE})
    before = browser.session.session_key
    browser.post("/signin/code/", {"code": last_code(ANNA_PHONE)})
    assert browser.session.session_key != before
    assert UserSession.objects.get().session_key == browser.session.session_key


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/cabinet/visits/", "/cabinet/visits/"),
        ("https://evil.example/", "/cabinet/"),
        ("//evil.example/", "/cabinet/"),
        ("javascript:alert(1)", "/cabinet/"),
    ],
)
def test_the_door_leads_where_one_was_going_but_never_off_the_site(browser: Client, asked: str, leads_to: str) -> None:
    anna()
    assert sign_in(browser, ANNA_PHONE, to=ANNA_PHONE, next_url=asked) == leads_to


def test_the_first_page_after_the_first_sign_in_is_the_profile_and_it_leads_on(browser: Client) -> None:
    first = sign_in(browser, ANNA_PHONE, to=ANNA_PHONE, next_url="/cabinet/visits/")
    assert first == "/cabinet/profile/?next=%2Fcabinet%2Fvisits%2F"
    told = {"surname": "Серова", "given_name": "Анна", "born_on": "17.05.1990", "sex": "female"}
    assert browser.post(first, {**told, "next": "/cabinet/visits/"})["Location"] == "/cabinet/visits/"


def test_signing_out_needs_a_post(browser: Client) -> None:
    anna()
    sign_in(browser, ANNA_PHONE, to=ANNA_PHONE)
    assert browser.get("/signout/").status_code == 200
    assert is_signed_in(browser)
    browser.post("/signout/")
    assert not is_signed_in(browser)


def test_somebody_signed_in_is_not_asked_again(browser: Client) -> None:
    anna()
    sign_in(browser, ANNA_PHONE, to=ANNA_PHONE)
    assert browser.get("/signin/?next=/cabinet/visits/")["Location"] == "/cabinet/visits/"


def test_a_closed_account_is_refused_in_words(browser: Client) -> None:
    User.objects.filter(pk=anna().pk).update(is_active=False)
    browser.post("/signin/", {"contact": ANNA_PHONE})
    page = browser.post("/signin/code/", {"code": last_code(ANNA_PHONE)})
    assert page.status_code == 403
    assert "закрыт" in page.content.decode()
    assert not is_signed_in(browser)


def test_coming_in_is_in_the_trail_without_the_phone(browser: Client) -> None:
    sign_in(browser, ANNA_PHONE, to=ANNA_PHONE)
    trail = audit.history(subject_type="user", subject_id=User.objects.get().pk)
    assert {deed.action for deed in trail} == {"account.opened", "account.entered"}
    assert "912" not in str(trail[0].details)


@pytest.mark.django_db(transaction=True)
def test_two_first_entries_at_once_open_one_account() -> None:
    def enter(_number: int) -> object:
        try:
            return commands.enter_account(contact=Contact("phone", ANNA_PHONE), by=CONSOLE, at=NOW).user_id
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as crowd:
        entered = set(crowd.map(enter, range(8)))
    assert len(entered) == 1
    assert User.objects.count() == 1


class TestStaff:
    @pytest.fixture
    def desk(self, on_site: Callable[[str], None]) -> Client:
        on_site("staff")
        return Client()

    def test_people_at_work_are_asked_for_a_second_proof_after_the_code_in_their_mail(self, desk: Client) -> None:
        operator()
        assert sign_in(desk, "Operator@demo.example", to=OPERATOR_EMAIL) == "/signin/setup/"
        assert not is_signed_in(desk)

    def test_a_phone_is_no_way_in(self, desk: Client) -> None:
        page = desk.post("/signin/", {"contact": ANNA_PHONE})
        assert page.context["form"]["contact"].errors
        assert not Message.objects.exists()

    @pytest.mark.parametrize("address", ["anna@example.com", "nobody@example.com"])
    def test_a_client_or_a_stranger_is_told_plainly_after_the_code_and_not_before(
        self, desk: Client, address: str
    ) -> None:
        commands.enter_account(contact=Contact("email", "anna@example.com"), by=CONSOLE, at=NOW)
        assert desk.post("/signin/", {"contact": address})["Location"] == "/signin/code/"
        page = desk.post("/signin/code/", {"code": last_code(address)})
        assert page.status_code == 403
        assert "нет рабочего доступа" in page.content.decode()
        assert not is_signed_in(desk)
        assert User.objects.count() == 1

    def test_who_lost_the_roles_no_longer_comes_in(self, desk: Client) -> None:
        User.objects.filter(pk=operator().pk).update(roles=[])
        desk.post("/signin/", {"contact": OPERATOR_EMAIL})
        assert desk.post("/signin/code/", {"code": last_code(OPERATOR_EMAIL)}).status_code == 403

    def test_the_demo_people_are_seeded_once(self) -> None:
        first = commands.seed_demo_people(by=CONSOLE, at=NOW)
        assert commands.seed_demo_people(by=CONSOLE, at=NOW) == first
        assert User.objects.count() == len(first)
