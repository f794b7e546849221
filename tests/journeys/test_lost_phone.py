"""Nina's phone is gone. By her mailbox, policy and birth date she asks for another; the old phone is warned, a moved
clock shortens nothing, and when a true day has passed the new phone is in and the old devices are out."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tests.journeys.cast import Client
from tests.journeys.conftest import DESKTOP, PHONE, SitDown
from tests.journeys.steps import bank, linking, recovery, shop, signin
from tests.journeys.world import World, wait_for

NINA = Client(
    surname="Тихая",
    given_name="Нина",
    patronymic="Павловна",
    sex="женский",
    born_on=date(1964, 12, 1),
    phone="+7 912 000-03-01",
    email="nina@demo.example",
    series="4501",
    number="998877",
    issued_on=date(2010, 1, 15),
)
# Not the address of the contract: whatever comes there holds other figures than codes.
MAILBOX = "nina.home@demo.example"
NEW_PHONE = "+7 912 000-03-02"


def test_a_lost_phone_is_replaced_after_a_day(world: World, sits_down: SitDown) -> None:
    on_old_phone, at_computer = sits_down("nina-old-phone", PHONE), sits_down("nina", DESKTOP)
    shop.buys(on_old_phone, NINA, scope="Москва и область", percent=0)
    bank.pays_with(on_old_phone, bank.GOOD)
    number = shop.gets_the_policy(on_old_phone)
    signin.registers(on_old_phone, NINA)
    linking.finds_the_policy(on_old_phone, number)
    recovery.adds_an_address(on_old_phone, MAILBOX)

    recovery.asks(at_computer, MAILBOX, number=number, born_on=NINA.born_on, new_phone=NEW_PHONE)
    recovery.sends_notices_with_a_link_to_cancel(world, NINA.phone, MAILBOX)
    world.move_to(world.today() + timedelta(days=2))
    on_old_phone.opens("/cabinet/")
    on_old_phone.sees("Главная", told=number)

    recovery.a_true_day_passes(world)
    told = "по этому номеру в него больше не войти"
    wait_for(lambda: any(told in text for text in world.texts_to(NINA.phone)), told)
    on_old_phone.opens("/cabinet/")
    on_old_phone.sees("Войти или зарегистрироваться")
    signin.asks_for_a_code(on_old_phone, NINA.phone)
    signin.enters_the_code(on_old_phone, NINA.phone)
    on_old_phone.sees("Как вас зовут")
    signin.asks_for_a_code(at_computer, NEW_PHONE)
    signin.enters_the_code(at_computer, NEW_PHONE)
    at_computer.sees("Главная", told=re.compile(number))
