"""Marina buys a policy for Moscow with a share of 50 %: her regions are fixed, there is nothing to choose."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.journeys.cast import MARINA
from tests.journeys.conftest import DESKTOP, SitDown
from tests.journeys.steps import activation, bank, booking, charge, directory, linking, regions, register, shop, signin
from tests.journeys.steps.charge import own_share, roubles
from tests.journeys.world import World

CLINIC, TOWN, CLINIC_KEY = "Демо-поликлиника «Ромашка»", "Москва", "demo-RU-MOW-1"
THERAPIST = "B01.047.001"
RED_SQUARE = (55.754, 37.62)


def test_a_policy_of_the_capital_needs_no_regions(world: World, sits_down: SitDown, tmp_path: Path) -> None:
    marina = sits_down("marina", DESKTOP)
    insured_from = world.today() + timedelta(days=15)

    shop.buys(marina, MARINA, scope="Москва и область", percent=50)
    bank.pays_with(marina, bank.GOOD_MIR)
    number = shop.gets_the_policy(marina)
    assert number.startswith("ONDL-50")
    signin.registers(marina, MARINA)
    policy_id = linking.finds_the_policy(marina, number)

    activation.opens_the_programme(marina)
    activation.agrees_to_bind(marina, "МИР")
    bank.binds(marina, bank.GOOD_MIR)
    activation.is_active_with(marina, bank.GOOD_MIR[-4:])
    regions.has_fixed_ones(marina, policy_id, ["Москва", "Московская область"])

    world.move_to(insured_from - timedelta(days=14))
    directory.looks_around(marina, at=RED_SQUARE)
    directory.finds_a_clinic(marina, "ромашка", CLINIC, town=TOWN)
    price = directory.price_of(marina, THERAPIST)
    booking.chooses_a_doctor(marina, "Терапевт")
    visit_on = booking.takes_the_first_time_from(marina, insured_from)
    booking.confirms(marina, own_share=roubles(own_share(price, 50)))

    world.move_to(visit_on + timedelta(days=1))
    register.clinic_sends(
        world, tmp_path, MARINA, number=number, clinic=CLINIC_KEY, on=visit_on, services={THERAPIST: price}
    )
    register.sees_the_services(marina, clinic=CLINIC, count=1)
    charged_on = charge.is_announced(marina, amount=roubles(own_share(price, 50)))
    assert charged_on == charge.month_later(visit_on)
    charge.comes_on_its_day_and_once(world, MARINA, charged_on, amount=own_share(price, 50))
    charge.is_paid(marina, amount=roubles(own_share(price, 50)), card=bank.GOOD_MIR[-4:])
