"""The acquirer's own page, as the sandbox plays it."""

from __future__ import annotations

import re

from tests.journeys.person import Person

GOOD = "4242424242424242"
GOOD_MIR = "2200000000000004"
ASKS_FOR_A_CODE = "4000002500003155"
REFUSED = "4000000000000002"


def pays_with(person: Person, card: str) -> None:
    person.sees("Оплата картой")
    _types_the_card(person, card)
    person.presses(re.compile("^(Заплатить|Удержать)"))


def binds(person: Person, card: str) -> None:
    person.sees("Привязка карты")
    _types_the_card(person, card)
    person.presses(re.compile("^(Привязать карту|Удержать)"))


def confirms_at_the_bank(person: Person) -> None:
    """3-D Secure."""
    person.sees("Подтверждение банка")
    person.types("Код из сообщения", "1234")
    person.presses("Подтвердить")


def _types_the_card(person: Person, card: str) -> None:
    person.types("Номер карты", card)
    person.types("Действует до", "09/39")
    person.types("CVC", "123")
