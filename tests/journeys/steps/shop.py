"""The public shop: from the calculator to the policy's number, no account needed."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tests.journeys import pdf
from tests.journeys.cast import Client, day
from tests.journeys.person import Person
from tests.journeys.world import Letter

CONFIRM = re.compile("^Подтвердить и оплатить")


def calculates(person: Person, client: Client, *, scope: str, percent: int) -> None:
    person.opens("/")
    person.sees(re.compile("^Доктор Лайк"))
    person.types("Дата рождения того, кого страхуем", day(client.born_on))
    person.chooses(client.sex)
    person.chooses(scope)
    person.chooses(re.compile(rf"^{percent}\s%"))
    person.presses("Показать цены")
    person.sees(re.compile("^Доктор Лайк"), told="Ваш вероятный год")


def chooses_a_programme(person: Person, name: str = "Поликлиника") -> str:
    """The price told by the calculator."""
    offer = person.page.locator("section.card").filter(has=person.page.get_by_role("heading", name=name, exact=True))
    price = offer.locator(".money").first.inner_text()
    person.presses(f"Оформить «{name}»")
    person.sees("Кто оформляет договор")
    return price


def fills_in_the_form(person: Person, client: Client, *, starts_on: date) -> None:
    """The policyholder is the insured and lives where registered, as ticked already."""
    answers = {
        "Первый день полиса": day(starts_on),
        "Фамилия": client.surname,
        "Имя": client.given_name,
        "Отчество (необязательно)": client.patronymic,
        "Дата рождения": day(client.born_on),
        "Место рождения": "г. Самара",
        "Телефон": client.phone,
        "Электронная почта": client.email,
        "Серия": client.series,
        "Номер": client.number,
        "Дата выдачи": day(client.issued_on),
        "Код подразделения": "770-001",
        "Кем выдан": "ОВД г. Самары",
        "Адрес регистрации": "г. Самара, ул. Садовая, д. 5, кв. 7",
    }
    for label, answer in answers.items():
        person.types(label, answer)
    person.chooses(client.sex)


def sends_a_passport_with_a_figure_missing(person: Person, client: Client) -> None:
    """The error is told at the field, and nothing typed is lost."""
    person.types("Номер", client.number[:-1])
    person.presses("Продолжить")
    person.sees("Кто оформляет договор", told="Проверьте одно поле")
    person.has_typed("Номер", client.number[:-1])
    person.has_typed("Фамилия", client.surname)
    person.has_typed("Адрес регистрации", "г. Самара, ул. Садовая, д. 5, кв. 7")
    person.types("Номер", client.number)


def sends_the_form(person: Person) -> None:
    person.presses("Продолжить")
    person.sees("Проверьте и подтвердите")


def asks_for_the_code(person: Person) -> None:
    person.presses("Прислать код")
    person.sees("Проверьте и подтвердите", told="Код отправлен")


def forgets_the_consents(person: Person) -> None:
    person.types("Код из сообщения", "000000")
    person.presses(CONFIRM)
    person.sees("Проверьте и подтвердите", told=re.compile("^Проверьте поля: 3"))


def confirms_with_a_wrong_code(person: Person) -> None:
    ticks_the_required_consents(person)
    person.types("Код из сообщения", "000000")
    person.presses(CONFIRM)
    person.sees("Проверьте и подтвердите", told="Проверьте одно поле")


def confirms_with_the_code(person: Person, client: Client) -> None:
    """Code and consents at once, then straight to the bank."""
    ticks_the_required_consents(person)
    person.types("Код из сообщения", person.world.code_sent_to(client.phone))
    person.presses(CONFIRM)


def ticks_the_required_consents(person: Person) -> None:
    """Every one but advertising, which is the last and optional."""
    boxes = person.page.get_by_role("group", name="Согласия").get_by_role("checkbox").all()
    assert len(boxes) == 4, "contract, personal data, health data, and advertising apart"
    for box in boxes[:-1]:
        box.check()
    assert not boxes[-1].is_checked()


def is_refused_and_tries_again(person: Person) -> None:
    person.sees("Оплата не прошла", told="Деньги не списаны")
    person.follows("Заплатить ещё раз")
    person.sees("Оплата полиса")
    person.presses(re.compile("^Оплатить"))


def gets_the_policy(person: Person) -> str:
    """The policy's number."""
    person.sees("Полис оформлен")
    return person.reads(r"(ONDL-\d+)")


def gets_the_papers(person: Person, client: Client, number: str) -> Letter:
    """Four signed documents by e-mail, in words one can select; all but the conditions, which are the same for
    everybody, name the policy."""
    letter = person.world.letter_to(client.email, about=number)
    assert len(letter.attachments) == 4
    for paper in letter.attachments:
        assert pdf.is_signed(paper.content), paper.name
        named = "Отказ от договора" if paper.name.startswith("Условия") else number
        assert named in pdf.words(paper.content), paper.name
    return letter


def buys(person: Person, client: Client, *, scope: str, percent: int) -> None:
    """All the way to the acquirer's page, nothing done wrong. The policy starts tomorrow."""
    calculates(person, client, scope=scope, percent=percent)
    chooses_a_programme(person)
    fills_in_the_form(person, client, starts_on=person.world.today() + timedelta(days=1))
    sends_the_form(person)
    asks_for_the_code(person)
    confirms_with_the_code(person, client)
