"""Dina's card is closed by her bank after it was bound. Her share falls overdue; a message brings a link, and somebody
without an account pays by it. The programme goes on by itself, and she binds another card."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from tests.journeys.cast import Client
from tests.journeys.conftest import DESKTOP, PHONE, SitDown
from tests.journeys.steps import activation, bank, charge, linking, register, shop, signin
from tests.journeys.steps.charge import own_share, roubles
from tests.journeys.world import World, wait_for

DINA = Client(
    surname="Закрытова",
    given_name="Дина",
    patronymic="Павловна",
    sex="женский",
    born_on=date(1979, 4, 21),
    phone="+7 911 000-00-91",
    email="dina@demo.example",
    series="4004",
    number="567890",
    issued_on=date(2024, 5, 2),
)
CLINIC, CLINIC_KEY = "Демо-поликлиника «Ромашка»", "demo-RU-SPE-1"
THERAPIST, PRICE = "B01.047.001", Decimal("2000.00")
CLOSED_LATER, NO_MONEY = "4111110000000062", "4000000000009995"
LADDER_ENDS = timedelta(days=14)


def test_a_stranger_pays_by_the_link_and_the_programme_goes_on(
    world: World, sits_down: SitDown, tmp_path: Path
) -> None:
    dina = sits_down("dina", DESKTOP)
    visit_on = world.today() + timedelta(days=20)
    share = own_share(PRICE, 30)

    shop.buys(dina, DINA, scope="Санкт-Петербург и область", percent=30)
    bank.pays_with(dina, bank.GOOD)
    number = shop.gets_the_policy(dina)
    signin.registers(dina, DINA)
    linking.finds_the_policy(dina, number)
    activation.opens_the_programme(dina)
    activation.agrees_to_bind(dina, "Visa, Mastercard")
    bank.binds(dina, CLOSED_LATER)
    activation.is_active_with(dina, CLOSED_LATER[-4:])

    world.move_to(visit_on + timedelta(days=1))
    register.clinic_sends(
        world, tmp_path, DINA, number=number, clinic=CLINIC_KEY, on=visit_on, services={THERAPIST: PRICE}
    )
    register.sees_the_services(dina, clinic=CLINIC, count=1)
    charged_on = charge.is_announced(dina, amount=roubles(share))
    charge_page = dina.page.url
    before = len(world.debits(DINA))
    for day in (charged_on, charged_on + LADDER_ENDS):
        world.move_to(day)
        world.run_charges()
    assert len(world.debits(DINA)) == before, "a closed card is not debited"
    link = wait_for(lambda: link_in(world.texts_to(DINA.phone)), "a message with a link to pay by")
    dina.opens(charge_page)
    dina.sees(re.compile("600,00"), told="Нужно ваше действие")

    stranger = sits_down("stranger", PHONE)
    stranger.opens(link)
    stranger.sees(re.compile("600,00"), told="Доля клиента по договору страхования")
    stranger.presses(re.compile("^Оплатить"))
    bank.pays_with(stranger, NO_MONEY)
    stranger.sees(re.compile("600,00"), told="Деньги не списаны")
    stranger.presses(re.compile("^Оплатить"))
    bank.pays_with(stranger, bank.GOOD)
    stranger.sees("Оплачено")
    (debit,) = world.debits(DINA, since=before)
    assert debit["amount"]["value"] == f"{share:.2f}"
    stranger.opens(link)
    stranger.sees("Оплачено", told=re.compile("платить больше не нужно"))
    stranger.meets_nothing_at(link[:-5] + "AAAA/")

    dina.opens(charge_page)
    dina.sees(re.compile("600,00"), told="Оплачено на странице банка")
    dina.is_told(re.compile("оплата просрочена"))
    dina.opens("/cabinet/cards/")
    dina.sees("Мои карты", told=re.compile(CLOSED_LATER[-4:]))
    dina.follows(re.compile("^Привязать карту к полису"))
    dina.sees("Франшизная программа")
    activation.agrees_to_bind(dina, "Visa, Mastercard")
    bank.binds(dina, bank.GOOD)
    dina.sees("Программа подключена", told=re.compile(bank.GOOD[-4:]))
    dina.opens("/cabinet/cards/")
    dina.sees("Мои карты", told=re.compile(bank.GOOD[-4:]))
    dina.follows(re.compile("^Выбрать карту для полиса"))
    dina.sees("С какой карты списывать")
    assert not world.debited_twice()


def link_in(texts: list[str]) -> str:
    """The link of the message that tells that the payment is overdue, which says nothing of what was done."""
    for text in texts:
        if "приостановлена" in text:
            assert not re.search("врач|терапевт|приём|визит|услуг", text, re.IGNORECASE), text
            return text[text.index("http") :].split()[0]
    return ""
