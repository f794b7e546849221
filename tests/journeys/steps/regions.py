"""«Выбрать регионы»."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.person import Person


def must_join_the_programme_first(person: Person, policy_id: str) -> None:
    person.opens(f"/cabinet/policies/{policy_id}/regions/")
    person.sees("Регионы полиса", told="Сначала подключите франшизную программу")
    assert not person.page.get_by_role("checkbox").count()


def opens_the_choice(person: Person) -> None:
    person.opens("/cabinet/")
    person.sees("Главная")
    person.follows("Выбрать регионы")
    person.sees("Регионы полиса", told="Пока не выбрано ничего")


def finds_and_ticks(person: Person, typed: str, region: str) -> None:
    """The list is searched while one types, also in the wrong keyboard layout; earlier ticks stay."""
    person.page.get_by_role("searchbox").press_sequentially(typed)
    person.is_told("Нашлись")
    box = person.page.get_by_role("checkbox", name=re.compile(region))
    expect(box).to_have_count(1)
    box.check()
    person.page.get_by_role("searchbox").fill("")


def confirms(person: Person, *, opens: str) -> None:
    person.presses("Продолжить")
    person.sees("Подтвердите выбор регионов", told=re.compile(opens))
    person.presses("Подтвердить")
    person.sees("Регионы полиса", told=re.compile(f"Откроется {opens}"))


def has_fixed_ones(person: Person, policy_id: str, names: list[str]) -> None:
    person.opens(f"/cabinet/policies/{policy_id}/regions/")
    person.sees("Регионы полиса", told="Выбирать ничего не нужно")
    for name in names:
        person.is_told(name)
    assert not person.page.get_by_role("checkbox").count()
