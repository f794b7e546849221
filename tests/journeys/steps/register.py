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
) -> str:
    """One line a service at its price; what the import said."""
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
    return world.import_register(folder, rows)


def sees_the_services(person: Person, *, clinic: str, count: int) -> None:
    person.goes_to("Услуги")
    person.sees("Услуги и списания", told=clinic)
    person.follows(clinic)
    person.sees(re.compile("^Визит "))
    covered = person.page.locator(".chip").filter(has_text=re.compile("^Покрыто$"))
    assert covered.count() == count, f"{covered.count()} services are covered"
