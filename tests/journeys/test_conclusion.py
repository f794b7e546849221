"""A doctor writes a conclusion that survives a closed window, signs it and adds to it; on her phone Roza reads it,
finds it by its words and shows it to another doctor by a link, which she closes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.cast import ANNA
from tests.journeys.conftest import DESKTOP, PHONE, SitDown
from tests.journeys.steps import bank, linking, shop, signin, telemed
from tests.journeys.world import World

ROZA = replace(
    ANNA,
    surname="Заключенская",
    given_name="Роза",
    phone="+7 927 000-01-71",
    email="roza@demo.example",
    number="771771",
)
HEAD = "ID;REC_CODE;MKB_CODE;MKB_NAME;ID_PARENT;ADDL_CODE;ACTUAL;DATE\n"
SAYS, ADVISES, ADDS = "Свистит в груди", "Дышать через спейсер", "Показаться через неделю"


def test_a_conclusion_is_written_signed_read_and_shown(world: World, sits_down: SitDown, tmp_path: Path) -> None:
    codes = tmp_path / "codes.csv"
    codes.write_text(f'{HEAD}1;01;"J45.0";"Астма аллергическая";;;1;\n', encoding="utf-8")
    world.system.manage("import_icd10", str(codes))
    roza = sits_down("roza", PHONE)
    shop.buys(roza, ROZA, scope="Москва и область", percent=0)
    bank.pays_with(roza, bank.GOOD)
    number = shop.gets_the_policy(roza)
    signin.registers(roza, ROZA)
    linking.finds_the_policy(roza, number)
    world.move_to(world.today() + timedelta(days=16))
    telemed.comes_over_with_one_tap(roza)
    telemed.calls_a_doctor(roza, SAYS)

    doctor = sits_down("doctor", DESKTOP)
    telemed.doctor_comes_on_duty(doctor)
    telemed.doctor_takes_the_next(doctor, ROZA.full_name, SAYS)
    telemed.is_met_by_the_doctor(roza)
    doctor.closely = True
    room = doctor.page.url
    doctor.types("Рекомендации", ADVISES)
    doctor.is_told(re.compile("^Сохранено в"))
    doctor.opens(room)
    doctor.sees(ROZA.full_name)
    expect(doctor.page.get_by_label("Рекомендации")).to_have_value(ADVISES)
    doctor.page.get_by_text("Диагноз, поставленный раньше очно").click()
    doctor.types("Код МКБ-10 (необязательно)", "астма")
    doctor.presses("Найти код")
    doctor.presses(re.compile("^J45.0"))
    doctor.sees(ROZA.full_name)
    doctor.types("Когда поставлен (необязательно)", f"{world.today():%d.%m.%Y}")
    doctor.types("Где или кем поставлен (необязательно)", "Клиника Лотос")
    doctor.presses("Прочитать и подписать")
    doctor.sees(ROZA.full_name, told=re.compile("Первичный диагноз на расстоянии не ставится"))
    doctor.types("Когда поставлен (необязательно)", "20.11.2025")
    telemed.doctor_signs(doctor, ADVISES)

    telemed.reads_the_conclusion(roza, ADVISES)
    roza.closely = True
    consultation = roza.page.url
    doctor.page.locator("main .item-title").first.click()
    doctor.sees(ROZA.full_name, told=ADVISES)
    doctor.types("Дополнение к заключению", ADDS)
    doctor.presses("Прочитать и подписать")
    doctor.sees("Прочитайте дополнение", told=ADDS)
    doctor.presses("Подписать дополнение")
    doctor.sees(ROZA.full_name, told="Дополнение 1")

    roza.goes_to("Архив")
    roza.sees("Архив консультаций")
    roza.types("Что найти (необязательно)", "неделю спейсер")
    roza.presses("Найти")
    roza.sees("Архив консультаций", told=re.compile("^Нашлась 1"))
    assert "неделю" not in roza.page.url
    roza.opens(consultation)
    roza.sees(re.compile("^Консультация"), told=ADDS)
    roza.presses("Сделать ссылку")
    roza.sees("Ссылка готова")
    link = roza.page.get_by_label("Адрес для врача").input_value()
    other = sits_down("other-doctor", DESKTOP)
    other.opens(link)
    other.sees("Заключение врача", told=ADVISES)
    roza.opens(consultation)
    roza.sees(re.compile("^Консультация"), told=re.compile("открывали раз: 1"))
    roza.presses(re.compile("^Закрыть"))
    roza.sees(re.compile("^Консультация"), told=re.compile("Закрыта"))
    assert other.page.request.get(link).status == 404
