"""A line the client does not agree with, before and after it was charged."""

from __future__ import annotations

import re

from tests.journeys.person import Person

PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def opens_the_form(person: Person, visit: str, service: str, *, says: str) -> None:
    person.opens(visit)
    person.sees(re.compile("^Визит "), told=service)
    line = person.page.locator("section.card").filter(has_text=service)
    person.follows(re.compile(f"^{says}"), within=line)
    person.sees("Что не так с услугой", told=service)


def forgets_to_tell(person: Person) -> None:
    person.presses("Отправить")
    person.sees("Что не так с услугой", told="Проверьте одно поле")


def tells(person: Person, words: str, *, heading: str, told: str) -> str:
    """With a paper; returns the address of what was sent."""
    person.types("Расскажите, как было на самом деле", words)
    person.attaches("Снимки или документы", "выписка.pdf", PAPER)
    person.presses("Отправить")
    person.sees(heading, told=told)
    person.is_told("выписка.pdf")
    return person.page.url


def desk_answers(person: Person, number: str, *, service: str, rights: bool, answer: str) -> None:
    """From the queue, having read the paper. A decision without a reason is not sent."""
    person.opens(person.world.address("staff") + "/desk/disputes/")
    person.sees("Обращения", told=number)
    person.follows("Я не получал эту услугу", within=person.page.get_by_role("row").filter(has_text=number))
    person.sees("Я не получал эту услугу", told=service)
    assert person.downloads(person.address_of("выписка.pdf")) == PAPER
    person.presses("Отправить ответ")
    person.sees("Я не получал эту услугу", told="Проверьте поля: 2")
    person.chooses(re.compile("^Клиент прав" if rights else "^Отказать"))
    person.types("Ответ клиенту", answer)
    person.presses("Отправить ответ")
    person.sees(re.compile("^Обращения$|^Я не получал эту услугу$"))


def complains(person: Person, dispute: str, *, answer: str) -> None:
    """Of a rejection: with a number, to somebody else."""
    person.opens(dispute)
    person.sees("Я не получал эту услугу", told=answer)
    person.is_told("Отказано")
    person.follows("Подать претензию")
    person.sees("Претензия", told=answer)
    person.types("С чем вы не согласны", "Подпись в карте не моя")
    person.presses("Подать претензию")
    person.sees("Я не получал эту услугу", told=re.compile(r"^Претензия № \d{4}-\d{6}$"))


def whoever_refused_does_not_answer_again(person: Person, number: str) -> None:
    person.opens(person.world.address("staff") + "/desk/disputes/")
    person.sees("Обращения", told=re.compile("^Претензия №"))
    person.follows("Я не получал эту услугу", within=person.page.get_by_role("row").filter(has_text=number))
    person.sees("Я не получал эту услугу", told="Ответит другой сотрудник")


def desk_waits_for_a_second_person(person: Person, *, amount: str) -> None:
    """The refund that the answer asked for is not whoever answered's to decide."""
    person.opens(person.world.address("staff") + "/desk/refunds/")
    person.sees("Возвраты", told=amount)
    assert not person.page.get_by_role("link", name="Согласиться").count()


def reads_the_answer(person: Person, dispute: str, *, answer: str, told: str | re.Pattern[str]) -> None:
    person.opens(dispute)
    person.sees("Я не получал эту услугу", told=answer)
    person.is_told(told)
