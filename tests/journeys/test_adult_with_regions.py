"""Anna buys a policy for the whole of Russia with a share of 30 % and goes the whole way on her phone. Cut one step out
and the next has nothing to stand on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.journeys.cast import ANNA, BORIS
from tests.journeys.conftest import PHONE, SitDown
from tests.journeys.steps import (
    activation,
    bank,
    booking,
    charge,
    directory,
    linking,
    regions,
    register,
    shop,
    signin,
    telemed,
)
from tests.journeys.steps.charge import in_words, own_share, roubles
from tests.journeys.world import World

CLINIC, TOWN, CLINIC_KEY = "Демо-поликлиника «Ромашка»", "Самара", "demo-RU-SAM-1"
THERAPIST, BLOOD_TEST = "B01.047.001", "B03.016.003"
COMPLAINT = "Второй день болит горло"
ADVICE = "Пить тёплое, при температуре выше 38 вызвать врача на дом"


def test_an_adult_goes_from_the_calculator_to_a_conclusion(world: World, sits_down: SitDown, tmp_path: Path) -> None:
    anna = sits_down("anna", PHONE)
    starts_on = world.today() + timedelta(days=1)
    insured_from = starts_on + timedelta(days=14)

    shop.calculates(anna, ANNA, scope="Вся Россия", percent=30)
    price = shop.chooses_a_programme(anna)
    shop.fills_in_the_form(anna, ANNA, starts_on=starts_on)
    shop.sends_a_passport_with_a_figure_missing(anna, ANNA)
    shop.sends_the_form(anna)
    shop.asks_for_the_code(anna)
    shop.forgets_the_consents(anna)
    shop.confirms_with_a_wrong_code(anna)
    anna.is_told(price)
    shop.confirms_with_the_code(anna, ANNA)
    bank.pays_with(anna, bank.REFUSED)
    shop.is_refused_and_tries_again(anna)
    bank.pays_with(anna, bank.GOOD)
    number = shop.gets_the_policy(anna)
    assert number.startswith("ONDL-30")
    shop.gets_the_papers(anna, ANNA, number)

    signin.asks_for_a_code(anna, ANNA.phone)
    signin.enters_a_wrong_code(anna)
    signin.enters_the_code(anna, ANNA.phone)
    signin.says_who_they_are(anna, ANNA)
    policy_id = linking.finds_the_policy(anna, number)
    paper = linking.finds_the_papers(anna, number)

    regions.must_join_the_programme_first(anna, policy_id)
    activation.opens_the_programme(anna)
    activation.forgets_to_consent(anna)
    activation.agrees_to_bind(anna, "Visa, Mastercard")
    bank.binds(anna, bank.ASKS_FOR_A_CODE)
    bank.confirms_at_the_bank(anna)
    activation.is_active_with(anna, "3155")
    activation.finds_the_card(anna, "3155")

    regions.opens_the_choice(anna)
    regions.finds_and_ticks(anna, "cfvfh", "Самарская область")
    regions.finds_and_ticks(anna, "татар", "Татарстан")
    regions.confirms(anna, opens=in_words(starts_on))
    directory.waits_for_the_region(anna, opens=in_words(starts_on))
    world.move_to(starts_on)
    directory.finds_a_clinic(anna, "ромашка", CLINIC, town=TOWN)
    visit_price, test_price = directory.price_of(anna, THERAPIST), directory.price_of(anna, BLOOD_TEST)

    booking.chooses_a_doctor(anna, "Терапевт")
    booking.is_not_covered_before(anna, insured_from)
    visit_on = booking.takes_the_first_time_from(anna, insured_from)
    booking.confirms(anna, own_share=roubles(own_share(visit_price, 30)))

    world.move_to(visit_on + timedelta(days=1))
    services = {THERAPIST: visit_price, BLOOD_TEST: test_price}
    register.clinic_sends(world, tmp_path, ANNA, number=number, clinic=CLINIC_KEY, on=visit_on, services=services)
    share = own_share(visit_price, 30) + own_share(test_price, 30)
    charge.is_told_by_sms(world, ANNA, amount=roubles(share))
    register.sees_the_services(anna, clinic=CLINIC, count=2)
    charged_on = charge.is_announced(anna, amount=roubles(share))
    assert charged_on == charge.month_later(visit_on)
    charge_page = anna.page.url
    charge.comes_on_its_day_and_once(world, ANNA, charged_on, amount=share)
    charge.is_paid(anna, amount=roubles(share), card="3155")

    debits = len(world.debits(ANNA))
    telemed.comes_over_with_one_tap(anna)
    telemed.calls_a_doctor(anna, COMPLAINT)
    room = anna.page.url
    doctor = sits_down("doctor")
    telemed.doctor_comes_on_duty(doctor)
    telemed.doctor_takes_the_next(doctor, ANNA.full_name, COMPLAINT)
    telemed.is_met_by_the_doctor(anna)
    telemed.says(doctor, "Здравствуйте, Анна! Какая температура?", heading=ANNA.full_name)
    telemed.hears(anna, "Какая температура?")
    telemed.says(anna, "Тридцать семь и пять", heading="Консультация")
    telemed.hears(doctor, "Тридцать семь и пять")
    telemed.doctor_concludes(doctor, ADVICE)
    telemed.reads_the_conclusion(anna, ADVICE)
    assert len(world.debits(ANNA)) == debits, "telemedicine costs nothing"

    boris = sits_down("boris")
    signin.registers(boris, BORIS)
    boris.sees("Здравствуйте!")
    policy = f"{world.address('portal')}/cabinet/policies/{policy_id}"
    for address in (f"{policy}/activate/", f"{policy}/regions/", paper, charge_page, room, anna.page.url):
        boris.meets_nothing_at(address)
