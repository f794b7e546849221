"""Ilya does everything that must not cost twice: a start that has passed, a price of his own, a second window, a
double click, the way back. There is one order and one payment."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tests.journeys.cast import Client
from tests.journeys.conftest import PHONE, SitDown
from tests.journeys.person import Person
from tests.journeys.steps import bank, shop
from tests.journeys.world import World

ILYA = Client(
    surname="Двуоконный",
    given_name="Илья",
    patronymic="Романович",
    sex="мужской",
    born_on=date(1992, 3, 19),
    phone="+7 921 000-01-44",
    email="ilya@demo.example",
    series="4012",
    number="901234",
    issued_on=date(2012, 4, 5),
)


def test_whatever_is_pressed_there_is_one_order_and_one_payment(world: World, sits_down: SitDown) -> None:
    ilya = sits_down("ilya", PHONE)
    debits = len(world.debits(ILYA))
    shop.calculates(ilya, ILYA, scope="Москва и область", percent=50)
    price = shop.chooses_a_programme(ilya)
    shop.fills_in_the_form(ilya, ILYA, starts_on=world.today() - timedelta(days=1))
    ilya.presses("Продолжить")
    ilya.sees("Кто оформляет договор", told="Проверьте одно поле")
    ilya.has_typed("Фамилия", ILYA.surname)
    ilya.types("Первый день полиса", f"{world.today() + timedelta(days=1):%d.%m.%Y}")
    shop.sends_the_form(ilya)
    shop.asks_for_the_code(ilya)
    check = ilya.page.url

    second = sits_down("ilya-second", beside=ilya)
    second.opens(check)
    second.sees("Проверьте и подтвердите")
    shop.ticks_the_required_consents(second)
    sets_a_price_of_his_own(second, "1.00")
    code = world.code_sent_to(ILYA.phone)
    second.types("Код из сообщения", code)
    second.presses(shop.CONFIRM)
    second.sees("Проверьте и подтвердите", told=price)
    assert len(world.debits(ILYA)) == debits

    shop.ticks_the_required_consents(ilya)
    ilya.types("Код из сообщения", code)
    ilya.page.get_by_role("button", name=shop.CONFIRM).dblclick()
    ilya.sees("Оплата картой")
    second.opens(check)
    second.sees(re.compile("^Оплата"))
    bank.pays_with(ilya, bank.GOOD)
    number = shop.gets_the_policy(ilya)
    ilya.page.go_back()
    ilya.sees(re.compile("."))
    ilya.opens(check)
    assert shop.gets_the_policy(ilya) == number
    second.opens(check)
    assert shop.gets_the_policy(second) == number
    (debit,) = world.debits(ILYA, since=debits)
    assert f"{debit['amount']['value']}".split(".")[0] in re.sub(r"\D", "", price)
    assert not world.debited_twice()


def sets_a_price_of_his_own(person: Person, roubles: str) -> None:
    """As the browser's own tools let anybody."""
    person.page.locator("input[name=total]").evaluate("(field, told) => { field.value = told }", roubles)
