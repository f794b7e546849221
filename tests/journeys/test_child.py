"""Vera buys a policy for herself and one for Timofey, who has a birth certificate, and goes the whole way for him."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests.journeys.cast import Client
from tests.journeys.conftest import PHONE, SitDown
from tests.journeys.steps import (
    activation,
    bank,
    booking,
    charge,
    child,
    directory,
    linking,
    regions,
    register,
    signin,
    telemed,
)
from tests.journeys.steps.charge import in_words, own_share, roubles
from tests.journeys.world import World

VERA = Client(
    surname="Капранова",
    given_name="Вера",
    patronymic="Ильинична",
    sex="женский",
    born_on=date(1987, 9, 14),
    phone="+7 927 000-01-01",
    email="vera@demo.example",
    series="3608",
    number="112233",
    issued_on=date(2007, 10, 1),
)
TIMOFEY = Client(
    surname="Капранов",
    given_name="Тимофей",
    patronymic="Олегович",
    sex="мужской",
    born_on=date(2018, 4, 9),
    phone="",
    email="",
    series="II-ЕР",
    number="654321",
    issued_on=date(2018, 4, 20),
)
CLINIC, TOWN, CLINIC_KEY = "Демо-поликлиника «Ромашка»", "Самара", "demo-RU-SAM-1"
THERAPIST = "B01.047.001"
COMPLAINT = "Третий день кашляет"
ADVICE = "Проветривать, поить чаще, через три дня показать врачу"


def test_a_parent_goes_the_whole_way_for_a_child(world: World, sits_down: SitDown, tmp_path: Path) -> None:
    vera = sits_down("vera", PHONE)
    starts_on = world.today() + timedelta(days=1)
    insured_from = starts_on + timedelta(days=14)

    child.buys_for(vera, VERA, TIMOFEY, scope="Регионы России", percent=30, parent_too=True)
    bank.pays_with(vera, bank.GOOD)
    own, number = child.gets_the_policies(vera, VERA, TIMOFEY)
    assert own != number

    signin.registers(vera, VERA)
    linking.finds_the_policy(vera, own)
    child.switches_to(vera, TIMOFEY.given_name, number=number)
    activation.opens_the_programme(vera)
    activation.agrees_to_bind(vera, "Visa, Mastercard")
    bank.binds(vera, bank.GOOD)
    activation.is_active_with(vera, bank.GOOD[-4:])
    regions.opens_the_choice(vera)
    regions.finds_and_ticks(vera, "самар", "Самарская область")
    regions.confirms(vera, opens=in_words(starts_on))

    world.move_to(starts_on)
    directory.finds_a_clinic(vera, "ромашка", CLINIC, town=TOWN)
    price = directory.price_of(vera, THERAPIST)
    booking.chooses_a_doctor(vera, "Терапевт")
    visit_on = booking.takes_the_first_time_from(vera, insured_from)
    vera.is_told(TIMOFEY.full_name)
    booking.confirms(vera, own_share=roubles(own_share(price, 30)))

    world.move_to(visit_on + timedelta(days=1))
    register.clinic_sends(
        world, tmp_path, TIMOFEY, number=number, clinic=CLINIC_KEY, on=visit_on, services={THERAPIST: price}
    )
    share = own_share(price, 30)
    register.sees_the_services(vera, clinic=CLINIC, count=1)
    charged_on = charge.is_announced(vera, amount=roubles(share))
    assert charged_on == charge.month_later(visit_on)
    before = len(world.debits(VERA))
    world.move_to(charged_on)
    world.run_charges()
    (debit,) = world.debits(VERA, since=before)
    assert debit["amount"]["value"] == f"{share:.2f}"
    charge.is_paid(vera, amount=roubles(share), card=bank.GOOD[-4:])

    telemed.comes_over_with_one_tap(vera)
    telemed.calls_a_doctor(vera, COMPLAINT, for_whom=f"{TIMOFEY.given_name} {TIMOFEY.patronymic}")
    doctor = sits_down("doctor")
    telemed.doctor_comes_on_duty(doctor)
    telemed.doctor_takes_the_next(doctor, TIMOFEY.full_name, COMPLAINT)
    telemed.is_met_by_the_doctor(vera)
    telemed.doctor_concludes(doctor, ADVICE)
    telemed.reads_the_conclusion(vera, ADVICE)
