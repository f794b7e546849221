"""The own share: told, charged on its day, once."""

from __future__ import annotations

import re
from datetime import date

from tests.journeys.person import Person
from tests.journeys.world import World

MONTHS = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]


def in_words(on: date) -> str:
    return f"{on.day} {MONTHS[on.month - 1]}"


def month_later(on: date) -> date:
    """The same day of the next month, or its last."""
    year, month = (on.year + 1, 1) if on.month == 12 else (on.year, on.month + 1)
    for day in (on.day, 30, 29, 28):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError(on)


def is_announced(person: Person, *, amount: str) -> date:
    """From the visit's page to the charge: amount and day; returns the day."""
    person.follows("Подробно о списании")
    person.sees(re.compile(_spaced(amount)), told="Делать ничего не нужно")
    told = person.reads(r"Спишем (\d+ \w+ \d{4})")
    number, month, year = told.split()
    return date(int(year), MONTHS.index(month) + 1, int(number))


def comes_on_its_day(world: World, on: date, *, debits_before: int) -> None:
    """Not a day before, and once however often it is run."""
    world.run_charges()
    assert len(world.debits()) == debits_before, "nothing is charged before its day"
    world.move_to(on)
    world.run_charges()
    world.run_charges()


def is_paid(person: Person, *, amount: str, card: str) -> None:
    person.page.reload()
    person.sees(re.compile(_spaced(amount)), told="Кассовый чек")
    person.is_told("Оплачено")
    person.is_told(re.compile(card))
    person.is_told("Номер платежа")


def _spaced(amount: str) -> str:
    return re.escape(amount).replace(r"\ ", r"\s")
