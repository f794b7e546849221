"""«Список ЛПУ» and the card of a clinic."""

from __future__ import annotations

import re
from decimal import Decimal

from tests.journeys.person import Person


def waits_for_the_region(person: Person, *, opens: str) -> None:
    """Its clinics are shown with the day they open, and their card says why not today."""
    person.goes_to("Клиники")
    person.sees("Клиники", told=re.compile(f"Откроется {opens}"))


def finds_a_clinic(person: Person, typed: str, clinic: str, *, town: str) -> None:
    person.goes_to("Клиники")
    person.sees("Клиники")
    person.types("Клиника, врач, улица или метро", typed)
    person.presses("Найти")
    person.sees("Клиники", told=re.compile(town))
    line = person.page.get_by_role("listitem").filter(has_text=clinic).filter(has_text=town)
    person.follows(clinic, within=line)
    person.sees(clinic, told="Услуги и ваша цена")


def price_of(person: Person, service_code: str) -> Decimal:
    """The clinic's whole price: the client's part and the insurer's, as the card tells them apart."""
    row = person.page.get_by_role("row").filter(has_text=service_code)
    client, insurer = (row.locator("td").nth(place).inner_text() for place in (0, 1))
    return _amount(client) + _amount(insurer)


def _amount(text: str) -> Decimal:
    return Decimal(re.sub(r"[^\d,]", "", text).replace(",", "."))
