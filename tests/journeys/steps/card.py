"""The digital card on a phone, with a network and without, and at the reception."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from tests.journeys.cast import Client, day
from tests.journeys.person import Person
from tests.journeys.steps import signin
from tests.journeys.world import World, wait_for

REGISTRAR_EMAIL = "registrar@demo.example"
# What the browser holds that could show a card: databases, caches, workers.
_KEPT = """async () => [
  ...(await indexedDB.databases()).map((one) => `database ${one.name}`),
  ...(await caches.keys()),
  ...(await navigator.serviceWorker.getRegistrations()).map((one) => `worker ${one.scope}`),
  ...Object.keys(localStorage), ...Object.keys(sessionStorage),
]"""
_STANDARD = """async ([address, rows]) => {
  const { codeAt, keyOf } = await import(address);
  const key = await keyOf(new TextEncoder().encode("12345678901234567890123456789012"));
  return Promise.all(rows.map(([seconds]) => codeAt(key, seconds * 1000, { stepSeconds: 30, digits: 8 })));
}"""
# The secret and the key of this device, asked for as a script of the page could.
_EXTRACT = """() => new Promise((done) => {
  const asked = indexedDB.open("card");
  asked.onsuccess = () => {
    const read = asked.result.transaction("kept").objectStore("kept").get("all");
    read.onsuccess = async () => {
      const keys = [read.result.key, ...read.result.sealed.map((one) => one.key)];
      asked.result.close();
      const tried = keys.map((one) => crypto.subtle.exportKey("raw", one).then(() => "out", () => "kept in"));
      done(await Promise.all(tried));
    };
  };
})"""


def is_sold_elsewhere(world: World, folder: Path, client: Client, number: str, *, starts_on: date) -> None:
    """A policy by an agent's list, for the client themselves."""
    told = {
        "номер полиса": number,
        "программа": "polyclinic",
        "территория": "Регионы России",
        "франшиза": "30",
        "действует с": day(starts_on),
        "дата заключения": day(starts_on - timedelta(days=1)),
        "премия": "9500,00",
        "страхователь фамилия": client.surname,
        "страхователь имя": client.given_name,
        "страхователь отчество": client.patronymic,
        "страхователь дата рождения": day(client.born_on),
        "страхователь пол": client.sex,
        "страхователь документ": "паспорт",
        "страхователь серия документа": client.series,
        "страхователь номер документа": client.number,
        "страхователь дата выдачи": day(client.issued_on),
        "страхователь кем выдан": "ОВД г. Самары",
        "страхователь код подразделения": "770-001",
        "страхователь телефон": client.phone,
        "страхователь почта": client.email,
    }
    file = folder / "полисы.csv"
    file.write_text(f"{';'.join(told)}\n{';'.join(told.values())}", encoding="utf-8")
    world.system.manage("import_policies", str(file), "--apply")


def opens_the_card(person: Person, client: Client, number: str) -> None:
    person.opens("/cabinet/")
    person.sees("Главная", told=number)
    person.follows("Карта для клиники")
    person.sees("Карта для клиники", told="Карта сохранена на этом устройстве")
    person.is_told(client.full_name)


def its_code(person: Person) -> str:
    """The figures as they stand on the screen."""
    return person.reads(r"(\d{4} \d{4})").replace(" ", "")


def keeps_the_standard(person: Person, rows: tuple[tuple[int, str], ...]) -> None:
    """The device's own arithmetic, against the figures of RFC 6238."""
    address = person.page.locator("[data-card]").get_attribute("data-code-module")
    assert person.page.evaluate(_STANDARD, [address, rows]) == [code for _, code in rows]
    assert set(person.page.evaluate(_EXTRACT)) == {"kept in"}


def takes_a_newer_worker(person: Person) -> None:
    """What the device keeps for the offline page changes (here its look); the next visit brings it, and nothing old is
    left."""
    person.page.evaluate("() => navigator.serviceWorker.ready")
    before = person.page.evaluate("() => caches.keys()")
    assert len(before) == 1
    with person.page.expect_navigation():
        person.page.get_by_role("button", name="Тёмное оформление").click()
    person.sees("Карта для клиники", told="Карта сохранена на этом устройстве")

    def is_taken() -> bool:
        kept = person.page.evaluate("() => caches.keys()")
        return len(kept) == 1 and kept != before

    wait_for(is_taken, "the newer worker alone")


def reloads_without_a_network(person: Person, client: Client, number: str) -> None:
    person.context.set_offline(True)
    person.page.reload()
    person.sees("Карта для клиники", told="Интернета сейчас нет.")
    assert person.page.locator("html").get_attribute("data-theme") == "dark", "the newer page is shown"
    for words in (client.full_name, number, re.compile("^Сведения на")):
        person.is_told(words)
    assert (person.page.locator("[data-qr]").get_attribute("src") or "").startswith("data:image/svg+xml")


def signs_out(person: Person) -> None:
    """Nothing of the card is left, and without a network there is no page at all."""
    # With the network back the card's page comes again by itself.
    person.context.set_offline(False)
    person.sees("Карта для клиники", told="Карта сохранена на этом устройстве")
    person.opens("/signout/")
    person.sees("Выйти из аккаунта?")
    assert person.page.evaluate(_KEPT), "the card was kept until now"
    person.presses("Выйти")
    person.page.wait_for_url(re.compile(r"/$|/signin/"))
    person.sees(re.compile("."))
    assert person.page.evaluate(_KEPT) == []


def comes_to_the_reception(person: Person) -> None:
    person.world.system.manage("reset_second_factor", REGISTRAR_EMAIL)
    person.opens(person.world.address("staff") + "/reception/card/")
    person.sees("Вход для сотрудников")
    person.types("Рабочая почта", REGISTRAR_EMAIL)
    person.presses("Получить код")
    person.sees("Введите код")
    person.types("Код из сообщения", person.world.code_sent_to(REGISTRAR_EMAIL))
    person.presses("Продолжить")
    signin.sets_up_an_app(person)
    person.sees("Карта пациента")


def types_the_code(person: Person, code: str, number: str, *, told: str) -> None:
    person.types("Код с карты", code)
    person.types("Номер полиса (необязательно)", number)
    person.presses("Проверить")
    person.sees("Карта пациента", told=told)
