"""Joining the copay programme."""

from __future__ import annotations

import re

from tests.journeys.person import Person


def opens_the_programme(person: Person) -> None:
    person.opens("/cabinet/")
    person.sees("Главная")
    person.follows("Подключить")
    person.sees("Франшизная программа", told="Как это считается")


def forgets_to_consent(person: Person) -> None:
    person.presses("Продолжить")
    person.sees("Франшизная программа", told=re.compile("^Проверьте"))


def agrees_to_bind(person: Person, payment_system: str) -> None:
    person.chooses(payment_system)
    person.page.get_by_role("checkbox").check()
    person.presses("Продолжить")


def is_active_with(person: Person, last_four: str) -> None:
    person.sees("Программа подключена", told=re.compile(last_four))
    person.follows("Дальше")
    person.sees("Главная", told=re.compile(last_four))


def joins_without_a_card(person: Person) -> None:
    """At 0 percent: terms alone."""
    assert not person.page.get_by_role("radio").count(), "no payment system is asked for at 0 percent"
    person.page.get_by_role("checkbox").check()
    person.presses("Продолжить")
    person.sees("Программа подключена")
    assert person.page.url.startswith(person.world.address("portal")), "nobody is sent to the acquirer at 0 percent"
    person.follows("Дальше")
    person.sees("Главная")


def finds_the_card(person: Person, last_four: str) -> None:
    person.opens("/cabinet/cards/")
    person.sees("Мои карты", told=re.compile(last_four))
