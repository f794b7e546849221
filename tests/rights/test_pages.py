"""«Мои данные и согласия» in the account."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from doctorlike.accounts.models import Consent, User
from doctorlike.accounts.rules import Role
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.rights import commands, queries
from doctorlike.rights.models import DataCopy
from tests.desk.test_pages import browser_of as staff_browser
from tests.policies.builders import ANNA, BORIS, BY, account, policy
from tests.rights.test_consents import WORDS, of_an_order
from tests.shop.conftest import first_of_march  # noqa: F401 - the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]

WITHDRAW = "data-once>Отозвать согласие"


@pytest.fixture(autouse=True)
def _portal(on_site: Callable[[str], None]) -> None:
    on_site("portal")


def browser_of(user: User, *, proven: bool = False) -> Client:
    """Signed in; `proven` as after a code that was just entered."""
    browser = Client()
    browser.force_login(user)
    if proven:
        session = browser.session
        session["account_authentication_methods"] = [{"method": "code", "type": "phone", "at": time.time()}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return browser


def text_of(browser: Client, name: str, *args: object) -> str:
    answer = browser.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


def ready_copy(user: User) -> UUID:
    now = clock.now()
    copy_id = commands.ask_copy(user_id=user.pk, by=Actor.user(user.pk), at=now)
    commands.make_copy(copy_id=copy_id, by=BY, at=now)
    return copy_id


def consent_about(user: User, purpose: str) -> UUID:
    return next(one.consent.id for one in queries.consents_of(user.pk, clock.today()) if one.consent.purpose == purpose)


def test_the_profile_leads_here() -> None:
    browser = browser_of(account(ANNA))
    assert reverse("rights:index") in text_of(browser, "profile:index")
    assert "Не присылаем" in text_of(browser, "rights:index")


def test_a_consent_is_read_as_it_was_and_taken_back() -> None:
    anna = of_an_order()
    browser = browser_of(anna)
    advertising = consent_about(anna, "advertising")
    page = text_of(browser, "rights:consent", advertising)
    assert WORDS in page
    assert WITHDRAW in page
    browser.post(reverse("rights:consent", args=[advertising]))
    assert "Отозвано" in text_of(browser, "rights:consent", advertising)
    assert "Не присылаем" in text_of(browser, "rights:index")


def test_what_the_contract_needs_shows_the_way_to_end_it() -> None:
    anna = of_an_order()
    browser = browser_of(anna)
    health = consent_about(anna, "health_data")
    page = text_of(browser, "rights:consent", health)
    assert WITHDRAW not in page
    assert "/cancel/" in page
    browser.post(reverse("rights:consent", args=[health]))
    assert not Consent.objects.filter(subject_type="consent").exists()


def test_news_are_switched_on_and_off() -> None:
    browser = browser_of(account(ANNA))
    browser.post(reverse("rights:advertising"), {"wanted": "yes"})
    assert "Не присылать новости" in text_of(browser, "rights:index")
    browser.post(reverse("rights:advertising"), {"wanted": "no"})
    assert "Согласен, присылать новости" in text_of(browser, "rights:index")


def test_a_stranger_finds_no_consent_and_no_copy() -> None:
    anna = of_an_order()
    boris = browser_of(account(BORIS), proven=True)
    consent = reverse("rights:consent", args=[consent_about(anna, "advertising")])
    assert boris.get(consent).status_code == 404
    assert boris.post(consent).status_code == 404
    assert boris.get(reverse("rights:fetch_copy", args=[ready_copy(anna)])).status_code == 404
    assert boris.get(reverse("rights:fetch_copy", args=[new_id()])).status_code == 404


def test_a_copy_is_asked_for_once_and_fetched_after_a_proof() -> None:
    anna = account(ANNA)
    browser = browser_of(anna)
    browser.post(reverse("rights:ask_copy"))
    browser.post(reverse("rights:ask_copy"))
    row = DataCopy.objects.get()
    assert "Готовим" in text_of(browser, "rights:index")
    commands.make_copy(copy_id=row.pk, by=BY, at=clock.now())
    fetch = reverse("rights:fetch_copy", args=[row.pk])
    assert fetch in text_of(browser, "rights:index")
    asked = browser.get(fetch)
    assert asked["Location"].startswith(reverse("security:prove"))
    given = browser_of(anna, proven=True).get(fetch)
    assert given.content.startswith(b"PK")
    assert given["Content-Type"] == "application/zip"
    assert "no-store" in given["Cache-Control"]


def test_the_page_of_readings_takes_any_page_number() -> None:
    browser = browser_of(account(ANNA))
    for asked in ("0", "-1", "x", "99999999999", "²"):
        assert browser.get(reverse("rights:readings"), {"page": asked}).status_code == 200


def test_closing_needs_a_proof_and_a_tick() -> None:
    boris = account(BORIS)
    closing = reverse("rights:closing")
    assert browser_of(boris).get(closing)["Location"].startswith(reverse("security:prove"))
    assert browser_of(boris).post(closing, {"understood": "on"})["Location"].startswith(reverse("security:prove"))
    browser = browser_of(boris, proven=True)
    refused = browser.post(closing)
    assert refused.status_code == 422
    assert "Поставьте отметку" in refused.content.decode()
    boris.refresh_from_db()
    assert boris.is_active


def test_a_closed_account_is_left_at_once() -> None:
    boris = account(BORIS)
    browser = browser_of(boris, proven=True)
    done = browser.post(reverse("rights:closing"), {"understood": "on"})
    assert "Аккаунт закрыт" in done.content.decode()
    assert "402-ФЗ" in done.content.decode()
    assert browser.get(reverse("rights:index")).status_code == 302


def test_with_a_contract_in_force_the_request_waits_and_the_desk_sees_it(on_site: Callable[[str], None]) -> None:
    anna = account(ANNA)
    policy(ANNA)
    browser = browser_of(anna, proven=True)
    assert "Договор не закончился" in text_of(browser, "rights:closing")
    browser.post(reverse("rights:closing"), {"understood": "on"})
    assert "Запрос записан" in text_of(browser, "rights:closing")
    on_site("staff")
    seen = staff_browser(Role.OPERATOR).get("/desk/closings/").content.decode()
    assert "Серова Анна" in seen
    on_site("portal")
    browser.post(reverse("rights:keep"))
    assert "Закрыть аккаунт и удалить данные" in text_of(browser, "rights:index")
