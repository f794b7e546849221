"""Telemedicine: its own application, one tap from the account."""

from __future__ import annotations

import re

from tests.journeys import pdf
from tests.journeys.cast import DOCTOR_EMAIL
from tests.journeys.person import Person
from tests.journeys.steps import signin


def comes_over_with_one_tap(person: Person) -> None:
    """No second sign-in."""
    person.opens("/cabinet/")
    person.sees("Главная")
    person.goes_to("Телемед")
    person.sees("Врач онлайн")
    assert person.page.url.startswith(person.world.address("telemed"))


def calls_a_doctor(person: Person, complaint: str, *, for_whom: str = "Мне") -> None:
    person.follows("Позвать врача")
    person.sees("Позвать врача")
    person.presses("Встать в очередь")
    person.sees("Позвать врача", told=re.compile("^Проверьте"))
    person.chooses(for_whom)
    person.types("Что беспокоит", complaint)
    person.page.get_by_role("checkbox").check()
    person.presses("Встать в очередь")
    person.sees("Консультация", told=re.compile("в очереди"))


def doctor_comes_on_duty(doctor: Person) -> None:
    """Doctors sign in at the portal's door, by a code sent to their address and one of an app."""
    doctor.world.system.manage("reset_second_factor", DOCTOR_EMAIL)
    doctor.opens(doctor.world.address("telemed") + "/doctor/")
    doctor.sees("Войти или зарегистрироваться")
    doctor.types("Телефон или электронная почта", DOCTOR_EMAIL)
    doctor.presses("Получить код")
    doctor.sees("Введите код")
    doctor.types("Код из сообщения", doctor.world.code_sent_to(DOCTOR_EMAIL))
    doctor.presses("Продолжить")
    signin.sets_up_an_app(doctor)
    doctor.sees("Очередь")


def doctor_takes_the_next(doctor: Person, patient: str, complaint: str) -> None:
    doctor.presses("Взять следующего")
    doctor.sees(patient, told=complaint)


def is_met_by_the_doctor(person: Person) -> None:
    """The waiting page turns into the doctor's by itself."""
    person.sees("Консультация", told="Врач на связи")


def says(person: Person, words: str, *, heading: str) -> None:
    person.types("Сообщение", words)
    person.presses("Отправить")
    person.sees(heading, told=words)


def hears(person: Person, words: str) -> None:
    """Without reloading: the room tells of it."""
    person.is_told(words)


def doctor_concludes(doctor: Person, recommendations: str) -> None:
    doctor.types("Рекомендации", recommendations)
    doctor_signs(doctor, recommendations)


def doctor_signs(doctor: Person, recommendations: str) -> None:
    """Reads it through first."""
    doctor.presses("Прочитать и подписать")
    doctor.sees("Прочитайте и подпишите", told=recommendations)
    doctor.presses("Подписать и закончить")
    doctor.sees("Очередь", told="Заключение подписано")


def reads_the_conclusion(person: Person, recommendations: str) -> None:
    """The room tells of it; it lies in the archive, and as a signed PDF."""
    person.sees("Консультация", told="Консультация закончена")
    person.goes_to("Архив")
    person.sees("Архив консультаций", told="Есть заключение")
    person.page.locator("main .item-title").first.click()
    person.sees(re.compile("^Консультация"), told=recommendations)
    content = person.downloads(person.address_of(re.compile("^Скачать PDF")))
    assert pdf.is_signed(content)
    assert recommendations in pdf.words(content)
