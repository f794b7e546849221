"""«Перезвоните мне», from the client's page to the visit that the contact centre booked."""

from __future__ import annotations

import re
from datetime import date

from tests.journeys.cast import Client
from tests.journeys.person import Person
from tests.journeys.steps import booking


def asks_to_be_called(person: Person, wish: str) -> None:
    """From the clinic's card; the own phone stands there already."""
    person.follows("Перезвоните мне")
    person.sees("Перезвоните мне", told=re.compile("^Позвоним до .* и запишем к врачу"))
    person.types("Что нужно (необязательно)", wish)
    person.presses("Жду звонка")
    person.sees("Перезвоните мне", told="Ждёт звонка")


def takes_the_call(person: Person, client: Client, wish: str) -> None:
    """What was asked for is read by whoever took the call."""
    row = person.page.get_by_role("row").filter(has_text=client.surname)
    assert wish not in row.inner_text()
    row.get_by_role("button", name=re.compile("^Взять")).click()
    person.sees(re.compile(client.surname), told=wish)


def books_for_the_client(person: Person, specialty: str, insured_from: date) -> date:
    person.follows("Записать в эту клинику")
    person.sees("К какому врачу")
    person.follows(specialty)
    person.sees(specialty)
    visit_on = booking.takes_the_first_time_from(person, insured_from, then="Скажите клиенту и подтвердите")
    person.presses("Записать")
    person.sees(re.compile("."), told="Записали. Клиент получит сообщение.")
    return visit_on


def sees_what_was_booked(person: Person, specialty: str) -> None:
    person.opens("/cabinet/call/")
    person.sees("Перезвоните мне", told="Вас записали")
    person.goes_to("Записи")
    person.sees("Записи", told=re.compile(f"^{specialty}"))
