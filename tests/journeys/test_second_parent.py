"""Olga invites Sonya's father. A stranger with the forwarded link gets nowhere; he proves the child, sees her visit,
and from the minute Olga ends it he meets no page of hers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from tests.journeys.cast import BORIS, Client
from tests.journeys.conftest import PHONE, SitDown
from tests.journeys.steps import activation, bank, booking, child, directory, family, linking, shop, signin
from tests.journeys.steps.charge import roubles
from tests.journeys.world import World

OLGA = Client(
    surname="Лазурная",
    given_name="Ольга",
    patronymic="Марковна",
    sex="женский",
    born_on=date(1990, 1, 25),
    phone="+7 921 000-02-01",
    email="olga@demo.example",
    series="4010",
    number="445566",
    issued_on=date(2010, 2, 10),
)
SONYA = Client(
    surname="Лазурная",
    given_name="София",
    patronymic="Павловна",
    sex="женский",
    born_on=date(2016, 6, 2),
    phone="",
    email="",
    series="V-АК",
    number="778899",
    issued_on=date(2016, 6, 15),
)
PAVEL = replace(
    OLGA,
    surname="Лазурный",
    given_name="Павел",
    patronymic="Денисович",
    sex="мужской",
    born_on=date(1988, 3, 3),
    phone="+7 921 000-02-02",
)
STRANGER = replace(BORIS, phone="+7 905 000-02-03")
CLINIC, TOWN = "Демо-поликлиника «Ромашка»", "Санкт-Петербург"


def test_the_other_parent_is_let_in_and_shown_out(world: World, sits_down: SitDown) -> None:
    olga, pavel, stranger = sits_down("olga"), sits_down("pavel", PHONE), sits_down("stranger", PHONE)
    insured_from = world.today() + timedelta(days=15)

    child.buys_for(olga, OLGA, SONYA, scope="Санкт-Петербург и область", percent=0)
    bank.pays_with(olga, bank.GOOD)
    number = shop.gets_the_policy(olga)
    signin.registers(olga, OLGA)
    policy_id = linking.finds_the_policy(olga, number)
    activation.opens_the_programme(olga)
    activation.joins_without_a_card(olga)

    family.invites(olga, "Папа", PAVEL.phone)
    link = family.link_sent_to(world, PAVEL.phone, silent_about=[SONYA.given_name, SONYA.surname, number])

    signin.registers(stranger, STRANGER)
    stranger.sees("Здравствуйте!")
    stranger.opens(link)
    stranger.sees("Нужен другой контакт")
    pavel.opens(link)
    pavel.sees("Вас приглашают в семейный доступ")
    pavel.follows("Войти")
    pavel.sees("Войти или зарегистрироваться")
    pavel.types("Телефон или электронная почта", PAVEL.phone)
    pavel.presses("Получить код")
    pavel.sees("Введите код")
    signin.enters_the_code(pavel, PAVEL.phone)
    signin.says_who_they_are(pavel, PAVEL)
    pavel.sees("Подтвердите, что вы родитель")
    family.tells_of_the_child(pavel, SONYA, number="000000")
    pavel.sees("Подтвердите, что вы родитель", told="Осталось попыток: 4")
    family.tells_of_the_child(pavel, SONYA, number=SONYA.number)
    family.accepts(pavel, SONYA, number=number)

    world.move_to(insured_from - timedelta(days=14))
    directory.finds_a_clinic(olga, "ромашка", CLINIC, town=TOWN)
    booking.chooses_a_doctor(olga, "Терапевт")
    booking.takes_the_first_time_from(olga, insured_from)
    booking.confirms(olga, own_share=roubles(Decimal(0)))
    pavel.goes_to("Записи")
    pavel.sees("Записи", told="Предстоят")
    pavel.page.locator("main .item-title").first.click()
    pavel.sees(re.compile("^Терапевт"), told=SONYA.full_name)
    visit = pavel.page.url
    pavel.meets_nothing_at(f"{world.address('portal')}/cabinet/policies/{policy_id}/activate/")

    family.ends_the_access(olga)
    pavel.meets_nothing_at(visit)
    pavel.meets_nothing_at(f"{world.address('portal')}/cabinet/policies/{policy_id}/")
    pavel.opens("/cabinet/")
    pavel.sees("Здравствуйте!")
    pavel.opens(link)
    pavel.sees("Эта ссылка не действует")
