"""«Список ЛПУ» and the card of a clinic."""

from __future__ import annotations

import re
from decimal import Decimal

from playwright.sync_api import expect

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


def looks_around(person: Person, *, at: tuple[float, float]) -> None:
    """What is near the device, on the map: a point of it leads to the same card as the line of the list."""
    person.context.grant_permissions(["geolocation"])
    person.context.set_geolocation({"latitude": at[0], "longitude": at[1]})
    person.goes_to("Клиники")
    person.sees("Клиники")
    person.presses("На карте")
    person.sees("Клиники", told="Схема: точки, метро и города по адресам клиник, без улиц.")
    person.presses("Рядом со мной")
    person.sees("Клиники", told=re.compile("ближайшие к вам, по прямой"))
    assert str(at[0]) not in person.page.url
    points = person.page.locator("path.map-point")
    expect(points.first).to_be_attached()
    points.last.dispatch_event("click")
    opened = person.page.locator(".leaflet-popup").get_by_role("link", name="Открыть карточку")
    expect(opened).to_have_attribute("href", re.compile("/cabinet/clinics/[0-9a-f-]{36}/"))


def price_of(person: Person, service_code: str) -> Decimal:
    """The clinic's whole price: the client's part and the insurer's, as the card tells them apart."""
    row = person.page.get_by_role("row").filter(has_text=service_code)
    if not row.count():
        # Visits stand first, the rest of a long list is folded.
        person.page.get_by_text(re.compile(r"^Ещё (услуг|\d)")).click()
    client, insurer = (row.locator("td").nth(place).inner_text() for place in (0, 1))
    return _amount(client) + _amount(insurer)


def _amount(text: str) -> Decimal:
    return Decimal(re.sub(r"[^\d,]", "", text).replace(",", "."))
