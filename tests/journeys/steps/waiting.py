"""Waiting for a time that somebody else has, and taking it when it is free."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

from tests.journeys.cast import Client
from tests.journeys.person import Person
from tests.journeys.world import wait_for


def looks_for(person: Person, specialty: str) -> None:
    """From home: a doctor of the specialty, in all clinics at once."""
    person.opens("/cabinet/")
    person.sees("Главная")
    person.follows("Выбрать врача и время")
    person.sees("К какому врачу")
    person.follows(specialty)
    person.sees(specialty, told="Покрыто")


def books_the_last_hour_of_the_first_clinic(person: Person) -> tuple[str, date, str]:
    """Every time that starts in the last hour of the second free day of a doctor there; returns the page of its
    times, the day, and the beginning of that hour."""
    person.page.locator("h2 a").first.click()
    person.sees(re.compile("."), told="Покрыто")
    page = urlsplit(person.page.url).path
    days = person.page.locator("nav.days a.day:not(.none)")
    address = days.nth(1).get_attribute("href") or ""
    on = date.fromisoformat(re.findall(r"\d{4}-\d\d-\d\d", address)[0])
    person.opens(f"{page}?on={on}")
    person.sees(re.compile("."), told="Покрыто")
    times = person.page.locator("button.slot").all_inner_texts()
    hour = f"{times[-1][:2]}:00"
    for clock_time in [one for one in times if one[:2] == times[-1][:2]]:
        person.opens(f"{page}?on={on}")
        person.sees(re.compile("."), told="Покрыто")
        person.presses(re.compile(f"^{clock_time}$"))
        person.sees("Проверьте и подтвердите")
        person.presses("Записаться")
        person.sees("Вы записаны")
    return page, on, hour


def waits_for(person: Person, page: str, on: date, hour: str) -> None:
    person.opens(f"{page}?on={on}")
    person.sees(re.compile("."), told="Нет удобного времени?")
    person.follows("Подождать, пока освободится другое")
    person.sees("Подождать, пока освободится")
    person.types("С какого дня", f"{on:%d.%m.%Y}")
    person.types("По какой день", f"{on:%d.%m.%Y}")
    person.page.get_by_label("Не раньше").select_option(hour)
    person.presses("Встать в очередь")
    person.sees(re.compile("."), told="перед вами никого")


def gives_a_time_back(person: Person) -> None:
    person.opens("/cabinet/visits/")
    person.sees("Записи", told="Предстоят")
    person.page.locator("a.item-title").first.click()
    person.sees(re.compile("."), told="Отменить запись")
    person.follows("Отменить запись")
    person.sees("Отменить запись?")
    person.presses("Отменить запись")
    person.sees(re.compile("."), told="Отменена")


def takes_what_is_offered(person: Person, client: Client) -> None:
    """By the link of the SMS, which tells neither the doctor nor the clinic."""
    told = wait_for(
        lambda: next((one for one in person.world.texts_to(client.phone) if "Освободилось" in one), ""),
        "an SMS about a time that is free",
    )
    found = re.search(r"https?://\S+", told)
    assert found, told
    person.opens(found[0])
    person.sees("Освободилось время, которое вы ждали", told=re.compile(r"^Осталось минут: 1\d$"))
    person.presses("Записаться")
    person.sees("Вы записаны", told="Клиника знает, что визит оплатит страховая")
    person.opens("/cabinet/visits/")
    person.sees("Записи", told="Предстоят")
    assert not person.page.get_by_role("heading", name="В очереди").count()
