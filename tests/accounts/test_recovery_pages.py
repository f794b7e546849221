"""A lost phone, page by page; and what a stranger learns there: nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from doctorlike.accounts import commands as accounts
from doctorlike.accounts.models import OneTimeCode, Recovery, User
from doctorlike.accounts.rules.recovery import DELAY, RecoveryState
from doctorlike.kit import clock
from doctorlike.notifications.models import Message
from doctorlike.policies import queries as policies
from tests.accounts.builders import CONSOLE, answer_recoveries, last_code
from tests.policies.builders import ANNA, BORIS, MITYA, account, policy

pytestmark = pytest.mark.django_db
NEW_PHONE = "+79120000077"
STRANGER = "nobody@example.com"


@pytest.fixture
def number(on_site: Callable[[str], None]) -> str:
    """Of Anna's policy; she has an account with it."""
    on_site("portal")
    number = policies.policy(policy(ANNA)).number
    account(ANNA, email=ANNA.email)
    return number


def prove_mailbox(browser: Client, email: str) -> None:
    browser.post("/recovery/", {"contact": email})
    proven = browser.post("/recovery/mail/", {"code": last_code(email)})
    assert proven["Location"] == "/recovery/policy/", proven.content.decode()


def tell(browser: Client, number: str, born_on: str = "14.05.1988") -> None:
    assert browser.post("/recovery/policy/", {"number": number, "born_on": born_on})["Location"] == "/recovery/phone/"


def prove_phone(browser: Client, phone: str = NEW_PHONE) -> str:
    browser.post("/recovery/phone/", {"contact": phone})
    told = browser.post("/recovery/phone/code/", {"code": last_code(phone)})
    return told.get("Location", told.content.decode())


def through(email: str, number: str, born_on: str = "14.05.1988", phone: str = NEW_PHONE) -> Client:
    browser = Client()
    prove_mailbox(browser, email)
    tell(browser, number, born_on)
    assert prove_phone(browser, phone) == "/recovery/asked/"
    answer_recoveries(clock.real_now())
    return browser


def test_anna_comes_back_with_a_new_phone_a_day_later(number: str) -> None:
    browser = through(ANNA.email, number)
    assert "Проверьте почту" in browser.get("/recovery/asked/").content.decode()
    now = clock.real_now()
    Recovery.objects.update(asked_at=now - DELAY, due_at=now)
    assert accounts.complete_due_recoveries(by=CONSOLE, at=now) == 1
    OneTimeCode.objects.all().delete()
    browser.post("/signin/", {"contact": NEW_PHONE})
    assert browser.post("/signin/code/", {"code": last_code(NEW_PHONE)})["Location"] == "/cabinet/"


def test_the_door_and_the_second_step_lead_here(number: str) -> None:
    assert 'href="/recovery/"' in Client().get("/signin/").content.decode()


@pytest.mark.parametrize(
    ("email", "told_number", "born_on"),
    [
        (ANNA.email, "ONDL-999999", "14.05.1988"),
        (ANNA.email, "", "15.05.1988"),
        (STRANGER, "", "14.05.1988"),
        (STRANGER, "ONDL-999999", "01.01.1980"),
    ],
)
def test_whatever_does_not_fit_meets_the_same_pages(number: str, email: str, told_number: str, born_on: str) -> None:
    right = pages_on_the_way(ANNA.email, number, "14.05.1988", "+79120000071")
    other = pages_on_the_way(email, told_number or number, born_on, "+79120000072")
    assert [page.replace(email, ANNA.email) for page in other] == right
    assert Recovery.objects.count() == 1


def pages_on_the_way(email: str, number: str, born_on: str, phone: str) -> list[str]:
    """Bodies of every page from the first to the last, without what names the visitor's own phone and form."""
    OneTimeCode.objects.all().delete()
    browser = Client()
    prove_mailbox(browser, email)
    pages = [browser.get("/recovery/policy/").content.decode()]
    tell(browser, number, born_on)
    pages.append(browser.get("/recovery/phone/").content.decode())
    browser.post("/recovery/phone/", {"contact": phone})
    pages.append(browser.get("/recovery/phone/code/").content.decode())
    assert browser.post("/recovery/phone/code/", {"code": last_code(phone)})["Location"] == "/recovery/asked/"
    pages.append(browser.get("/recovery/asked/").content.decode())
    answer_recoveries(clock.real_now())
    return [
        re.sub(r"000-00-7\d", "", page.replace(browser.cookies["portal_csrf"].value, "")) for page in map(bare, pages)
    ]


