"""Ending a contract: told first, confirmed by a code, the money back on the card."""

from __future__ import annotations

import re

from tests.journeys.cast import Client
from tests.journeys.person import Person
from tests.journeys.world import wait_for


def opens_the_contract(person: Person, number: str) -> str:
    """Returns its address."""
    person.opens("/cabinet/policies/")
    person.sees("Полисы", told=number)
    person.follows(number)
    person.sees(number, told="Отказаться от договора")
    return person.page.url


def is_told_what_comes_back(person: Person) -> str:
    """Before anything is confirmed; returns the sum."""
    person.follows("Расторгнуть договор")
    person.sees("Расторгнуть договор?", told=re.compile("премия возвращается целиком"))
    person.is_told("Что прекратится")
    return person.reads(r"Вернётся\s+([\d ]+,\d\d ₽)")


def ends_it_with_a_code(person: Person, client: Client, number: str, *, amount: str) -> None:
    person.presses("Получить код и продолжить")
    person.sees("Введите код", told=f"Вернётся {amount}")
    person.types("Код из сообщения", "000000")
    person.presses("Расторгнуть договор")
    person.sees("Введите код", told="Проверьте одно поле")
    person.types("Код из сообщения", person.world.code_sent_to(client.phone))
    person.presses("Расторгнуть договор")
    person.sees(number, told="Договор расторгнут до начала действия")
    person.is_told("Проверяет сотрудник")


def has_the_money_back(person: Person, contract: str, *, number: str, amount: str) -> None:
    """The policy's page tells it, and the documents have the receipt."""

    def told() -> bool:
        person.opens(contract)
        return "Возвращено" in person.page.locator("main").inner_text()

    wait_for(told, "the refund on the policy's page")
    person.sees(number, told="Возвращено")
    person.opens("/cabinet/documents/")
    person.sees("Документы", told="Возврат взноса")
    person.is_told("Чек возврата")
    assert person.reads(rf"(Возврат взноса\s+{number}\s)"), "the one policy that was ended"
    assert amount in person.reads(r"Возврат взноса([\s\S]*)")
