"""A lost phone: the steps of `/recovery/`, and the day that passes before it is replaced."""

from __future__ import annotations

import re
from datetime import date, timedelta

import psycopg

from tests.journeys.cast import day
from tests.journeys.person import Person
from tests.journeys.world import World, wait_for


def adds_an_address(person: Person, email: str) -> None:
    """In the profile, by a code sent there."""
    person.opens("/cabinet/profile/")
    person.sees("Профиль")
    person.follows("Добавить почту")
    person.sees("Новая почта")
    person.page.locator("main").get_by_role("textbox").fill(email)
    person.presses("Получить код")
    person.sees("Введите код")
    person.types("Код из сообщения", person.world.code_sent_to(email))
    person.presses("Продолжить")
    person.sees("Профиль", told=email)


def asks(person: Person, mailbox: str, *, number: str, born_on: date, new_phone: str) -> None:
    """From the door to the request: mailbox, policy and birth date, the new phone."""
    person.opens("/signin/")
    person.sees("Войти или зарегистрироваться")
    person.follows("Нет доступа к телефону?")
    person.sees("Нет доступа к телефону")
    person.page.locator("main").get_by_role("textbox").fill(mailbox)
    person.presses("Получить код")
    person.sees("Введите код")
    person.types("Код из сообщения", person.world.code_sent_to(mailbox))
    person.presses("Продолжить")
    person.sees("Номер полиса и дата рождения")
    person.types("Номер полиса", number)
    person.types("Ваша дата рождения", day(born_on))
    person.presses("Продолжить")
    person.sees("Новый телефон")
    person.types("Телефон", new_phone)
    person.presses("Получить код")
    person.sees("Введите код")
    person.types("Код из сообщения", person.world.code_sent_to(new_phone))
    person.presses("Продолжить")
    person.sees("Проверьте почту", told=re.compile("через 24 ч"))


def sends_notices_with_a_link_to_cancel(world: World, old_phone: str, mailbox: str) -> None:
    """The old phone and the address both learn of it."""
    told = "Просят заменить телефон"
    wait_for(lambda: any(told in text and "/recovery/cancel/" in text for text in world.texts_to(old_phone)), told)
    assert told in world.letter_to(mailbox, about="Безопасность аккаунта").text


def a_true_day_passes(world: World) -> None:
    """The wait keeps true time, which no clock of a demo moves: the request is made a day older instead. The jobs look
    for what is due when the clock is moved."""
    with psycopg.connect(world.system.database_url) as connection:
        connection.execute(
            "update accounts_recovery set asked_at = asked_at - interval '1 day', due_at = due_at - interval '1 day'"
            " where state = 'waiting'"
        )
    world.move_to(world.today() + timedelta(days=1))
