"""Kira is invited by her father, opens an own account on her phone on her fifteenth birthday, reads her visit and
disputes a line; he sees that less is to be paid, and nothing else."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from tests.journeys.cast import Client
from tests.journeys.conftest import PHONE, SitDown
from tests.journeys.steps import register, teenager
from tests.journeys.world import World

OLEG = Client(
    surname="Своев",
    given_name="Олег",
    patronymic="Романович",
    sex="мужской",
    born_on=date(1983, 2, 11),
    phone="+7 916 000-04-01",
    email="oleg@demo.example",
    series="4503",
    number="881122",
    issued_on=date(2003, 3, 1),
)
KIRA = Client(
    surname="Своева",
    given_name="Кира",
    patronymic="Олеговна",
    sex="женский",
    born_on=date.min,
    phone="+7 916 000-04-02",
    email="",
    series="4523",
    number="881133",
    issued_on=date.min,
)


def test_a_teenager_has_an_own_account_and_disputes_a_line(world: World, sits_down: SitDown, tmp_path: Path) -> None:
    oleg, kira = sits_down("oleg"), sits_down("kira", PHONE)
    stage = teenager.has_a_visit(world, oleg, OLEG, KIRA, tmp_path)
    link = teenager.is_invited(world, oleg, stage)
    kira.opens(link)
    kira.sees(re.compile("^Ваш кабинет откроется"), told="Сохраните эту ссылку")

    world.move_to(stage.birthday)
    teenager.opens_an_own_account(kira, stage, link)
    register.sees_the_services(kira, clinic=teenager.CLINIC, count=1)
    kira.follows(re.compile("^Я не получал эту услугу"))
    kira.sees("Что не так с услугой")
    kira.types("Расскажите, как было на самом деле", "Приём отменили, я была дома")
    kira.presses("Отправить")
    kira.sees(re.compile("."), told="Обращение принято.")
    dispute = kira.page.url

    oleg.meets_nothing_at(dispute)
    oleg.opens("/cabinet/")
    oleg.sees("Главная", told=stage.number)
    oleg.goes_to("Услуги")
    oleg.sees("Услуги и списания", told="Суммы и дни списаний")
    words = oleg.page.locator("main").inner_text()
    assert "0,00" in words.replace("\u00a0", " "), "the line has left what is to be paid"
    assert "отменили" not in words
    assert not teenager.THERAPIST_NAME.search(words)
    oleg.opens(f"/cabinet/policies/{stage.policy_id}/own-account/")
    oleg.sees("Собственный кабинет застрахованного", told=re.compile("^Кабинет открыт"))
    oleg.opens(link)
    oleg.sees("Эта ссылка не действует", told=re.compile("^Кабинет по ней уже открыт"))
