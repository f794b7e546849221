"""A contract's pages: who sees what, and ending it with a code."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from doctorlike.accounts.models import User
from doctorlike.coverage import commands as coverage
from doctorlike.coverage.commands import UsedLimit
from doctorlike.documents.commands import make_document
from doctorlike.kit import clock
from doctorlike.kit.ids import new_id
from doctorlike.kit.money import Money
from doctorlike.policies import queries
from doctorlike.sites.ending import had_insured_event
from tests.policies.builders import ANNA, AT, BORIS, BY, MITYA, account, policy
from tests.shop.builders import sent_code
from tests.shop.conftest import first_of_march  # noqa: F401 - the fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]

PAGES = ("policy:show", "policy:cancel", "policy:cancel_code", "policy:renew")


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def anna() -> Client:
    return browser_of(account(ANNA, email=ANNA.email))


@pytest.fixture
def own(anna: Client) -> UUID:
    """Linked by itself when it is issued."""
    return policy(ANNA)


def text_of(browser: Client, name: str, *args: object) -> str:
    return browser.get(reverse(name, args=args)).content.decode().replace("\u00a0", " ")


@pytest.mark.parametrize("page", PAGES)
def test_another_clients_contract_does_not_exist(own: UUID, page: str) -> None:
    boris = browser_of(account(BORIS))
    assert boris.get(reverse(page, args=[own])).status_code == 404
    if page != "policy:show":
        assert boris.post(reverse(page, args=[own]), {"channel": "phone", "code": "123456"}).status_code == 404
    assert queries.policy(own).cancelled_on is None


@pytest.mark.parametrize("page", ["policy:cancel", "policy:cancel_code", "policy:renew"])
def test_the_insured_who_did_not_pay_sees_the_contract_and_cannot_end_it(page: str) -> None:
    anna = browser_of(account(ANNA))
    bought = policy(ANNA, BORIS, phone=ANNA.phone)
    seen = text_of(anna, "policy:show", bought)
    assert "Расторгнуть или продлить договор может страхователь" in seen
    assert "9 500,00" not in seen
    assert anna.get(reverse(page, args=[bought])).status_code == 404


def test_who_paid_for_another_adult_sees_the_contract_and_the_money() -> None:
    boris = browser_of(account(BORIS))
    bought = policy(ANNA, BORIS)
    assert queries.policy(bought).number in text_of(boris, "policy:index")
    seen = text_of(boris, "policy:show", bought)
    assert "9 500,00 ₽" in seen
    assert reverse("policy:cancel", args=[bought]) in seen
    assert "застрахованный об этом узнает" in text_of(boris, "policy:cancel", bought)
    # The account's other pages, where medical things are, know nothing of it.
    assert boris.get(reverse("home:show", args=[bought])).status_code == 404


def test_limits_and_what_is_used_of_them_stand_with_the_contract(anna: Client, own: UUID) -> None:
    use = UsedLimit(new_id(), own, "tomography", Money.of("12000.50"), date(2026, 3, 1))
    coverage.use_limits(uses=[use], by=BY, at=AT)
    page = text_of(anna, "policy:show", own)
    assert "Израсходовано 12 000,50 ₽, осталось 987 999,50 ₽." in page, "of the sum insured"
    assert "Израсходовано 12 000,50 ₽, осталось 17 999,50 ₽." in page, "of the benefit's own limit"
    bought = policy(ANNA, BORIS)
    assert "Израсходовано" not in text_of(browser_of(account(BORIS)), "policy:show", bought), "who only pays"


def test_what_comes_back_is_told_before_anything_is_confirmed(anna: Client, own: UUID) -> None:
    page = text_of(anna, "policy:cancel", own)
    assert "9 500,00 ₽" in page
    assert "15 марта 2026 включительно" in page
    assert "премия возвращается целиком" in page
    assert queries.policy(own).cancelled_on is None


def test_a_code_ends_it(anna: Client, own: UUID) -> None:
    answer = anna.post(reverse("policy:cancel", args=[own]), {"channel": "phone"})
    assert answer["Location"] == reverse("policy:cancel_code", args=[own])
    page = reverse("policy:cancel_code", args=[own])
    wrong = anna.post(page, {"code": "12345", "refund": "9500.00"})
    assert wrong.status_code == 200
    assert queries.policy(own).cancelled_on is None
    done = anna.post(page, {"code": sent_code(), "refund": "9500.00"}, follow=True).content.decode()
    assert "Договор расторгнут" in done
    assert queries.policy(own).cancelled_on == date(2026, 3, 2)
    assert "Договор расторгнут до начала действия" in done
    assert reverse("policy:cancel", args=[own]) not in done
    again = anna.post(page, {"code": "123456", "refund": "9500.00"})
    assert again["Location"] == reverse("policy:show", args=[own])


def test_a_sum_that_no_longer_holds_leads_back_to_the_picture(anna: Client, own: UUID) -> None:
    anna.post(reverse("policy:cancel", args=[own]), {"channel": "email"})
    answer = anna.post(
        reverse("policy:cancel_code", args=[own]), {"code": sent_code(), "refund": "9499.99"}, follow=True
    )
    assert "сумма возврата изменилась" in answer.content.decode()
    assert queries.policy(own).cancelled_on is None


@pytest.mark.parametrize("channel", ["pigeon", ""])
def test_a_code_goes_to_the_accounts_own_contacts_only(anna: Client, own: UUID, channel: str) -> None:
    answer = anna.post(reverse("policy:cancel", args=[own]), {"channel": channel})
    assert answer.status_code == 200
    assert "Ошибка" in answer.content.decode()


def test_a_parent_ends_the_childs_contract(anna: Client) -> None:
    childs = policy(MITYA, ANNA)
    assert "Вернётся" in text_of(anna, "policy:cancel", childs)


def test_superseded_documents_stay_and_say_so(anna: Client, own: UUID) -> None:
    for at in (AT, clock.now()):
        first = make_document(
            kind="letter",
            template="letter",
            facts={"title": "Письмо", "number": "", "paragraphs": ["Текст"]},
            subject_type="policy",
            subject_id=own,
            title="Письмо",
            by=BY,
            at=at,
        )
    page = text_of(anna, "policy:show", own)
    assert page.count("заменён") == 1
    assert anna.get(reverse("policy:download", args=[own, first])).content.startswith(b"%PDF")
    boris = browser_of(account(BORIS))
    assert boris.get(reverse("policy:download", args=[own, first])).status_code == 404
    others = policy(BORIS)
    assert boris.get(reverse("policy:download", args=[others, first])).status_code == 404


def test_without_help_given_there_was_no_insured_event(own: UUID) -> None:
    assert not had_insured_event(own)
