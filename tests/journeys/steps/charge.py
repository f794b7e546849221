"""The own share: told, charged on its day, once."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tests.journeys.cast import Client
from tests.journeys.person import Person
from tests.journeys.world import World, wait_for

MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()  # noqa: SIM905 - as people say them


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


def own_share(price: Decimal, percent: int) -> Decimal:
    """To the kopeck, half up."""
    return (price * percent / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def roubles(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",") + " ₽"


def is_told_by_sms(world: World, client: Client, *, amount: str) -> None:
    """The notice: an amount and a day, not a word of what was done at the clinic."""
    wanted = amount.replace(" ", "")
    told = wait_for(
        lambda: [text for text in world.texts_to(client.phone) if wanted in re.sub(r"\s", "", text)],
        f"an SMS about {amount}",
    )
    assert not re.search("врач|терапевт|анализ|клиник|приём", told[0], re.IGNORECASE), told[0]


def is_announced(person: Person, *, amount: str) -> date:
    """From the visit's page to the charge: amount and day; returns the day."""
    person.follows("Подробно о списании")
    person.sees(re.compile(_spaced(amount)), told="Делать ничего не нужно")
    told = person.reads(r"Спишем (\d+ \w+ \d{4})")
    number, month, year = told.split()
    return date(int(year), MONTHS.index(month) + 1, int(number))


def comes_on_its_day_and_once(world: World, client: Client, on: date, *, amount: Decimal) -> None:
    """Not a day before, and one debit however often charges are run."""
    before = len(world.debits(client))
    world.move_to(on - timedelta(days=1))
    world.run_charges()
    assert len(world.debits(client)) == before, "nothing is charged before its day"
    world.move_to(on)
    world.run_charges()
    world.run_charges()
    (debit,) = world.debits(client, since=before)
    assert debit["amount"]["value"] == f"{amount:.2f}"
    assert not world.debited_twice()


def is_paid(person: Person, *, amount: str, card: str) -> None:
    person.page.reload()
    person.sees(re.compile(_spaced(amount)), told="Кассовый чек")
    person.is_told("Оплачено")
    person.is_told(re.compile(card))
    person.is_told("Номер платежа")


def _spaced(amount: str) -> str:
    return re.escape(amount).replace(r"\ ", r"\s")


def is_given_back(person: Person, charge: str, *, amount: str) -> None:
    """With a receipt of its own, told on the charge's page."""

    def told() -> bool:
        person.opens(charge)
        return "Всего вернули" in person.page.locator("main").inner_text()

    wait_for(told, "the refund on the charge's page")
    person.sees(re.compile(_spaced(amount)), told=f"Всего вернули {amount}")
    person.is_told("Чек возврата")
