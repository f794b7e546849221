"""What the client may ask of their own data."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from tests.journeys import pdf
from tests.journeys.person import Person
from tests.journeys.world import wait_for

HEADING, CLOSING = "Мои данные и согласия", "Закрыть аккаунт и удалить данные"


def opens_own_data(person: Person) -> None:
    person.opens("/cabinet/profile/")
    person.sees(re.compile("."))
    person.follows(re.compile(HEADING))
    person.sees(HEADING)


def takes_news_and_withdraws(person: Person) -> None:
    """News are agreed to and taken back at once; the contract's consents say what taking them back means."""
    person.presses("Согласен, присылать новости")
    person.sees(HEADING, told="Будем присылать новости и предложения. Отключить их можно здесь же.")
    person.follows("Новости и предложения")
    person.sees("Новости и предложения", told="Действует")
    person.presses("Отозвать согласие")
    person.sees(HEADING, told="Согласие отозвано.")
    person.is_told("Отозвано")


def is_told_what_a_contracts_consent_needs(person: Person) -> None:
    person.follows("Сведения о здоровье")
    person.sees("Сведения о здоровье", told="Если отозвать")
    person.is_told("Расторгнуть договор")
    person.follows(HEADING)
    person.sees(HEADING)


def sees_who_looked(person: Person, reader: str, *, why: str) -> None:
    person.follows("Посмотреть журнал")
    person.sees("Кто смотрел мои данные", told=re.compile(reader))
    person.is_told(re.compile(why))
    person.opens("/cabinet/data/")
    person.sees(HEADING)


def asks_for_a_copy(person: Person) -> None:
    person.presses("Подготовить копию")
    person.sees(HEADING, told=re.compile("^Готовим копию"))
    here = person.page.url

    def ready() -> bool:
        person.opens(here)
        return person.page.get_by_role("link", name="Скачать копию").count() > 0

    wait_for(ready, "the copy of one's data")
    person.sees(HEADING, told="Готова")


def downloads_the_copy(person: Person) -> dict[str, Any]:
    """At once: coming in by a code a while ago is proof enough. Returns what the archive's JSON says; its documents are
    signed PDFs."""
    archive = ZipFile(BytesIO(person.fetches(lambda: person.follows("Скачать копию"))))
    papers = [name for name in archive.namelist() if name.endswith(".pdf")]
    assert papers
    assert all(pdf.is_signed(archive.read(name)) for name in papers)
    told: dict[str, Any] = json.loads(archive.read("data.json"))
    return told


def asks_to_be_forgotten(person: Person, number: str) -> None:
    """While a contract runs the request waits."""
    person.opens("/cabinet/data/")
    person.sees(HEADING)
    person.follows(CLOSING)
    person.sees(CLOSING, told=re.compile(number))
    person.presses("Записать запрос")
    person.sees(CLOSING, told="Проверьте одно поле")
    person.page.get_by_role("checkbox").check()
    person.presses("Записать запрос")
    person.sees(CLOSING, told="Запрос записан")


def thinks_better_of_it(person: Person) -> None:
    person.presses("Отменить запрос, оставить аккаунт")
    person.sees(HEADING, told="Запрос отменён, аккаунт остаётся.")


def is_forgotten_at_once(person: Person) -> None:
    """Nothing is open: what the law keeps is told, everything else is gone."""
    person.follows(CLOSING)
    person.sees(CLOSING, told="Что обязаны хранить")
    person.page.get_by_role("checkbox").check()
    person.presses("Закрыть аккаунт сейчас")
    person.sees("Аккаунт закрыт", told="Что обязаны хранить")
