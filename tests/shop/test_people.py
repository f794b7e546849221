"""Who is named in an order: the form takes what real people have and says how to put right what it does not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client

from doctorlike.kit import clock
from doctorlike.products import commands as products
from doctorlike.regions.commands import load_shipped_regions
from doctorlike.shop import commands, queries
from doctorlike.shop.errors import OrderChangedError, PersonDocumentError, SameDocumentError
from doctorlike.shop.models import Order
from doctorlike.shop.rules import MOST_INSURED, Choice
from tests.shop.builders import ANNA, AT, BY, CHOICE, MITYA, children, draft_order, new_token
from tests.shop.typed import (
    ANNA_TYPED,
    BABY_TYPED,
    FOREIGNER_TYPED,
    MITYA_TYPED,
    adult_typed,
    shown,
    to,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_of_march")]


@pytest.fixture(autouse=True)
def _country_and_product() -> None:
    load_shipped_regions(by=BY, at=AT)
    products.seed_demo_product(by=BY, at=AT)


@pytest.fixture
def token() -> str:
    token = new_token()
    commands.start_order(token=token, choice=CHOICE, at=AT)
    return token


def sent(client: Client, page: str, typed: Mapping[str, str]) -> str:
    """The page that answers what was typed; errors come back on it."""
    return shown(client.post(page, {name: text for name, text in typed.items() if text}))


class TestTenInsured:
    def test_a_family_of_ten_with_a_foreigner_and_a_baby_stands_in_the_summary_each_with_a_price(
        self, client: Client, token: str
    ) -> None:
        assert client.post(to("policyholder", token), ANNA_TYPED).status_code == 302
        people = [FOREIGNER_TYPED, BABY_TYPED, *(adult_typed(place) for place in range(7))]
        for place, typed in enumerate(people, start=1):
            answer = client.post(to("insured", token, place), {name: text for name, text in typed.items() if text})
            assert answer.status_code == 302, typed["surname"]
        draft = queries.order_by_token(token).draft
        assert len(draft.insured) == MOST_INSURED
        foreigner, baby = draft.others[:2]
        assert (foreigner.full_name, foreigner.latin_name, foreigner.citizenship) == (
            "Йылмаз Мерт",
            "YILMAZ MERT",
            "TR",
        )
        assert (foreigner.number, foreigner.valid_until) == ("U12345678", date(2031, 6, 4))
        assert foreigner.registration != foreigner.residence
        assert (baby.full_name, baby.series) == ("Серов Анна-Мария", "I-ЕР")
        assert [one.surname for one in draft.others[2:]] == [
            "О'Нил", "Салтыков-Щедрин", "Кызы", "Ёлкина", "Мамед оглы", "Римская Корсакова", "Дарк'ина"
        ]  # fmt: skip
        page = shown(client.get(to("check", token)))
        for words in ("YILMAZ MERT", "Турция", "4 июня 2031", "Тольятти", "25 февраля 2026", "до десяти человек"):
            assert words in page
        assert page.count('class="money"') >= MOST_INSURED
        assert f"{to('insured', token, 1)}#id_latin_name" in page
        assert to("insured", token, 10) not in page
        eleventh = {**adult_typed(0), "surname": "Лишний", "number": "900001"}
        assert "Остальных оформите второй заявкой" in sent(client, to("insured", token, 10), eleventh)

    def test_every_change_link_leads_to_a_field_that_is_there(self, client: Client, token: str) -> None:
        client.post(to("policyholder", token), ANNA_TYPED)
        client.post(to("insured", token, 1), {name: text for name, text in FOREIGNER_TYPED.items() if text})
        summary = client.get(to("check", token)).context
        rows = [*summary["holder_rows"], *summary["lines"][1].rows]
        assert len(rows) > 20
        for row in rows:
            page, field = row.change_url.split("#")
            assert f'id="{field}"' in shown(client.get(page)), row.label


class TestHelpWhileTyping:
    def test_the_browser_fills_in_its_owners_answers_and_nobody_elses(self, client: Client, token: str) -> None:
        own = shown(client.get(to("policyholder", token)))
        for hint in ("family-name", "given-name", "additional-name", "bday", "tel", "email", "street-address"):
            assert f'autocomplete="{hint}"' in own
        client.post(to("policyholder", token), ANNA_TYPED)
        anothers = shown(client.get(to("insured", token, 1)))
        for hint in ("family-name", "given-name", "bday", "street-address"):
            assert f'autocomplete="{hint}"' not in anothers

    def test_dates_and_figures_open_the_keyboard_of_figures(self, client: Client, token: str) -> None:
        page = shown(client.get(to("policyholder", token)))
        for field in ("starts_on", "born_on", "issued_on", "valid_until", "division_code"):
            (control,) = re.findall(rf'<input[^>]* name="{field}"[^>]*>', page)
            assert 'inputmode="numeric"' in control, field
        (phone,) = re.findall(r'<input[^>]* name="phone"[^>]*>', page)
        assert 'type="tel"' in phone

    @pytest.mark.parametrize("typed", ["14.05.1988", "14 05 1988", "14051988", "14/5/1988", "1988-05-14"])
    def test_a_date_is_read_as_people_write_it(self, client: Client, token: str, typed: str) -> None:
        assert client.post(to("policyholder", token), {**ANNA_TYPED, "born_on": typed}).status_code == 302
        assert queries.order_by_token(token).draft.insured[0].born_on == date(1988, 5, 14)

    def test_only_what_may_be_left_out_is_called_optional(self, client: Client, token: str) -> None:
        page = shown(client.get(to("policyholder", token)))
        assert page.count("(необязательно)") == 2  # the patronymic and the term of another state's document


class TestDocuments:
    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"citizenship": ""}, "Выберите гражданство"),
            ({"latin_name": ""}, "Введите фамилию и имя латинскими буквами"),
            ({"latin_name": "YILМAZ"}, "Буквы «М» русские"),
            ({"valid_until": "28.02.2026"}, "действовал до 28.02.2026"),
            ({"number": "АA123"}, "смешаны русские и латинские буквы"),
            ({"surname": "Yilmaz"}, "Буквы «Yilmaz» не русские"),
            ({"residence": ""}, "Введите адрес или отметьте"),
        ],
    )
    def test_another_states_document_is_checked_in_its_own_words(
        self, client: Client, token: str, changes: dict[str, str], words: str
    ) -> None:
        client.post(to("policyholder", token), ANNA_TYPED)
        assert words in sent(client, to("insured", token, 1), {**FOREIGNER_TYPED, **changes})

    def test_a_policyholder_may_be_a_citizen_of_another_state(self, client: Client, token: str) -> None:
        own = {
            "phone": ANNA_TYPED["phone"],
            "email": ANNA_TYPED["email"],
            "starts_on": "10.03.2026",
            "is_insured": "on",
        }
        typed = {name: text for name, text in {**FOREIGNER_TYPED, **own}.items() if text}
        assert client.post(to("policyholder", token), typed)["Location"] == to("check", token)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"division_code": ""}, "В коде подразделения шесть цифр"),
            ({"series": ""}, "В серии паспорта четыре цифры"),
            ({"issued_on": "30.09.1997", "born_on": "01.01.1940"}, "с 1 октября 1997 года"),
            ({"issued_on": "13.05.2008"}, "действовал до 12.08.2008: 90 дней после 20-летия"),
            ({"issuer": "OВД Ленинского района"}, "В слове «OВД» буквы «O» латинские"),
            ({"birth_place": "Samara"}, "В слове «Samara»"),
        ],
    )
    def test_a_passport_is_checked_in_its_own_words(
        self, client: Client, token: str, changes: dict[str, str], words: str
    ) -> None:
        assert words in sent(client, to("policyholder", token), {**ANNA_TYPED, **changes})

    def test_one_document_belongs_to_one_person(self, client: Client, token: str) -> None:
        client.post(to("policyholder", token), ANNA_TYPED)
        client.post(to("insured", token, 1), MITYA_TYPED)
        page = sent(client, to("insured", token, 2), {**MITYA_TYPED, "given_name": "Пётр"})
        assert "уже указан: Серов Дмитрий Андреевич" in page

    def test_a_document_that_ran_out_while_the_draft_lay_stops_the_order(self) -> None:
        # Fourteen on 5 December 2025: the certificate serves until 5 March 2026.
        born_on = date(2011, 12, 5)
        order_id = draft_order(others=(replace(MITYA, born_on=born_on, issued_on=born_on),))
        with pytest.raises(PersonDocumentError, match=r"Серов Дмитрий Андреевич\. С 14 лет нужен паспорт"):
            later = AT + timedelta(days=8)
            commands.send_order_code(order_id=order_id, channel="phone", by=BY, at=later, real_at=later)


class TestAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            "Самара, ул. Полевая, 1, кв. 2",
            "443001, Самарская обл., с. Тихое, Советская 5",
            "Россия, респ. Татарстан, г. Казань, ул. Баумана, д. 5A",
            "г Москва ул Ленина д 5",
            "Алтайский край, с. Ручьи, без номера",
        ],
    )
    def test_what_people_write_is_kept(self, client: Client, token: str, address: str) -> None:
        answer = client.post(to("policyholder", token), {**ANNA_TYPED, "registration": address})
        assert answer.status_code == 302

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("", "Введите адрес регистрации"),
            ("Полевая, 1", "Начните с региона"),
            ("Железногорск, ул. Ленина, 1", "Начните с региона"),
            ("Самрская область, Тихое, 1", "Может быть, Самарская область?"),
            ("Самарская область, 5", "Добавьте к региону город"),
            ("Самара, Полевая", "Добавьте номер дома"),
            ("Самара, Lenina 1", "Введите русскими буквами: «Lenina»"),
        ],
    )
    def test_what_a_register_would_refuse_says_how_to_put_it_right(
        self, client: Client, token: str, address: str, words: str
    ) -> None:
        assert words in sent(client, to("policyholder", token), {**ANNA_TYPED, "registration": address})

    def test_beginnings_of_addresses_are_offered_by_the_page_itself(self, client: Client, token: str) -> None:
        page = shown(client.get(to("policyholder", token)))
        for place in ("Самарская область, г. Тольятти, ", "Республика Татарстан, ", "Москва, "):
            assert f'<option value="{place}">' in page
        assert page.count('list="places"') == 2

    def test_the_page_is_light_on_the_wire(self, client: Client, token: str) -> None:
        answer = client.get(to("policyholder", token), headers={"accept-encoding": "gzip"})
        assert answer["Content-Encoding"] == "gzip"
        assert len(answer.content) < 30_000


class TestTwoTabs:
    def test_a_second_click_on_remove_takes_nobody_else(self, client: Client) -> None:
        token = new_token()
        draft_order(token=token, others=children("АБВ"))
        seen = {"edition": str(queries.order_by_token(token).edition)}
        for _ in range(2):
            assert client.post(to("remove_insured", token, 1), seen)["Location"] == to("check", token)
        assert [one.given_name for one in queries.order_by_token(token).draft.others] == ["Б", "В"]

    def test_a_page_for_a_new_person_sent_from_two_tabs_adds_two_and_overwrites_nobody(
        self, client: Client, token: str
    ) -> None:
        client.post(to("policyholder", token), ANNA_TYPED)
        page = client.get(to("insured", token, 1)).context["form"]
        hidden = {"edition": str(page["edition"].value()), "is_new": "True"}
        for name, number in (("Дмитрий", "654321"), ("Пётр", "654322"), ("Пётр", "654322")):
            typed = {**MITYA_TYPED, **hidden, "given_name": name, "number": number}
            assert client.post(to("insured", token, 1), typed)["Location"] == to("check", token)
        # The third was the second once more: its document tells that.
        assert [one.given_name for one in queries.order_by_token(token).draft.others] == ["Дмитрий", "Пётр"]

    def test_a_correction_from_an_old_page_does_not_fall_on_another_person(self) -> None:
        order_id = draft_order(others=children("АБ"))
        seen = queries.order(order_id).edition
        commands.remove_insured(order_id=order_id, index=0, by=BY, at=AT)
        with pytest.raises(OrderChangedError):
            commands.save_insured(order_id=order_id, index=0, person=children("А")[0], seen_edition=seen, by=BY, at=AT)
        assert [one.given_name for one in queries.order(order_id).draft.others] == ["Б"]

    def test_a_document_of_the_policyholder_is_nobody_elses(self) -> None:
        with pytest.raises(SameDocumentError):
            draft_order(others=(replace(ANNA, given_name="Ольга"),))


class TestVariant:
    def test_programme_scope_and_percent_are_changed_with_the_price_in_sight(self, client: Client) -> None:
        token = new_token()
        draft_order(token=token)
        assert "9 500,00 ₽" in shown(client.get(to("variant", token)))
        wished = {"programme": "polyclinic_dental", "scope": "russia", "copay_percent": "50"}
        assert client.post(to("variant", token), wished)["Location"] == to("check", token)
        order = queries.order_by_token(token)
        assert order.choice == Choice("polyclinic_dental", "russia", 50)
        assert order.draft.insured == (ANNA,)

    def test_what_is_not_sold_cannot_be_chosen(self, client: Client) -> None:
        token = new_token()
        draft_order(token=token)
        page = sent(client, to("variant", token), {"programme": "maternity", "scope": "mars", "copay_percent": "30"})
        assert "Проверьте поля: 2" in page
        assert queries.order_by_token(token).choice == CHOICE


def test_the_database_holds_what_was_typed_encrypted(client: Client, token: str) -> None:
    sent(client, to("policyholder", token), {**ANNA_TYPED, "surname": "Серова", "series": "1"})
    stored = Order.objects.extra(select={"raw": "answers::text"}).values_list("raw", flat=True).get()
    assert "Серова" not in stored
    assert clock.today() == AT.date()
