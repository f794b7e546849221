"""The shop's pages, as a visitor meets them."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from doctorlike.payments.models import Payment
from doctorlike.products import commands as products
from doctorlike.shop import queries
from doctorlike.shop.models import Order
from doctorlike.shop.rules import Choice, OrderState
from tests.sandbox.running import Sandbox
from tests.shop.builders import (
    ANNA,
    ANNA_BUYS_FOR_HERSELF,
    ANNA_BUYS_FOR_OTHERS,
    AT,
    BY,
    MITYA,
    REQUIRED,
    children,
    draft_order,
    new_token,
    sent_code,
)
from tests.shop.typed import ANNA_TYPED, MITYA_TYPED, shown, to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]


@pytest.fixture(autouse=True)
def _on_sale() -> None:
    products.seed_demo_product(by=BY, at=AT)


@pytest.fixture
def token() -> str:
    return new_token()


def begin(client: Client, token: str, **changes: str) -> HttpResponse:
    asked = {"token": token, "programme": "polyclinic", "scope": "regions", "copay_percent": "30", **changes}
    return client.post(reverse("shop:start"), asked)


class TestStarting:
    def test_a_double_click_is_one_order(self, client: Client, token: str) -> None:
        for _ in range(2):
            assert begin(client, token)["Location"] == to("policyholder", token)
        assert Order.objects.count() == 1

    @pytest.mark.parametrize(
        "changes", [{"programme": "luxury"}, {"scope": "mars"}, {"copay_percent": "1"}, {"copay_percent": "x"}]
    )
    def test_a_tampered_choice_is_refused_with_a_way_on(
        self, client: Client, token: str, changes: dict[str, str]
    ) -> None:
        answer = begin(client, token, **changes)
        assert answer.status_code == 409
        assert 'href="/"' in answer.content.decode()
        assert not Order.objects.exists()

    def test_a_token_that_is_none_begins_nothing(self, client: Client) -> None:
        assert begin(client, "short").status_code in (404, 409)
        assert not Order.objects.exists()


class TestPeople:
    @pytest.fixture(autouse=True)
    def _begun(self, client: Client, token: str) -> None:
        begin(client, token)

    def test_anna_insures_herself(self, client: Client, token: str) -> None:
        answer = client.post(to("policyholder", token), ANNA_TYPED)
        assert answer["Location"] == to("check", token)
        draft = queries.order_by_token(token).draft
        assert draft.policyholder == ANNA_BUYS_FOR_HERSELF
        page = shown(client.get(to("check", token)))
        assert "9 500,00 ₽" in page
        assert "Серова Анна Викторовна" in page

    def test_anna_insures_mitya_who_has_a_birth_certificate(self, client: Client, token: str) -> None:
        without_me = {key: typed for key, typed in ANNA_TYPED.items() if key != "is_insured"}
        answer = client.post(to("policyholder", token), without_me)
        assert answer["Location"] == to("insured", token, 1)
        assert client.post(to("insured", token, 1), MITYA_TYPED)["Location"] == to("check", token)
        order = queries.order_by_token(token)
        assert order.draft.insured == (MITYA,)
        assert order.draft.policyholder == ANNA_BUYS_FOR_OTHERS
        assert "8 710,00 ₽" in shown(client.get(to("check", token)))

    def test_every_error_stands_at_its_field_and_answers_are_kept(self, client: Client, token: str) -> None:
        wrong = {
            **ANNA_TYPED,
            "surname": "Serova",
            "born_on": "99.99.1988",
            "phone": "12",
            "email": "anna",
            "series": "1",
            "starts_on": "01.03.2026",
            "issuer": "",
        }
        page = shown(client.post(to("policyholder", token), wrong))
        for words in ("не русские", "Такой даты нет", "номер телефона целиком", "адрес почты целиком", "четыре цифры"):
            assert words in page
        assert "Заполните поле: Кем выдан" in page
        for typed in ("Serova", "99.99.1988", "Самара, ул. Полевая"):
            assert typed in page
        assert "<title>Ошибка" in page
        assert queries.order_by_token(token).draft.policyholder is None

    def test_the_start_date_is_held_to_its_window(self, client: Client, token: str) -> None:
        page = shown(client.post(to("policyholder", token), {**ANNA_TYPED, "starts_on": "01.03.2026"}))
        assert "Выберите день начала с 02.03.2026 по 30.04.2026" in page

    def test_a_passport_that_should_have_been_changed_is_refused(self, client: Client, token: str) -> None:
        page = shown(client.post(to("policyholder", token), {**ANNA_TYPED, "issued_on": "20.06.2003"}))
        assert "после 20 и 45 лет его меняют" in page

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"born_on": "20.03.2010"}, "С 14 лет нужен паспорт"),
            ({"document_kind": "passport"}, "До 14 лет паспорта нет"),
            ({"series": "12 34"}, "римские цифры"),
            ({"issued_on": "01.01.2015"}, "раньше дня рождения"),
            ({"as_policyholder": ""}, "Введите адрес регистрации"),
        ],
    )
    def test_a_childs_document_is_checked(
        self, client: Client, token: str, changes: dict[str, str], words: str
    ) -> None:
        client.post(to("policyholder", token), ANNA_TYPED)
        assert words in shown(client.post(to("insured", token, 1), {**MITYA_TYPED, **changes}))

    def test_the_same_person_twice_is_refused(self, client: Client, token: str) -> None:
        client.post(to("policyholder", token), ANNA_TYPED)
        client.post(to("insured", token, 1), MITYA_TYPED)
        assert "уже есть в заявке" in shown(client.post(to("insured", token, 2), MITYA_TYPED))

    def test_somebody_is_taken_off_the_list(self, client: Client, token: str) -> None:
        client.post(to("policyholder", token), ANNA_TYPED)
        client.post(to("insured", token, 1), MITYA_TYPED)
        assert client.post(to("remove_insured", token, 1))["Location"] == to("check", token)
        assert queries.order_by_token(token).draft.insured == (ANNA,)

    def test_a_draft_is_resumed_by_its_link_alone(self, token: str, client: Client) -> None:
        client.post(to("policyholder", token), ANNA_TYPED)
        page = shown(Client().get(to("policyholder", token)))
        assert "Серова" in page
        assert 'name="robots" content="noindex"' in page

    def test_pages_of_an_order_are_not_stored_by_browsers(self, client: Client, token: str) -> None:
        assert "no-store" in client.get(to("policyholder", token))["Cache-Control"]


class TestConfirming:
    @pytest.fixture(autouse=True)
    def _answered(self, token: str) -> None:
        draft_order(token=token)

    def ask_code(self, client: Client, token: str) -> dict[str, str]:
        """Have a code sent; what the summary page would post back."""
        answer = client.post(to("send_code", token), {"channel": "phone"})
        form = client.get(answer["Location"]).context["confirm_form"]
        shown_there = {"edition": str(form["edition"].value()), "total": str(form["total"].value())}
        return {**shown_there, **dict.fromkeys(REQUIRED, "on"), "code": sent_code()}

    def test_code_and_consents_lead_to_the_bank(self, client: Client, token: str, outside: Sandbox) -> None:
        client.post(to("send_code", token), {"channel": "phone"})
        page = shown(client.get(to("check", token), {"sent": "phone"}))
        assert "checked" not in page[page.index("Согласия") : page.index("Код не пришёл")]
        assert "Подтвердить и оплатить 9 500,00 ₽" in page
        form = client.get(to("check", token), {"sent": "phone"}).context["confirm_form"]
        typed = {
            "edition": str(form["edition"].value()),
            "total": str(form["total"].value()),
            "code": sent_code(),
            **dict.fromkeys(REQUIRED, "on"),
        }
        assert client.post(to("check", token), typed)["Location"].startswith(outside.url)
        assert queries.order_by_token(token).state is OrderState.PAYING

    def test_a_second_tap_goes_on_to_the_same_payment(self, client: Client, token: str, outside: Sandbox) -> None:
        typed = self.ask_code(client, token)
        first = client.post(to("check", token), typed)["Location"]
        assert first.startswith(outside.url)
        assert client.post(to("check", token), typed)["Location"] == to("result", token)
        order_id = queries.order_by_token(token).id
        assert Payment.objects.filter(purpose="order", subject_id=order_id).count() == 1

    def test_a_wrong_code_says_so_keeps_the_ticks_and_lets_one_try_again(
        self, client: Client, token: str, outside: Sandbox
    ) -> None:
        typed = self.ask_code(client, token)
        wrong = {**typed, "code": f"{(int(typed['code']) + 1) % 10**6:06d}"}
        page = shown(client.post(to("check", token), wrong))
        assert "Осталось попыток: 4" in page
        assert page.count("checked") >= len(REQUIRED)
        assert client.post(to("check", token), typed)["Location"].startswith(outside.url)

    @pytest.mark.parametrize("changes", [{"total": "1.00"}, {"edition": "0"}])
    def test_a_tampered_price_confirms_nothing_and_shows_the_true_one(
        self, client: Client, token: str, changes: dict[str, str]
    ) -> None:
        answer = client.post(to("check", token), {**self.ask_code(client, token), **changes}, follow=True)
        page = shown(answer)
        assert "изменились" in page
        assert "9 500,00 ₽" in page
        assert queries.order_by_token(token).state is OrderState.DRAFT

    def test_required_consents_are_named_when_missing_and_the_code_stays_good(
        self, client: Client, token: str, outside: Sandbox
    ) -> None:
        typed = self.ask_code(client, token)
        missing = {name: value for name, value in typed.items() if name not in ("personal_data", "health_data")}
        page = shown(client.post(to("check", token), missing))
        assert "персональные данные" in page
        assert "сведения о здоровье" in page
        assert client.post(to("check", token), typed)["Location"].startswith(outside.url)

    def test_pages_ahead_lead_back_to_what_is_missing(self, client: Client, token: str) -> None:
        for name in ("pay", "result"):
            assert client.get(to(name, token))["Location"] == to("check", token)

    def test_a_second_code_within_a_minute_is_not_sent_and_the_first_still_works(
        self, client: Client, token: str, outside: Sandbox
    ) -> None:
        typed = self.ask_code(client, token)
        page = shown(client.post(to("send_code", token), {"channel": "phone"}, follow=True))
        assert "Код уже отправлен" in page
        assert client.post(to("check", token), typed)["Location"].startswith(outside.url)


@pytest.mark.parametrize("name", ["policyholder", "check", "pay", "result"])
def test_another_token_is_no_page(client: Client, name: str) -> None:
    draft_order()
    assert client.get(to(name, new_token())).status_code == 404


def test_pages_of_an_order_cost_the_same_for_one_insured_and_ten(client: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for others in ((), children("АБВГДЕЖЗИ")):
        token = new_token()
        draft_order(token=token, others=others, choice=Choice("polyclinic", "regions", 30))
        with CaptureQueriesContext(connection) as asked:
            shown(client.get(to("check", token)))
        counts.append(len(asked))
    assert counts[0] == counts[1]
