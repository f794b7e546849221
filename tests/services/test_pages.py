"""The client's control of services, and the first page of the account."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from doctorlike.accounts.models import User
from doctorlike.care import commands as care
from doctorlike.care.models import Encounter
from doctorlike.clinics.models import Clinic
from doctorlike.copay.models import Charge
from doctorlike.kit import clock
from doctorlike.policies.models import Policy
from tests.appointments import builders
from tests.care.test_registers import AT, BY, file, row
from tests.policies import builders as people


@pytest.fixture
def anna(db: None) -> User:
    return people.account(people.ANNA)


@pytest.fixture
def clinic(db: None) -> Clinic:
    return builders.clinic()


@pytest.fixture
def policy(anna: User, clinic: Clinic) -> Policy:
    return Policy.objects.select_related("insured").get(pk=builders.covered_policy(people.ANNA, anna))


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def visits(policy: Policy, count: int) -> None:
    clinic = Clinic.objects.get()
    days = [date(2026, 3, 25) + timedelta(days=n) for n in range(count)]
    content = file(*(row(policy, clinic, visit=f"{day:%d.%m.%Y}") for day in days))
    care.import_register(content=content, file_name="весна.csv", by=BY, at=AT + timedelta(days=200))


def test_each_service_shows_price_share_and_charge(anna: User, policy: Policy) -> None:
    visits(policy, 1)
    page = browser_of(anna).get(f"/cabinet/services/{Encounter.objects.get().pk}/").content.decode()
    for told in ("Прием врача-терапевта", "1\u00a0000,05\u00a0₽", "300,02\u00a0₽", "700,03\u00a0₽"):
        assert told in page


def test_seeing_a_charge_is_being_told_of_it(anna: User, policy: Policy) -> None:
    with clock.moved_to(AT):
        visits(policy, 1)
        assert Charge.objects.get().told_at is None
        browser_of(anna).get(f"/cabinet/services/{Encounter.objects.get().pk}/")
        assert Charge.objects.get().charge_on == date(2026, 4, 25)


def test_boris_finds_no_visit_of_annas(policy: Policy) -> None:
    visits(policy, 1)
    boris = browser_of(people.account(people.BORIS))
    assert boris.get(f"/cabinet/services/{Encounter.objects.get().pk}/").status_code == 404
    assert boris.get(f"/cabinet/person/{policy.pk}/").status_code == 404


def test_a_guardian_sees_a_childs_services_until_the_fifteenth_birthday(anna: User, clinic: Clinic) -> None:
    policy_id = builders.cover(people.policy(people.MITYA, people.ANNA), anna)
    child = Policy.objects.select_related("insured").get(pk=policy_id)
    visits(child, 1)
    page = f"/cabinet/services/{Encounter.objects.get().pk}/"
    with clock.moved_to(AT):
        assert browser_of(anna).get(page).status_code == 200
        child.insured.born_on = date(2011, 4, 10)
        child.insured.save()
        assert browser_of(anna).get(page).status_code == 404
        assert "только сам застрахованный" in browser_of(anna).get("/cabinet/services/").content.decode()


# Home asks for visits one has noted and for times offered, too: two questions, however many there are.
@pytest.mark.parametrize(("path", "most"), [("/cabinet/services/", 14), ("/cabinet/", 16)])
def test_no_page_asks_a_question_per_row(
    anna: User, policy: Policy, path: str, most: int, django_assert_max_num_queries: Any
) -> None:
    visits(policy, 100)
    browser = browser_of(anna)
    with clock.moved_to(AT), django_assert_max_num_queries(most):
        assert browser.get(path).status_code == 200


def test_home_leads_to_the_next_step(anna: User, clinic: Clinic) -> None:
    browser = browser_of(anna)
    assert "Привязать полис" in browser.get("/cabinet/").content.decode()
    policy_id = people.policy(people.ANNA)
    with clock.moved_to(people.AT):
        assert "Подключите франшизную программу" in browser.get("/cabinet/").content.decode()
    builders.cover(policy_id, anna)
    with clock.moved_to(AT):
        assert "Запишитесь к врачу" in browser.get("/cabinet/").content.decode()


def test_the_waiting_period_is_a_dated_bar(anna: User, policy: Policy) -> None:
    with clock.moved_to(AT.replace(month=3, day=15)):
        page = browser_of(anna).get("/cabinet/").content.decode()
    assert "Страхование начнётся 24\u00a0марта" in page
    assert 'value="5" max="14"' in page
