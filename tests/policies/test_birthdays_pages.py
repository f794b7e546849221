"""Pages of the insured's own account: the policyholder's, the link's, the desk's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from doctorlike.accounts.rules import Role
from doctorlike.kit import clock
from doctorlike.notifications.models import Message
from tests.desk.test_pages import browser_of as staff_browser
from tests.policies.builders import ANNA, BORIS, account, policy
from tests.policies.test_birthdays import MIDNIGHT, OF_AGE, TEEN, invite, morning, secret_sent
from tests.policies.test_birthdays_midnight import browser_of

pytestmark = pytest.mark.django_db
BEFORE = morning(date(2026, 6, 1))


@pytest.fixture(autouse=True)
def _portal(on_site: Callable[[str], None]) -> None:
    on_site("portal")


def text_of(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status
    return answer.content.decode().replace("\u00a0", " ")


def page_of(policy_id: object) -> str:
    return reverse("coming_of_age:index", args=[policy_id])


def test_the_mother_reads_what_changes_and_invites() -> None:
    childs = policy(TEEN, ANNA)
    anna = browser_of(account(ANNA))
    with clock.moved_to(BEFORE):
        assert "Что изменится 20 июня 2026" in text_of(anna, page_of(childs))
        for place in (reverse("policy:show", args=[childs]), reverse("home:index")):
            assert page_of(childs) in text_of(anna, place)
        sent = anna.post(page_of(childs), {"contact": "8 927 000-00-55"})
        assert sent.status_code == 302
        told = text_of(anna, page_of(childs))
    assert Message.objects.get(topic="own_account").to == TEEN.phone
    assert "+7 927 000-00-55" in told
    assert "1 июня 2026" in told  # the day by the business clock
    assert "ссылка действует до 19 июля 2026" in told


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Введите номер телефона или адрес почты"),
        ("не телефон", "телефон"),
        (ANNA.phone, "Это контакт взрослого"),
    ],
)
def test_a_contact_that_will_not_do_is_said_at_the_field_and_kept(typed: str, said: str) -> None:
    childs = policy(TEEN, ANNA)
    anna = browser_of(account(ANNA))
    with clock.moved_to(BEFORE):
        answer = anna.post(page_of(childs), {"contact": typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert f'value="{typed}"' in page or not typed
    assert not Message.objects.filter(topic="own_account").exists()


def test_earlier_than_a_month_ahead_it_says_from_when() -> None:
    childs = policy(TEEN, ANNA)
    anna = browser_of(account(ANNA))
    with clock.moved_to(morning(date(2026, 4, 1))):
        page = text_of(anna, page_of(childs))
        assert "Пригласить можно с 21 мая 2026" in page
        assert "Собственный телефон или почта" not in page
        assert page_of(childs) not in text_of(anna, reverse("policy:show", args=[childs]))
        assert "Пригласить можно с" in anna.post(page_of(childs), {"contact": TEEN.phone}).content.decode()


def test_strangers_the_teenager_and_own_contracts_have_no_such_page() -> None:
    childs, own = policy(TEEN, ANNA), policy(ANNA)
    with clock.moved_to(MIDNIGHT):
        for user, policy_id in ((account(BORIS), childs), (account(TEEN), childs), (account(ANNA), own)):
            assert browser_of(user).get(page_of(policy_id)).status_code == 404


def test_the_link_says_each_step() -> None:
    childs = policy(TEEN, ANNA)
    secret = invite(account(ANNA), childs, at=BEFORE)
    link = reverse("coming_of_age:open", args=[secret])
    with clock.moved_to(BEFORE):
        assert "Ваш кабинет откроется 20 июня 2026" in text_of(Client(), link)
    mitya = browser_of(account(TEEN, phone="+79270000066", profile=False))
    with clock.moved_to(morning(OF_AGE)):
        assert f"next={link}" in text_of(Client(), link)
        assert "Сначала скажите, как вас зовут" in text_of(mitya, link)
        mitya.post(
            reverse("profile:index"),
            {"surname": "Серов", "given_name": "Дмитрий", "born_on": "20.06.2011", "sex": "male"},
        )
        assert "Открыть полис в этом кабинете?" in text_of(mitya, link)
        assert mitya.post(reverse("coming_of_age:accept", args=[secret]))["Location"] == reverse("home:index")
        assert "ONDL-300000" in text_of(mitya, reverse("home:index"))
        assert "Эта ссылка не действует" in text_of(Client(), link)
    assert "Эта ссылка не действует" in text_of(Client(), reverse("coming_of_age:open", args=["made-up"]), status=404)


def test_somebody_else_is_told_that_it_does_not_fit_and_how_many_tries_are_left() -> None:
    childs = policy(TEEN, ANNA)
    secret = invite(account(ANNA), childs)
    boris = browser_of(account(BORIS))
    with clock.moved_to(morning(OF_AGE)):
        refused = boris.post(reverse("coming_of_age:accept", args=[secret]), follow=True).content.decode()
    assert "дата рождения в профиле не совпала" in refused
    assert "Осталось попыток: 4" in refused


def test_no_page_of_the_link_names_anybody_before_it_is_followed() -> None:
    childs = policy(TEEN, ANNA)
    secret = invite(account(ANNA), childs)
    boris = browser_of(account(BORIS))
    with clock.moved_to(morning(OF_AGE)):
        for browser in (Client(), boris):
            page = text_of(browser, reverse("coming_of_age:open", args=[secret]))
            assert not any(word in page for word in ("ONDL", "Серов", "Дмитрий", "Анна"))


def test_the_desk_sends_the_link_once_the_insured_is_identified(on_site: Callable[[str], None]) -> None:
    childs = policy(TEEN, ANNA)
    on_site("staff")
    desk = staff_browser(Role.OPERATOR)
    address = reverse("desk:own_account", urlconf="doctorlike.sites.staff.urls", args=[childs])
    with clock.moved_to(morning(OF_AGE + timedelta(days=1))):
        client = desk.get(f"/desk/clients/{childs}/").content.decode()
        assert "О здоровье говорим только с самим застрахованным" in client
        assert address in client
        unproven = desk.post(address, {"contact": TEEN.phone})
        assert unproven.status_code == 422
        assert "Сначала проверьте документ" in unproven.content.decode()
        assert desk.post(address, {"contact": TEEN.phone, "identified": "on"}).status_code == 302
    assert secret_sent()
    assert desk.get(address.replace(str(childs), str(policy(ANNA)))).status_code == 404
