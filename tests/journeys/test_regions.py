"""Kira has a policy for the regions and one for Moscow, sold by an agent without a share. On her phone she chooses at
23:59, and midnight comes between a page and its confirmation."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from tests.journeys.cast import Client
from tests.journeys.conftest import PHONE, SitDown
from tests.journeys.person import Person
from tests.journeys.steps import activation, agent, regions, signin
from tests.journeys.steps.charge import in_words
from tests.journeys.world import World, wait_for

KIRA = Client(
    surname="Полуночная",
    given_name="Кира",
    patronymic="Андреевна",
    sex="женский",
    born_on=date(1991, 9, 9),
    phone="+7 921 000-02-59",
    email="kira@demo.example",
    series="4011",
    number="902359",
    issued_on=date(2011, 10, 1),
)
REGIONAL, OF_THE_CAPITAL = "KIRA-2359", "KIRA-0001"


def test_regions_are_chosen_at_midnight_on_a_phone(world: World, sits_down: SitDown, tmp_path: Path) -> None:
    agent.has_sold(world, tmp_path, KIRA, {REGIONAL: "Регионы России", OF_THE_CAPITAL: "Москва и Московская область"})
    kira = sits_down("kira", PHONE)
    signin.registers(kira, KIRA)
    kira.sees("Главная", told=REGIONAL)
    activation.opens_the_programme(kira)
    activation.joins_without_a_card(kira)
    kira.closely = True
    today = world.today()
    tomorrow, day_after = today + timedelta(days=1), today + timedelta(days=2)

    world.move_to_evening(today, minutes_left=20)
    regions.opens_the_choice(kira)
    regions.sees_the_map(kira, "Самарская область")
    regions.finds_and_ticks(kira, "cfvfh", "Самарская область")
    regions.goes_to_confirm(kira, opens=in_words(tomorrow))
    another = sits_down("kira-another", PHONE, beside=kira)
    another.opens(f"/cabinet/policies/{policy_id(kira)}/regions/")
    another.sees("Регионы полиса")
    regions.finds_and_ticks(another, "ямал", "Ямал")
    regions.goes_to_confirm(another, opens=in_words(tomorrow))

    world.move_to_the_last_minute()
    regions.has_chosen(kira, opens=in_words(tomorrow))
    world.move_just_past_midnight()
    regions.is_told_anew(another, opens=in_words(day_after))
    regions.has_chosen(another, opens=in_words(day_after))
    regions.stands(another, "Самарская область", "Открыт")
    regions.stands(another, "Ямал", f"Откроется {in_words(day_after)}")
    another.opens("/cabinet/")
    another.sees("Главная", told="Сегодня открылись ваши регионы")
    is_told_by_sms(world, "Самарская область")

    has_no_choice_in_moscow(another)


def policy_id(person: Person) -> str:
    """Of the page's address."""
    found = re.search(r"/policies/([0-9a-f-]{36})/", person.page.url)
    assert found, person.page.url
    return found[1]


def has_no_choice_in_moscow(person: Person) -> None:
    person.opens("/cabinet/policies/")
    person.sees("Полисы", told=OF_THE_CAPITAL)
    person.follows(OF_THE_CAPITAL)
    person.sees(OF_THE_CAPITAL)
    regions.has_fixed_ones(person, policy_id(person), ["Москва", "Московская область"])


def is_told_by_sms(world: World, region: str) -> None:
    def look() -> str:
        return next((one for one in world.texts_to(KIRA.phone) if "открыты регионы" in one), "")

    told = wait_for(look, "an SMS about the region that opened")
    assert region in told
    assert "Ямал" not in told
