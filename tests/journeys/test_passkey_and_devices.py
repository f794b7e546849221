"""Lev keeps a passkey on his phone, comes in by it, and signs a forgotten computer out; a receptionist comes to work
for the first time."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.journeys.cast import GLEB
from tests.journeys.conftest import DESKTOP, PHONE, SitDown
from tests.journeys.person import Person
from tests.journeys.steps import signin
from tests.journeys.world import World

REGISTRAR_EMAIL = "registrar@demo.example"
# As Gleb, with a phone of his own: his brother's account must not be there before him.
LEV = replace(GLEB, phone="+79120000088", email="lev@demo.example")


def test_a_passkey_and_devices(world: World, sits_down: SitDown) -> None:
    at_computer, on_phone = sits_down("lev-computer", DESKTOP), sits_down("lev-phone", PHONE)
    signin.registers(at_computer, LEV)
    at_computer.sees(re.compile("^Здравствуйте"))

    has_a_finger_reader(on_phone)
    comes_in_by_a_code(on_phone)
    opens_security(on_phone)
    on_phone.follows("Добавить ключ доступа")
    on_phone.sees("Ключ доступа")
    on_phone.types("Как назвать этот ключ", "Мой телефон")
    on_phone.presses("Создать ключ")
    on_phone.sees("Вход и безопасность", told="Мой телефон")
    leaves(on_phone)

    on_phone.opens("/signin/")
    on_phone.sees("Войти или зарегистрироваться")
    on_phone.presses("Войти по ключу доступа")
    on_phone.sees("Здравствуйте!")

    opens_security(on_phone)
    on_phone.presses("Завершить все, кроме этого")
    on_phone.sees("Вход и безопасность", told="Других сеансов больше нет.")
    at_computer.opens("/cabinet/")
    at_computer.sees("Войти или зарегистрироваться")


def test_the_first_day_at_work(world: World, sits_down: SitDown) -> None:
    world.system.manage("reset_second_factor", REGISTRAR_EMAIL)
    registrar = sits_down("registrar", DESKTOP)
    registrar.opens(world.address("staff") + "/reception/")
    registrar.sees("Вход для сотрудников")
    registrar.types("Рабочая почта", REGISTRAR_EMAIL)
    registrar.presses("Получить код")
    registrar.sees("Введите код")
    registrar.types("Код из сообщения", world.code_sent_to(REGISTRAR_EMAIL))
    registrar.presses("Продолжить")
    signin.sets_up_an_app(registrar)
    registrar.sees(re.compile("."))
    assert registrar.page.url.startswith(world.address("staff") + "/reception/")
    leaves(registrar)


def has_a_finger_reader(person: Person) -> None:
    """The browser's own virtual authenticator: it verifies its user and finds passkeys by itself."""
    devtools = person.context.new_cdp_session(person.page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def comes_in_by_a_code(person: Person) -> None:
    signin.asks_for_a_code(person, LEV.phone)
    signin.enters_the_code(person, LEV.phone)
    person.sees("Здравствуйте!")


def opens_security(person: Person) -> None:
    person.opens("/cabinet/security/")
    person.sees("Вход и безопасность")


def leaves(person: Person) -> None:
    person.context.clear_cookies(name=re.compile("_session$"))
