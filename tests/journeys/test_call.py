"""Anna calls a doctor from her account and is seen; camera, microphone and the wire are taken away one by one."""

from __future__ import annotations

from datetime import date, timedelta

from tests.journeys.cast import Client
from tests.journeys.conftest import DESKTOP, PHONE, SitDown
from tests.journeys.person import Person
from tests.journeys.steps import bank, calling_doctor, shop, signin, telemed
from tests.journeys.wire import Wire, ice_states
from tests.journeys.world import World, wait_for

NINA = Client(
    surname="Звонарёва",
    given_name="Нина",
    patronymic="Павловна",
    sex="женский",
    born_on=date(1979, 5, 21),
    phone="+7 927 000-04-41",
    email="nina@demo.example",
    series="3604",
    number="414141",
    issued_on=date(2024, 6, 2),
)
LEV = Client(
    surname="Звонарёв",
    given_name="Лев",
    patronymic="Павлович",
    sex="мужской",
    born_on=date(1991, 2, 3),
    phone="+7 927 000-04-42",
    email="lev@demo.example",
    series="3611",
    number="424242",
    issued_on=date(2011, 3, 2),
)
COMPLAINT = "Болит горло второй день"
ADVICE = "Полоскать, пить тёплое, на третий день показаться врачу"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606868000001"
    "840101568f20230000000049454e44ae426082"
)


def test_from_the_button_to_moving_pictures_and_on_when_things_fail(world: World, sits_down: SitDown) -> None:
    nina, doctor = sits_down("nina", PHONE), sits_down("doctor", DESKTOP)
    with Wire() as wire:
        wire.lies_between(nina, doctor)
        _has_a_policy(nina, NINA, world)
        for one in (nina, doctor):
            calling_doctor.may_use_camera_and_microphone(one)
        telemed.comes_over_with_one_tap(nina)
        telemed.calls_a_doctor(nina, COMPLAINT)
        telemed.doctor_comes_on_duty(doctor)
        telemed.doctor_takes_the_next(doctor, NINA.full_name, COMPLAINT)
        telemed.is_met_by_the_doctor(nina)
        calling_doctor.sees_the_other_move(nina)
        calling_doctor.sees_the_other_move(doctor)

        # Words go beside the call, without a page that would end it.
        telemed.says(nina, "Меня видно?", heading="Консультация")
        telemed.hears(doctor, "Меня видно?")
        calling_doctor.sees_the_other_move(doctor)

        # The wire is cut: the browsers see it fail, find another way, and the pictures move again.
        wire.cut()
        wait_for(lambda: _has_failed(nina) or _has_failed(doctor), "the failure of the old way")
        calling_doctor.sees_the_other_move(nina)
        calling_doctor.sees_the_other_move(doctor)

        # Without her camera it is a call by voice; without the microphone the chat goes on.
        calling_doctor.switches(nina, "Камера")
        calling_doctor.hears_without_a_picture(doctor)
        calling_doctor.switches(nina, "Камера")
        calling_doctor.sees_the_other_move(doctor)
        calling_doctor.loses_camera_and_microphone(nina)
        calling_doctor.goes_on_in_the_chat(doctor)
        telemed.says(nina, "Камера пропала, пишу здесь", heading="Консультация")
        telemed.hears(doctor, "Камера пропала, пишу здесь")

        telemed.doctor_concludes(doctor, ADVICE)
        telemed.reads_the_conclusion(nina, ADVICE)


def test_a_second_device_takes_the_call_over_and_files_go_both_ways(world: World, sits_down: SitDown) -> None:
    lev, doctor = sits_down("lev", PHONE), sits_down("doctor", DESKTOP)
    _has_a_policy(lev, LEV, world)
    for one in (lev, doctor):
        calling_doctor.may_use_camera_and_microphone(one)
    telemed.comes_over_with_one_tap(lev)
    telemed.calls_a_doctor(lev, COMPLAINT)
    telemed.doctor_comes_on_duty(doctor)
    telemed.doctor_takes_the_next(doctor, LEV.full_name, COMPLAINT)
    telemed.is_met_by_the_doctor(lev)
    calling_doctor.sees_the_other_move(doctor)

    tablet = sits_down("lev", DESKTOP, beside=lev)
    tablet.opens(lev.page.url)
    tablet.sees("Консультация", told="Врач на связи")
    calling_doctor.sees_the_other_move(tablet)
    calling_doctor.sees_the_other_move(doctor)
    calling_doctor.is_told_of_the_call(lev, "на другом вашем устройстве")

    tablet.attaches("Снимок (JPEG, PNG, WebP) или PDF, до 10 МБ", "анализ.png", PICTURE)
    telemed.hears(doctor, "анализ.png")
    tablet.attaches("Снимок (JPEG, PNG, WebP) или PDF, до 10 МБ", "рисунок.svg", b"<svg onload='alert(1)'/>")
    tablet.is_told("Можно отправить снимок")
    # A browser that crashed finds the room as it was.
    tablet.page.close()
    lev.page.reload()
    lev.sees("Консультация", told="Врач на связи")
    lev.is_told("анализ.png")
    calling_doctor.sees_the_other_move(lev)
    telemed.doctor_concludes(doctor, ADVICE)
    lev.sees("Консультация", told="Консультация закончена")


def _has_a_policy(person: Person, client: Client, world: World) -> None:
    """Bought today; the waiting period is over."""
    starts_on = world.today() + timedelta(days=1)
    shop.calculates(person, client, scope="Вся Россия", percent=0)
    shop.chooses_a_programme(person)
    shop.fills_in_the_form(person, client, starts_on=starts_on)
    shop.sends_the_form(person)
    shop.asks_for_the_code(person)
    shop.confirms_with_the_code(person, client)
    bank.pays_with(person, bank.GOOD)
    person.sees("Полис оформлен")
    world.move_to(starts_on + timedelta(days=14))
    signin.registers(person, client)
    person.sees("Главная")


def _has_failed(person: Person) -> bool:
    return "failed" in ice_states(person) or "disconnected" in ice_states(person)
