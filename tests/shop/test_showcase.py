"""The public pages before an order: prices, the likely year, covered or not, the network, the rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doctorlike.clinics import commands as clinics
from doctorlike.kit import clock
from doctorlike.products import commands as products
from doctorlike.regions import commands as regions
from doctorlike.sites.portal.shop import recent
from tests.shop.builders import AT, BY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]

ASKED = {"born_on": "14.05.1988", "sex": "female", "scope": "regions", "copay_percent": "30"}


@pytest.fixture(autouse=True)
def _on_sale() -> None:
    products.seed_demo_product(by=BY, at=AT)


def shown(answer: Any) -> str:
    assert answer.status_code == 200
    return answer.content.decode().replace("\u00a0", " ")


def calculate(client: Client, **changes: str) -> Any:
    return client.post(reverse("shop:index"), {**ASKED, **changes})


class TestCalculator:
    def test_the_product_page_tells_everything_and_labels_invented_prices(self, client: Client) -> None:
        page = shown(client.get("/"))
        for words in ("Цены показательные", "Как это работает", "Что такое франшиза", "600,00 ₽", "1 400,00 ₽"):
            assert words in page
        assert page.count("<h1") == 1
        assert "Оформить" not in page

    def test_both_programmes_are_priced_side_by_side(self, client: Client) -> None:
        page = shown(client.get(calculate(client)["Location"]))
        for words in ("9 500,00 ₽", "14 260,00 ₽", "Оформить «Поликлиника»", "14 840,00 ₽", "Цены показательные"):
            assert words in page

    def test_the_likely_year_is_a_picture_with_its_table(self, client: Client) -> None:
        page = shown(client.get(calculate(client)["Location"]))
        assert page.count('<svg class="chart stacked"') == 2 * 3
        for words in ("Болею редко", "Обычный год", "Лечусь часто", "То же таблицей", "Без полиса: 62 800,00 ₽"):
            assert words in page
        # Rarely ill: half of the price is cheapest; often ill: no share at all is.
        assert "дешевле всего с долей 50 %: 8 185,00 ₽" in page
        assert "дешевле всего с долей 0 %: 14 400,00 ₽" in page

    def test_the_birth_date_stands_in_no_address_and_no_readable_cookie(self, client: Client) -> None:
        answer = calculate(client)
        assert answer.status_code == 302
        assert "scope=regions&copay_percent=30&for=" in answer["Location"]
        for told in ("1988", "female"):
            assert told not in answer["Location"]
            assert told not in client.cookies[recent.COOKIE].value
        assert client.cookies[recent.COOKIE]["httponly"]

    def test_the_address_shared_with_somebody_asks_them_for_their_own_date(self, client: Client) -> None:
        page = shown(Client().get(calculate(client)["Location"]))
        assert "1988" not in page
        assert "Оформить" not in page
        assert '<input type="radio" name="copay_percent" value="30"' in page
        assert page.count(" checked") == 2

    def test_tabs_beside_each_other_keep_their_own_person(self, client: Client) -> None:
        anna = calculate(client)["Location"]
        child = calculate(client, born_on="20.03.2015", sex="male")["Location"]
        assert "14 мая 1988" in shown(client.get(anna))
        assert "20 марта 2015" in shown(client.get(child))

    def test_another_percent_is_priced_by_the_address_alone(self, client: Client) -> None:
        address = calculate(client)["Location"].replace("copay_percent=30", "copay_percent=50")
        assert "6 910,00 ₽" in shown(client.get(address))

    def test_after_two_hours_the_date_is_asked_for_again(self, client: Client) -> None:
        calculate(client)
        request = RequestFactory().get("/")
        request.COOKIES = {recent.COOKIE: client.cookies[recent.COOKIE].value}
        now = clock.real_now()
        [(key, *_rest)] = recent._entries(request, now)
        assert recent.recall(request, key, now)
        assert recent.recall(request, key, now + timedelta(hours=2, minutes=1)) is None

    @pytest.mark.parametrize("cookie", ["", "x", "gAAAAA", "ё"])
    def test_a_changed_cookie_is_no_answer(self, client: Client, cookie: str) -> None:
        address = calculate(client)["Location"]
        client.cookies[recent.COOKIE] = cookie.encode().decode("latin1")
        assert "Оформить" not in shown(client.get(address))

    def test_wrong_answers_are_named_all_at_once_and_kept(self, client: Client) -> None:
        page = shown(calculate(client, born_on="31.02.1990", sex=""))
        assert "Такой даты нет" in page
        assert "31.02.1990" in page
        assert "Проверьте поля: 2" in page

    def test_an_age_that_is_not_sold_is_said_at_the_birth_date(self, client: Client) -> None:
        assert "от 0 до 85 лет" in shown(calculate(client, born_on="01.01.1930"))

    @pytest.mark.parametrize("address", ["/?scope=mars", "/?copay_percent=999&for=x", "/?for=", "/?scope=regions"])
    def test_any_address_is_a_page(self, client: Client, address: str) -> None:
        assert "Показать цены" in shown(client.get(address))

    def test_a_birth_date_in_an_address_is_not_taken(self, client: Client) -> None:
        assert "Оформить" not in shown(client.get("/", ASKED))

    def test_the_first_page_costs_few_queries(self, client: Client) -> None:
        shown(client.get("/"))
        with CaptureQueriesContext(connection) as asked:
            shown(client.get("/"))
        assert len(asked) <= 3


class TestCovered:
    def ask(self, client: Client, question: str) -> str:
        return shown(client.post(reverse("shop:covered"), {"question": question}, follow=True))

    def test_a_tooth_is_covered_by_one_programme_with_its_limit(self, client: Client) -> None:
        page = self.ask(client, "зуб")
        assert "Лечение зубов" in page
        assert "не входит" in page
        assert "до 60 000,00 ₽ за срок полиса" in page

    def test_a_question_stands_in_no_address(self, client: Client) -> None:
        answer = client.post(reverse("shop:covered"), {"question": "роды"})
        assert answer.status_code == 302
        assert "роды" not in answer["Location"]
        assert "%D1" not in answer["Location"]

    def test_a_slip_is_forgiven_and_said(self, client: Client) -> None:
        assert "показали похожее" in self.ask(client, "стамотолог")

    def test_what_nobody_knows_leads_to_the_list_and_the_phone(self, client: Client) -> None:
        page = self.ask(client, "ыыыыыыыы")
        assert "Об этом у нас слов нет" in page
        assert "Всё по порядку" in page

    def test_an_empty_question_says_what_to_write(self, client: Client) -> None:
        assert "например «зуб»" in self.ask(client, " ")

    def test_what_is_typed_is_shown_as_text(self, client: Client) -> None:
        assert "<script>x" not in self.ask(client, "<script>x")

    def test_without_a_question_everything_is_listed(self, client: Client) -> None:
        page = shown(client.get(reverse("shop:covered")))
        for words in ("Роды", "МРТ", "Врач онлайн", "сколько угодно, без доли", "Больница, стационар"):
            assert words in page


class TestNetwork:
    def test_clinics_are_listed_by_scope_and_region(self, client: Client) -> None:
        regions.load_shipped_regions(by=BY, at=AT)
        clinics.seed_demo_network(by=BY, at=AT)
        page = shown(client.get(reverse("shop:network"), {"scope": "regions"}))
        assert "Нашлось клиник" in page
        assert 'aria-label="Страницы"' in page
        samara = shown(client.get(reverse("shop:network"), {"scope": "regions", "region": "RU-SAM"}))
        assert "Ромашка" in samara
        second = shown(client.get(reverse("shop:network"), {"scope": "regions", "page": "2"}))
        listed = second.partition('class="items card"')[2].partition("</ul>")[0]
        assert "Демо" in listed
        assert "Москва" not in listed

    @pytest.mark.parametrize("asked", [{"scope": "mars"}, {"page": "x"}, {"page": "999"}, {"region": "RU-XXX"}, {}])
    def test_any_address_is_a_page(self, client: Client, asked: dict[str, str]) -> None:
        assert "Клиники сети" in shown(client.get(reverse("shop:network"), asked))


def test_the_conditions_and_the_rules_stand_on_pages_of_their_own(client: Client) -> None:
    assert "Временная франшиза" in shown(client.get(reverse("shop:conditions")))
    page = shown(client.get(reverse("shop:rules")))
    assert "Что такое страховой случай" in page
    assert "составлены для демонстрации" in page
