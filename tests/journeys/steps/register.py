"""What the clinic says it rendered, and what the client sees of it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.journeys.cast import Client, day
from tests.journeys.person import Person
from tests.journeys.world import World


def clinic_sends(
    world: World, folder: Path, client: Client, *, number: str, clinic: str, on: date, services: dict[str, Decimal]
) -> None:
    """One line a service at its price; every line is accepted."""
    rows = [
        {
            "Клиника": clinic,
            "Номер полиса": number,
            "Дата рождения": day(client.born_on),
            "Дата визита": day(on),
            "Код услуги": code,
            "Количество": "1",
            "Цена": f"{price}".replace(".", ","),
        }
        for code, price in services.items()
    ]
    said = world.import_register(folder, rows)
    assert f"принято {len(services)}, отказано 0, не покрыто 0" in said, said


def sees_the_services(person: Person, *, clinic: str, count: int) -> None:
    person.goes_to("Услуги")
    person.sees("Услуги и списания", told=clinic)
    person.follows(clinic)
    person.sees(re.compile("^Визит "))
    covered = person.page.locator(".chip").filter(has_text=re.compile("^Покрыто$"))
    assert covered.count() == count, f"{covered.count()} services are covered"


def owes_nothing(person: Person) -> None:
    """Of a visit's page at 0 percent."""
    person.is_told("Списаний нет")
    assert person.reads(r"Ваша доля[^\n]*\n+([\d ,]+ ₽)") == "0,00 ₽"
