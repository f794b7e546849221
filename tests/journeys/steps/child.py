"""A policy for a child: bought by a parent with a birth certificate, chosen at the top of the parent's account."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.journeys.cast import Client, day
from tests.journeys.person import Person
from tests.journeys.steps import shop


def buys_for(
    person: Person, parent: Client, child: Client, *, scope: str, percent: int, parent_too: bool = False
) -> None:
    """All the way to the acquirer's page; the parent concludes the contract, and is insured by it where `parent_too`.
    The policies start tomorrow."""
    shop.calculates(person, child, scope=scope, percent=percent)
    shop.chooses_a_programme(person)
    shop.fills_in_the_form(person, parent, starts_on=person.world.today() + timedelta(days=1))
    if parent_too:
        shop.sends_the_form(person)
        person.follows("Добавить человека")
    else:
        person.page.get_by_label("Застраховать и меня").uncheck()
        person.presses("Продолжить")
    person.sees("Кого страхуем")
    fills_in_the_certificate(person, child)
    shop.sends_the_form(person)
    person.is_told(child.full_name)
    shop.asks_for_the_code(person)
    shop.confirms_with_the_code(person, parent)


def fills_in_the_certificate(person: Person, child: Client) -> None:
    """No passport yet; the child lives where the parent does, as ticked already."""
    person.chooses(re.compile("^Российское свидетельство о рождении"))
    answers = {
        "Фамилия": child.surname,
        "Имя": child.given_name,
        "Отчество (необязательно)": child.patronymic,
        "Дата рождения": day(child.born_on),
        "Место рождения": "г. Самара",
        "Серия": child.series,
        "Номер": child.number,
        "Дата выдачи": day(child.issued_on),
        "Кем выдан": "ЗАГС г. Самары",
    }
    for label, answer in answers.items():
        person.types(label, answer)
    person.chooses(child.sex)


def gets_the_policies(person: Person, *insured: Client) -> list[str]:
    """Their numbers, in the order of the people asked about."""
    person.sees("Полис оформлен")
    return [person.reads(rf"(ONDL-\d+)\s+{one.full_name}") for one in insured]


def switches_to(person: Person, name: str, *, number: str) -> None:
    """The person switch; everything below is about that person from now on."""
    person.opens("/cabinet/")
    person.sees("Главная")
    person.follows(name, within=person.page.get_by_role("navigation", name="Чей полис"))
    person.sees("Главная", told=number)
