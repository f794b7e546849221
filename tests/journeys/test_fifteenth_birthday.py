"""Danila turns fifteen at midnight in Moscow: a minute before, his mother reads what was done at his visit; a minute
after, she reads what she pays and when."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from tests.journeys.cast import Client
from tests.journeys.conftest import SitDown
from tests.journeys.steps import register, teenager
from tests.journeys.world import World

TAMARA = Client(
    surname="Полуночная",
    given_name="Тамара",
    patronymic="Львовна",
    sex="женский",
    born_on=date(1984, 7, 21),
    phone="+7 916 000-03-01",
    email="tamara@demo.example",
    series="4504",
    number="991122",
    issued_on=date(2004, 8, 1),
)
DANILA = Client(
    surname="Полуночный",
    given_name="Данила",
    patronymic="Ильич",
    sex="мужской",
    born_on=date.min,
    phone="+7 916 000-03-02",
    email="",
    series="4523",
    number="991133",
    issued_on=date.min,
)


def test_at_midnight_the_mother_sees_amount_and_day_alone(world: World, sits_down: SitDown, tmp_path: Path) -> None:
    tamara = sits_down("tamara")
    stage = teenager.has_a_visit(world, tamara, TAMARA, DANILA, tmp_path)
    ahead = teenager.sms_with(world, TAMARA.phone, f"/cabinet/policies/{stage.policy_id}/own-account/")
    assert not re.search("Данил|Полуночн|здоров|визит|врач", ahead, re.IGNORECASE), ahead

    world.move_to_evening(stage.birthday - timedelta(days=1), minutes_left=3)
    register.sees_the_services(tamara, clinic=teenager.CLINIC, count=1)
    tamara.is_told(teenager.THERAPIST_NAME)
    visit = tamara.page.url
    world.pass_midnight()
    tamara.meets_nothing_at(visit)

    tamara.opens("/cabinet/")
    tamara.sees("Главная", told=stage.number)
    teenager.sees_amount_and_day_alone(tamara, stage, share=stage.share)
    tamara.follows("Доля по договору")
    tamara.sees(re.compile(re.escape(stage.share).replace(r"\ ", r"\s")), told="Доля по договору страхования")
    tamara.is_told("Спишем")
    assert not teenager.THERAPIST_NAME.search(tamara.page.locator("main").inner_text())
    tamara.opens(f"/cabinet/policies/{stage.policy_id}/")
    tamara.sees(stage.number, told="Собственный кабинет застрахованного")
    tamara.opens(tamara.world.address("telemed") + "/archive/")
    tamara.sees("Архив консультаций")
