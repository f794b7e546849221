"""Rita shows her digital card at a clinic where her phone has no network; signed out, nothing of it is left."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from tests.coverage.test_card_rules import RFC_CODES
from tests.journeys.cast import Client
from tests.journeys.conftest import DESKTOP, PHONE, SitDown
from tests.journeys.steps import card, signin
from tests.journeys.world import World

RITA = Client(
    surname="Карточкина",
    given_name="Рита",
    patronymic="Павловна",
    sex="женский",
    born_on=date(1991, 4, 12),
    phone="+7 927 000-06-01",
    email="rita@demo.example",
    series="3612",
    number="660011",
    issued_on=date(2011, 5, 3),
)
NUMBER = "AGENT-60601"


def test_a_card_is_shown_without_a_network(world: World, sits_down: SitDown, tmp_path: Path) -> None:
    card.is_sold_elsewhere(world, tmp_path, RITA, NUMBER, starts_on=world.today() - timedelta(days=30))
    rita, registrar = sits_down("rita", PHONE, closely=True), sits_down("registrar", DESKTOP, closely=True)
    signin.registers(rita, RITA)
    rita.sees(re.compile("^Главная$|^Здравствуйте"))
    card.opens_the_card(rita, RITA, NUMBER)
    card.keeps_the_standard(rita, RFC_CODES)
    card.takes_a_newer_worker(rita)
    card.reloads_without_a_network(rita, RITA, NUMBER)
    code = card.its_code(rita)

    card.comes_to_the_reception(registrar)
    card.types_the_code(registrar, code, NUMBER, told="Код верный")
    registrar.is_told(RITA.full_name)
    card.types_the_code(registrar, code, NUMBER, told="Этот код уже показывали")

    card.signs_out(rita)
    rita.opens("/cabinet/card/")
    rita.sees("Войти или зарегистрироваться")
