"""Coming in by a code, and the first thing an account asks: who one is."""

from __future__ import annotations

import re
import time

from sandbox import authenticator
from tests.journeys.cast import Client, day
from tests.journeys.person import Person


def asks_for_a_code(person: Person, contact: str, *, at: str = "/signin/") -> None:
    person.opens(at)
    person.sees(re.compile("^Войти или зарегистрироваться$|^Вход для сотрудников$"))
    person.types("Телефон или электронная почта", contact)
    person.presses("Получить код")
    person.sees("Введите код")


def enters_a_wrong_code(person: Person) -> None:
    person.types("Код из сообщения", "000000")
    person.presses("Продолжить")
    person.sees("Введите код")
    person.is_told(re.compile("осталось|попыт", re.IGNORECASE))


def enters_the_code(person: Person, contact: str) -> None:
    person.types("Код из сообщения", person.world.code_sent_to(contact))
    person.presses("Продолжить")


def says_who_they_are(person: Person, client: Client) -> None:
    """The profile of somebody new: policies are found by it."""
    person.sees("Как вас зовут")
    person.types("Фамилия", client.surname)
    person.types("Имя", client.given_name)
    person.types("Отчество (необязательно)", client.patronymic)
    person.types("Дата рождения", day(client.born_on))
    person.chooses(client.sex)
    person.presses("Продолжить")


def registers(person: Person, client: Client) -> None:
    asks_for_a_code(person, client.phone)
    enters_the_code(person, client.phone)
    says_who_they_are(person, client)


def sets_up_an_app(person: Person) -> None:
    """People at work, at their first sign-in: the secret is typed into an app, and the app's code here."""
    person.sees("Защита рабочего входа")
    secret = person.reads(r"Введите вручную: ([A-Z2-7 ]+)").replace(" ", "")
    person.types("Код, который показывает приложение", authenticator.code_at(secret, time.time()))
    person.presses("Подключить")
