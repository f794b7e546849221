"""Gleb buys a policy without a share of his own: no card is asked for, and nothing is ever charged."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from tests.journeys.cast import GLEB
from tests.journeys.conftest import DESKTOP, SitDown
from tests.journeys.steps import activation, bank, booking, charge, directory, linking, register, shop, signin
from tests.journeys.steps.charge import roubles
from tests.journeys.world import World

CLINIC, TOWN, CLINIC_KEY = "Демо-поликлиника «Ромашка»", "Санкт-Петербург", "demo-RU-SPE-1"
THERAPIST = "B01.047.001"


def test_at_0_percent_no_card_is_asked_for_and_nothing_charged(
    world: World, sits_down: SitDown, tmp_path: Path
) -> None:
    gleb = sits_down("gleb", DESKTOP)
    insured_from = world.today() + timedelta(days=15)

    shop.buys(gleb, GLEB, scope="Санкт-Петербург и область", percent=0)
    bank.pays_with(gleb, bank.GOOD)
    number = shop.gets_the_policy(gleb)
    assert number.startswith("ONDL-00")
    debits = len(world.debits(GLEB))
    signin.registers(gleb, GLEB)
    linking.finds_the_policy(gleb, number)
    activation.opens_the_programme(gleb)
    activation.joins_without_a_card(gleb)

    world.move_to(insured_from - timedelta(days=14))
    directory.finds_a_clinic(gleb, "ромашка", CLINIC, town=TOWN)
    price = directory.price_of(gleb, THERAPIST)
    booking.chooses_a_doctor(gleb, "Терапевт")
    visit_on = booking.takes_the_first_time_from(gleb, insured_from)
    booking.confirms(gleb, own_share=roubles(Decimal(0)))

    world.move_to(visit_on + timedelta(days=1))
    register.clinic_sends(
        world, tmp_path, GLEB, number=number, clinic=CLINIC_KEY, on=visit_on, services={THERAPIST: price}
    )
    register.sees_the_services(gleb, clinic=CLINIC, count=1)
    register.owes_nothing(gleb)
    world.move_to(charge.month_later(visit_on) + timedelta(days=30))
    world.run_charges()
    assert len(world.debits(GLEB)) == debits, "only the policy itself was ever paid for"
    assert not any("₽" in text for text in world.texts_to(GLEB.phone))
