"""Three steps to a visit: doctor, time, confirmation."""

from __future__ import annotations

import re
from datetime import date

from tests.journeys.person import Person


def chooses_a_doctor(person: Person, specialty: str) -> None:
    person.follows("Записаться")
    person.sees("К какому врачу")
    person.follows(specialty)
    person.sees(specialty)


def is_not_covered_before(person: Person, insured_from: date) -> None:
    """In the waiting period times are shown, with the reason instead of buttons."""
    person.is_told("Полис не покроет визит в этот день")
    assert not person.page.locator("button.slot").count(), f"nothing may be booked before {insured_from}"


def takes_the_first_time_from(person: Person, insured_from: date, *, then: str = "Проверьте и подтвердите") -> date:
    """The first free time from that day on, and the page `then`; returns the visit's day at the clinic."""
    days = person.page.get_by_role("navigation", name="День").get_by_role("link")
    addresses = [(one.get_attribute("href") or "", one.get_attribute("class") or "") for one in days.all()]
    free = [
        (date.fromisoformat(found[1]), address)
        for address, shown in addresses
        if (found := re.search(r"on=(\d{4}-\d\d-\d\d)", address)) and "none" not in shown.split()
    ]
    on, address = min((on, address) for on, address in free if on >= insured_from)
    person.page.locator(f'nav.days a[href="{address}"]').click()
    person.page.wait_for_url(re.compile(f"on={on}"))
    person.sees(re.compile("."), told="Покрыто")
    person.page.locator("button.slot").first.click()
    person.sees(then)
    return on


def confirms(person: Person, *, own_share: str) -> None:
    """The own share is told before the visit is agreed to."""
    assert person.reads(r"(?s)Что это будет стоить.*?Ваша доля[^\n]*\n+([\d ,]+ ₽)") == own_share
    person.presses("Записаться")
    person.sees("Вы записаны", told="Клиника знает, что визит оплатит страховая")
    person.follows("К записям")
    person.sees("Записи", told="Предстоят")
