"""People at work: coming in by a code to their address and one of the demonstration's app."""

from __future__ import annotations

import time

from sandbox import authenticator
from tests.journeys.person import Person

OPERATOR, EXPERT, FINANCE = "operator@demo.example", "expert@demo.example", "finance@demo.example"


def comes_to(person: Person, address: str, page: str, heading: str) -> None:
    """To a page of the staff's site, through its door."""
    person.opens(person.world.address("staff") + page)
    person.sees("Вход для сотрудников")
    person.types("Рабочая почта", address)
    person.presses("Получить код")
    person.sees("Введите код")
    person.types("Код из сообщения", person.world.code_sent_to(address))
    person.presses("Продолжить")
    person.sees("Второй шаг входа")
    code = authenticator.code_at(authenticator.demo_secret(address), time.time())
    person.types("Код из приложения или запасной код", code)
    person.presses("Войти")
    person.sees(heading)


def opens_the_records_of(person: Person, number: str, full_name: str, *, why: str) -> None:
    """Finds the client and opens medical content, which is noted with the reason."""
    person.opens(person.world.address("staff") + "/desk/")
    person.sees("Клиенты")
    person.types("Телефон, номер полиса, почта или фамилия", number)
    person.presses("Найти")
    person.sees(full_name, told="Медицинские сведения закрыты")
    person.chooses(why)
    person.presses("Открыть с причиной")
    person.sees(full_name, told="Визиты и услуги")


def sees_who_asked_to_be_forgotten(person: Person, full_name: str) -> None:
    person.opens(person.world.address("staff") + "/desk/closings/")
    person.sees("Удаление данных", told=full_name)


def agrees_to_give_back(person: Person, *, amount: str, number: str = "") -> None:
    """The second person: whoever asked cannot."""
    person.opens(person.world.address("staff") + "/desk/refunds/")
    person.sees("Возвраты", told=number or amount)
    person.follows("Согласиться", within=person.page.get_by_role("row").filter(has_text=amount))
    person.sees(f"Вернуть {amount}?")
    person.presses("Вернуть деньги")
    person.sees("Возвраты", told="Возврат отправлен.")