def bare(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_telling_costs_as_many_questions_for_a_stranger(number: str) -> None:
    asked = []
    for email in (ANNA.email, STRANGER):
        browser = Client()
        prove_mailbox(browser, email)
        with CaptureQueriesContext(connection) as queries:
            tell(browser, number)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_childs_policy_with_the_holders_own_birth_date_serves_too(on_site: Callable[[str], None]) -> None:
    on_site("portal")
    number = policies.policy(policy(MITYA, ANNA)).number
    account(ANNA, email=ANNA.email)
    through(ANNA.email, number)
    assert Recovery.objects.exists()


def test_anothers_policy_opens_nothing(number: str) -> None:
    boris = account(BORIS, email=BORIS.email)
    assert not policies.opens_account(boris.pk, number=number, born_on=BORIS.born_on)
    assert not policies.opens_account(boris.pk, number=number, born_on=ANNA.born_on)
    assert not policies.opens_account(None, number=number, born_on=ANNA.born_on)
    owner = User.objects.get(phone=ANNA.phone)
    assert policies.opens_account(owner.pk, number=f" {number.lower()} ", born_on=ANNA.born_on)


@pytest.mark.parametrize("email", [ANNA.email, STRANGER])
def test_five_wrong_tries_close_the_way_and_say_how_long_and_whom_to_call(number: str, email: str) -> None:
    for _ in range(5):
        accounts.ask_recovery(email=email, phone=NEW_PHONE, fits=False, by=CONSOLE, at=clock.real_now())
    page = Client().post("/recovery/", {"contact": email})
    assert page.status_code == 200
    assert "закрыто ещё на 60 мин" in page.content.decode()
    assert not OneTimeCode.objects.exists()


def test_a_new_phone_with_an_account_of_its_own_is_told_to_its_owner_only(number: str) -> None:
    account(BORIS)
    browser = Client()
    prove_mailbox(browser, ANNA.email)
    tell(browser, number)
    assert "в другом аккаунте" in prove_phone(browser, BORIS.phone)
    assert not Recovery.objects.exists()


@pytest.mark.parametrize("place", ["policy/", "phone/", "phone/code/"])
def test_no_step_opens_without_the_one_before(number: str, place: str) -> None:
    browser = Client()
    assert browser.get(f"/recovery/{place}")["Location"] == "/recovery/"
    assert browser.post(f"/recovery/{place}", {"contact": NEW_PHONE})["Location"] == "/recovery/"
    assert not Message.objects.filter(to=NEW_PHONE).exists()


def test_a_mailbox_proven_long_ago_is_asked_again_in_words(number: str) -> None:
    browser = Client()
    prove_mailbox(browser, ANNA.email)
    session = browser.session
    session["recovering"] = {**session["recovering"], "proven_at": time.time() - 1801}
    session.save()
    page = browser.get("/recovery/policy/", follow=True)
    assert page.redirect_chain == [("/recovery/", 302)]
    assert "Начните заново" in page.content.decode()


def test_neither_number_nor_birth_date_is_kept_in_the_session(number: str) -> None:
    browser = Client()
    prove_mailbox(browser, ANNA.email)
    tell(browser, number)
    kept = str(dict(browser.session))
    assert number not in kept
    assert "1988" not in kept


@pytest.mark.parametrize(
    "wrong", [{"number": "", "born_on": "14.05.1988"}, {"number": "ONDL-1", "born_on": "31.02.1988"}]
)
def test_what_cannot_be_read_is_told_at_its_field(number: str, wrong: dict[str, str]) -> None:
    browser = Client()
    prove_mailbox(browser, ANNA.email)
    page = browser.post("/recovery/policy/", wrong)
    assert page.status_code == 200
    assert len(page.context["form"].errors) == 1


class TestTheLink:
    @pytest.fixture
    def link(self, number: str) -> str:
        through(ANNA.email, number)
        told = Message.objects.filter(to=ANNA.phone, topic="account").order_by("-created_at", "-id")[0].text
        found = re.search(r"(/recovery/cancel/[\w-]+/)", told)
        assert found
        return found[1]

    def test_opening_it_changes_nothing_pressing_does(self, link: str) -> None:
        stranger = Client()
        assert "Отменить замену телефона?" in stranger.get(link).content.decode()
        assert Recovery.objects.get().state == RecoveryState.WAITING
        assert "отменена" in stranger.post(link).content.decode()
        assert Recovery.objects.get().state == RecoveryState.CANCELLED

    def test_an_old_one_says_so_and_offers_a_new_request(self, link: str) -> None:
        Client().post(link)
        for page, status in ((Client().get(link), 200), (Client().post(link), 409)):
            assert page.status_code == status
            assert "больше не действует" in page.content.decode()
            assert 'href="/recovery/"' in page.content.decode()

    def test_an_invented_one_is_no_page(self, link: str) -> None:
        assert Client().get(f"/recovery/cancel/{'x' * 43}/").status_code == 404
        assert Client().post(f"/recovery/cancel/{'x' * 43}/").status_code == 404


def test_another_code_within_a_minute_is_refused_in_words(number: str) -> None:
    browser = Client()
    browser.post("/recovery/", {"contact": ANNA.email})
    page = browser.post("/recovery/mail/again/")
    assert page.status_code == 409
    assert "можно попросить через" in page.content.decode()
