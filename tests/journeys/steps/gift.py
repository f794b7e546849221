"""A policy for another adult: given in the order, handed over on its day."""

from __future__ import annotations

from datetime import date

from tests.journeys.cast import Client, day
from tests.journeys.person import Person
from tests.journeys.steps import signin


def adds_somebody(person: Person, client: Client) -> None:
    """One more insured who lives where the policyholder does, as ticked already."""
    person.follows("Добавить человека")
    person.sees("Кого страхуем")
    answers = {
        "Фамилия": client.surname,
        "Имя": client.given_name,
        "Отчество (необязательно)": client.patronymic,
        "Дата рождения": day(client.born_on),
        "Место рождения": "г. Самара",
        "Серия": client.series,
        "Номер": client.number,
        "Дата выдачи": day(client.issued_on),
        "Код подразделения": "770-001",
        "Кем выдан": "ОВД г. Самары",
    }
    for label, answer in answers.items():
        person.types(label, answer)
    person.chooses(client.sex)
    person.chooses("Паспорт гражданина России")
    person.presses("Продолжить")
    person.sees("Проверьте и подтвердите", told=client.full_name)


def makes_it_a_gift(person: Person, client: Client, *, on: date) -> None:
    """The day told first is not one of those it may be handed on."""
    person.follows("Оформить как подарок")
    person.sees("Полис в подарок", told="Визиты и консультации видит только получатель")
    person.types("Телефон получателя", client.phone)
    person.types("Электронная почта получателя", client.email)
    person.types("Когда вручить", day(person.world.today()))
    person.presses("Сохранить")
    person.sees("Полис в подарок", told="Проверьте одно поле")
    person.has_typed("Телефон получателя", client.phone)
    person.types("Когда вручить", day(on))
    person.presses("Сохранить")
    person.sees("Проверьте и подтвердите", told="Записали: полис будет вручён как подарок.")


def is_taken_over(person: Person, client: Client, number: str) -> str:
    """Its insured registers at a browser of their own: the policy is there by itself. Returns its first page."""
    letter = person.world.letter_to(client.email, about="вам подарили полис")
    assert any(one.name.startswith("Памятка") for one in letter.attachments)
    signin.registers(person, client)
    person.sees("Главная", told=number)
    person.follows("Договор")
    person.sees(number, told="Расторгнуть или продлить договор может страхователь")
    return person.page.url
