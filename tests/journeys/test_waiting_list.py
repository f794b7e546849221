"""Zoya has booked the last hour of a doctor's day; Lev waits for it on his phone, and is quick when she cancels."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.journeys.cast import Client
from tests.journeys.conftest import PHONE, SitDown
from tests.journeys.person import Person
from tests.journeys.steps import activation, agent, signin, waiting
from tests.journeys.world import World

ZOYA = Client(
    surname="Передумова",
    given_name="Зоя",
    patronymic="Павловна",
    sex="женский",
    born_on=date(1979, 3, 8),
    phone="+7 916 000-09-01",
    email="zoya@demo.example",
    series="4503",
    number="300301",
    issued_on=date(2024, 4, 1),
)
LEV = Client(
    surname="Терпеливый",
    given_name="Лев",
    patronymic="Аркадьевич",
    sex="мужской",
    born_on=date(1984, 8, 19),
    phone="+7 916 000-09-02",
    email="lev@demo.example",
    series="4509",
    number="300302",
    issued_on=date(2009, 9, 1),
)


def test_a_time_given_back_goes_to_whoever_waits_for_it(world: World, sits_down: SitDown, tmp_path: Path) -> None:
    zoya = joins(world, sits_down, tmp_path, ZOYA, "ZOYA-0301")
    waiting.looks_for(zoya, "Терапевт")
    page, on, hour = waiting.books_the_last_hour_of_the_first_clinic(zoya)

    lev = joins(world, sits_down, tmp_path, LEV, "LEV-0302")
    lev.closely = True
    waiting.waits_for(lev, page, on, hour)
    waiting.gives_a_time_back(zoya)
    waiting.takes_what_is_offered(lev, LEV)


def joins(world: World, sits_down: SitDown, folder: Path, client: Client, number: str) -> Person:
    """A policy for Moscow, whose regions need not be chosen, and the programme without a card."""
    agent.has_sold(world, folder, client, {number: "Москва и Московская область"})
    person = sits_down(client.given_name, PHONE)
    signin.registers(person, client)
    person.sees("Главная", told=number)
    activation.opens_the_programme(person)
    activation.joins_without_a_card(person)
    return person
