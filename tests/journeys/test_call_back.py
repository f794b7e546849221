"""Kira asks on her phone to be called; the contact centre takes the call and books; she sees the visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.journeys.cast import MARINA
from tests.journeys.conftest import DESKTOP, PHONE, SitDown
from tests.journeys.steps import activation, bank, calling, directory, linking, shop, signin, staff
from tests.journeys.world import World, wait_for

KIRA = replace(
    MARINA,
    surname="Звонкова",
    given_name="Кира",
    phone="+7 916 000-02-77",
    email="kira@demo.example",
    number="667788",
)
CLINIC, TOWN = "Демо-поликлиника «Ромашка»", "Москва"
WISH = "Нужен терапевт, лучше утром"


def test_a_call_is_asked_for_answered_and_brings_a_visit(world: World, sits_down: SitDown) -> None:
    kira = sits_down("kira", PHONE)
    insured_from = world.today() + timedelta(days=15)
    shop.buys(kira, KIRA, scope="Москва и область", percent=0)
    bank.pays_with(kira, bank.GOOD)
    number = shop.gets_the_policy(kira)
    signin.registers(kira, KIRA)
    linking.finds_the_policy(kira, number)
    activation.opens_the_programme(kira)
    activation.joins_without_a_card(kira)

    world.move_to(insured_from - timedelta(days=14))
    directory.finds_a_clinic(kira, "ромашка", CLINIC, town=TOWN)
    kira.closely = True
    calling.asks_to_be_called(kira, WISH)

    operator = sits_down("operator", DESKTOP)
    staff.comes_to(operator, staff.OPERATOR, "/desk/callbacks/", "Звонки")
    operator.closely = True
    calling.takes_the_call(operator, KIRA, WISH)
    calling.books_for_the_client(operator, "Терапевт", insured_from)

    calling.sees_what_was_booked(kira, "Терапевт")
    text = wait_for(lambda: _texts_about(world, "записал вас"), "an SMS that Kira is booked")[0]
    assert text.startswith("Контактный центр записал вас")
    assert "терапевт" not in text.lower()


def _texts_about(world: World, words: str) -> list[str]:
    return [one for one in world.texts_to(KIRA.phone) if words in one]
