"""«Выбрать регионы»."""

from __future__ import annotations

import re

from playwright.sync_api import ViewportSize, expect

from tests.journeys.person import Person

PHONE: ViewportSize = {"width": 360, "height": 780}
WIDE: ViewportSize = {"width": 1280, "height": 900}


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


def goes_to_confirm(person: Person, *, opens: str) -> None:
    """Ticks are taken along; nothing is chosen yet."""
    person.presses("Продолжить")
    person.sees("Подтвердите выбор регионов", told=re.compile(f"Откроется {opens}"))


def is_told_anew(person: Person, *, opens: str) -> None:
    """Midnight passed while the page stood open: what was confirmed no longer holds."""
    person.presses("Подтвердить")
    person.sees("Подтвердите выбор регионов", told="Наступил следующий день")
    person.is_told(re.compile(f"Откроется {opens}"))


def has_chosen(person: Person, *, opens: str) -> None:
    person.presses("Подтвердить")
    person.sees("Регионы полиса", told=re.compile(f"Откроется {opens}"))


def stands(person: Person, region: str, words: str) -> None:
    """How a chosen region stands."""
    line = person.page.get_by_role("listitem").filter(has_text=region).filter(has_text=words)
    expect(line.first).to_be_visible()


def sees_the_map(person: Person, region: str) -> None:
    """On a wide screen each square leads to its region's line; on a phone there is a picture with the same words."""
    expect(person.page.get_by_role("img", name=re.compile("^Регионы страны"))).to_be_visible()
    person.page.set_viewport_size(WIDE)
    person.page.get_by_role("link", name=re.compile(rf"^{region}\. Клиник: \d+$")).click()
    expect(person.page.locator(":target")).to_contain_text(region)
    person.page.set_viewport_size(PHONE)


def has_fixed_ones(person: Person, policy_id: str, names: list[str]) -> None:
    person.opens(f"/cabinet/policies/{policy_id}/regions/")
    person.sees("Регионы полиса", told="Выбирать ничего не нужно")
    for name in names:
        person.is_told(name)
    assert not person.page.get_by_role("checkbox").count()
