"""The other parent: invited, let in, shown out."""

from __future__ import annotations

import re

from tests.journeys.cast import Client, day
from tests.journeys.person import Person
from tests.journeys.world import World, wait_for


def invites(person: Person, name: str, contact: str) -> None:
    person.opens("/cabinet/")
    person.sees("Главная")
    person.follows("Семья")
    person.sees("Семья", told="Сейчас полис видите только вы.")
    person.follows(re.compile("^Пригласить второго родителя"))
    person.sees("Пригласить второго родителя", told="Что сможет второй родитель")
    person.types("Имя второго родителя", name)
    person.types("Телефон или электронная почта второго родителя", contact)
    person.presses("Отправить приглашение")
    person.sees("Семья", told="Ждём ответа")


def link_sent_to(world: World, phone: str, *, silent_about: list[str]) -> str:
    """The link of the message, which names neither child nor policy."""
    text = wait_for(
        lambda: next((one for one in world.texts_to(phone) if "/family/link/" in one), ""), f"a link sent to {phone}"
    )
    for hidden in silent_about:
        assert hidden not in text, text
    return str(re.search(r"http\S+", text)[0])


def tells_of_the_child(person: Person, child: Client, *, number: str) -> None:
    person.types("Дата рождения ребёнка", day(child.born_on))
    person.types("Серия свидетельства о рождении (необязательно)", child.series)
    person.types("Номер свидетельства о рождении", number)
    person.presses("Продолжить")


def accepts(person: Person, child: Client, *, number: str) -> None:
    person.sees("Полис ребёнка", told=number)
    person.is_told(child.full_name)
    person.presses("Принять")
    person.sees("Главная", told=number)


def ends_the_access(person: Person) -> None:
    person.opens("/cabinet/family/")
    person.sees("Семья", told="Доступ открыт")
    person.follows(re.compile("^Закрыть доступ"))
    person.sees("Закрыть доступ второму родителю?")
    person.presses("Закрыть доступ")
    person.sees("Семья", told="Сейчас полис видите только вы.")
