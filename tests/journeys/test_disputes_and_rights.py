"""Nina does not agree with two services: one before her share is charged, one after, where it takes a complaint. Then
she looks at what is kept of her, who read it, and takes a copy."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from tests.journeys.cast import Client
from tests.journeys.conftest import DESKTOP, PHONE, SitDown
from tests.journeys.steps import (
    activation,
    bank,
    charge,
    disputing,
    linking,
    register,
    rights,
    shop,
    signin,
    staff,
)
from tests.journeys.steps.charge import own_share, roubles
from tests.journeys.world import World, wait_for

NINA = Client(
    surname="Спорова",
    given_name="Нина",
    patronymic="Юрьевна",
    sex="женский",
    born_on=date(1987, 7, 3),
    phone="+7 916 000-01-33",
    email="nina@demo.example",
    series="4507",
    number="890123",
    issued_on=date(2007, 8, 1),
)
LIDA = replace(NINA, given_name="Лидия", phone="+7 916 000-01-55", email="lida@demo.example")
CLINIC, CLINIC_KEY = "Демо-поликлиника «Ромашка»", "demo-RU-MOW-1"
THERAPIST, BLOOD_TEST = "B01.047.001", "B03.016.003"
APPOINTMENT, TEST = "врача-терапевта", "анализ крови"
SAYS = "Я не получал эту услугу"
UPHELD, REJECTED = "Клиника подтвердила: услугу записали по ошибке.", "В карте есть ваша подпись."


def test_what_was_not_given_is_not_paid_for_and_the_client_sees_all_of_it(
    world: World, sits_down: SitDown, tmp_path: Path
) -> None:
    nina = sits_down("nina", PHONE)
    visit_on = world.today() + timedelta(days=16)
    shop.buys(nina, NINA, scope="Москва и область", percent=50)
    bank.pays_with(nina, bank.GOOD)
    number = shop.gets_the_policy(nina)
    signin.registers(nina, NINA)
    linking.finds_the_policy(nina, number)
    activation.opens_the_programme(nina)
    activation.agrees_to_bind(nina, "Visa, Mastercard")
    bank.binds(nina, bank.GOOD)
    activation.is_active_with(nina, bank.GOOD[-4:])

    world.move_to(visit_on + timedelta(days=1))
    services = {THERAPIST: Decimal("1500.00"), BLOOD_TEST: Decimal("500.01")}
    register.clinic_sends(world, tmp_path, NINA, number=number, clinic=CLINIC_KEY, on=visit_on, services=services)
    register.sees_the_services(nina, clinic=CLINIC, count=2)
    nina.closely = True
    visit, therapist = nina.page.url, own_share(services[THERAPIST], 50)

    disputing.opens_the_form(nina, visit, TEST, says=SAYS)
    disputing.forgets_to_tell(nina)
    before = disputing.tells(nina, "Кровь не брали", heading=SAYS, told=re.compile("заморожена"))
    operator = sits_down("operator", DESKTOP)
    staff.comes_to(operator, staff.OPERATOR, "/desk/", "Клиенты")
    operator.closely = True
    disputing.desk_answers(operator, number, service=TEST, rights=True, answer=UPHELD)
    disputing.reads_the_answer(nina, before, answer=UPHELD, told=re.compile("эту долю оплатит страховая"))

    nina.opens(visit)
    nina.sees(re.compile("^Визит "))
    charged_on = charge.is_announced(nina, amount=roubles(therapist))
    charge_page = nina.page.url
    charge.comes_on_its_day_and_once(world, NINA, charged_on, amount=therapist)
    disputing.opens_the_form(nina, visit, APPOINTMENT, says=SAYS)
    after = disputing.tells(nina, "Меня не приняли", heading=SAYS, told="Разбираемся")
    disputing.desk_answers(operator, number, service=APPOINTMENT, rights=False, answer=REJECTED)
    disputing.complains(nina, after, answer=REJECTED)
    disputing.whoever_refused_does_not_answer_again(operator, number)
    refunds = len(world.refunds())
    expert = sits_down("expert", DESKTOP)
    staff.comes_to(expert, staff.EXPERT, "/desk/disputes/", "Обращения")
    disputing.desk_answers(expert, number, service=APPOINTMENT, rights=True, answer=UPHELD)
    disputing.desk_waits_for_a_second_person(operator, amount=roubles(therapist))
    assert len(world.refunds()) == refunds, "nothing goes back before a second person agrees"
    finance = sits_down("finance", DESKTOP)
    staff.comes_to(finance, staff.FINANCE, "/desk/", "Клиенты")
    staff.agrees_to_give_back(finance, amount=roubles(therapist))
    (refund,) = wait_for(lambda: world.refunds(since=refunds), "the money back at the acquirer")
    assert (refund["amount"]["value"], refund["has_receipt"]) == (f"{therapist:.2f}", True)
    charge.is_given_back(nina, charge_page, amount=roubles(therapist))
    disputing.reads_the_answer(nina, after, answer=UPHELD, told=re.compile("[Вв]ернули"))

    staff.opens_the_records_of(operator, number, NINA.full_name, why="Жалоба или возражение")
    at_home = sits_down("nina-at-home", DESKTOP)
    signin.asks_for_a_code(at_home, NINA.phone)
    signin.enters_the_code(at_home, NINA.phone)
    at_home.sees("Главная", told=number)
    at_home.closely = True
    rights.opens_own_data(at_home)
    rights.takes_news_and_withdraws(at_home)
    rights.is_told_what_a_contracts_consent_needs(at_home)
    rights.sees_who_looked(at_home, "Врач-эксперт страховой", why="жалоба или возражение")
    rights.asks_for_a_copy(at_home)
    told = rights.downloads_the_copy(at_home)
    assert number in str(told)
    assert "Кровь не брали" in str(told)
    rights.asks_to_be_forgotten(at_home, number)
    staff.sees_who_asked_to_be_forgotten(operator, NINA.full_name)
    rights.thinks_better_of_it(at_home)
    assert not world.debited_twice()


def test_an_account_without_contracts_is_closed_at_once(world: World, sits_down: SitDown) -> None:
    lida = sits_down("lida", PHONE)
    signin.registers(lida, LIDA)
    lida.sees("Здравствуйте!")
    lida.closely = True
    rights.opens_own_data(lida)
    rights.is_forgotten_at_once(lida)
    signin.asks_for_a_code(lida, LIDA.phone)
    signin.enters_the_code(lida, LIDA.phone)
    lida.sees("Как вас зовут")
