"""A policy bought for a teenager who is about to turn fifteen, one visit under it, and the way to an own account."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from tests.journeys.cast import Client, day
from tests.journeys.person import Person
from tests.journeys.steps import activation, bank, directory, linking, register, shop, signin
from tests.journeys.steps.charge import own_share, roubles
from tests.journeys.world import World, wait_for

CLINIC, TOWN, CLINIC_KEY = "Демо-поликлиника «Ромашка»", "Москва", "demo-RU-MOW-1"
THERAPIST, THERAPIST_NAME = "B01.047.001", re.compile("терапевт", re.IGNORECASE)
PERCENT = 30


@dataclass(frozen=True)
class Stage:
    """`birthday` is the fifteenth; `share` what the parent's card will be charged for the visit."""

    teenager: Client
    number: str
    policy_id: str
    birthday: date
    price: Decimal

    @property
    def share(self) -> str:
        return roubles(own_share(self.price, PERCENT))


def turns_fifteen(teenager: Client, *, on: date) -> tuple[Client, date]:
    """The teenager with a birth date and a passport that fit; somebody born on 29 February would need another day."""
    birthday = on + timedelta(days=1) if (on.month, on.day) == (2, 29) else on
    born_on = birthday.replace(year=birthday.year - 15)
    return replace(teenager, born_on=born_on, issued_on=birthday.replace(year=birthday.year - 1)), birthday


def has_a_visit(world: World, parent: Person, adult: Client, teenager: Client, folder: Path) -> Stage:
    """Bought, activated with the parent's card, a visit rendered; the birthday is four days later."""
    teenager, birthday = turns_fifteen(teenager, on=world.today() + timedelta(days=20))
    visit_on = world.today() + timedelta(days=15)
    shop.calculates(parent, teenager, scope="Москва и область", percent=PERCENT)
    shop.chooses_a_programme(parent)
    shop.fills_in_the_form(parent, adult, starts_on=world.today() + timedelta(days=1))
    parent.page.get_by_label("Застраховать и меня").uncheck()
    parent.presses("Продолжить")
    parent.sees("Кого страхуем")
    _fills_in_the_passport(parent, teenager)
    shop.sends_the_form(parent)
    shop.asks_for_the_code(parent)
    shop.confirms_with_the_code(parent, adult)
    bank.pays_with(parent, bank.GOOD)
    number = shop.gets_the_policy(parent)

    signin.registers(parent, adult)
    policy_id = linking.finds_the_policy(parent, number)
    activation.opens_the_programme(parent)
    activation.agrees_to_bind(parent, "Visa, Mastercard")
    bank.binds(parent, bank.GOOD)
    activation.is_active_with(parent, bank.GOOD[-4:])
    world.move_to(visit_on)
    directory.finds_a_clinic(parent, "ромашка", CLINIC, town=TOWN)
    price = directory.price_of(parent, THERAPIST)
    world.move_to(visit_on + timedelta(days=1))
    services = {THERAPIST: price}
    register.clinic_sends(world, folder, teenager, number=number, clinic=CLINIC_KEY, on=visit_on, services=services)
    return Stage(teenager, number, policy_id, birthday, price)


def _fills_in_the_passport(person: Person, teenager: Client) -> None:
    person.chooses(re.compile("^Паспорт"))
    answers = {
        "Фамилия": teenager.surname,
        "Имя": teenager.given_name,
        "Отчество (необязательно)": teenager.patronymic,
        "Дата рождения": day(teenager.born_on),
        "Место рождения": "г. Москва",
        "Серия": teenager.series,
        "Номер": teenager.number,
        "Дата выдачи": day(teenager.issued_on),
        "Код подразделения": "770-002",
        "Кем выдан": "ГУ МВД по г. Москве",
    }
    for label, answer in answers.items():
        person.types(label, answer)
    person.chooses(teenager.sex)


def sms_with(world: World, phone: str, words: str) -> str:
    """The first message to a phone with these words in it."""

    def look() -> str:
        return next((one for one in world.texts_to(phone) if words in one), "")

    return str(wait_for(look, f"an SMS to {phone} with «{words}»"))


def is_invited(world: World, parent: Person, stage: Stage) -> str:
    """The parent names the teenager's own phone; returns the link of the message, which names nobody."""
    parent.opens(f"/cabinet/policies/{stage.policy_id}/own-account/")
    parent.sees("Собственный кабинет застрахованного", told="У вас остаются")
    parent.types("Собственный телефон или почта застрахованного", stage.teenager.phone)
    parent.presses("Пригласить")
    parent.sees("Собственный кабинет застрахованного", told="Приглашение отправлено.")
    text = sms_with(world, stage.teenager.phone, "/own-account/")
    for hidden in (stage.teenager.surname, stage.teenager.given_name, stage.number):
        assert hidden not in text, text
    return str(re.search(r"http\S+", text)[0])


def opens_an_own_account(teen: Person, stage: Stage, link: str) -> None:
    teen.opens(link)
    teen.sees("Откройте собственный кабинет")
    teen.follows("Войти")
    teen.sees("Войти или зарегистрироваться")
    teen.types("Телефон или электронная почта", stage.teenager.phone)
    teen.presses("Получить код")
    teen.sees("Введите код")
    signin.enters_the_code(teen, stage.teenager.phone)
    signin.says_who_they_are(teen, stage.teenager)
    teen.sees("Открыть полис в этом кабинете?", told="платить вам не нужно")
    teen.presses("Открыть")
    teen.sees("Главная", told=stage.number)


def sees_amount_and_day_alone(parent: Person, stage: Stage, *, share: str) -> None:
    """The page of services of whoever only pays."""
    parent.goes_to("Услуги")
    parent.sees("Услуги и списания", told="Услуги видит только сам застрахованный")
    parent.is_told("Суммы и дни списаний")
    parent.is_told(share)
    words = parent.page.locator("main").inner_text()
    assert CLINIC not in words, words
    assert not THERAPIST_NAME.search(words), words
