"""The policy in the account: by itself when phone and birth date are the insured's, else by number and code."""

from __future__ import annotations

import re

from tests.journeys import pdf
from tests.journeys.person import Person


def finds_the_policy(person: Person, number: str) -> str:
    """It is there without being asked for; returns the policy's id in addresses."""
    person.sees("Главная", told=number)
    person.is_told("Франшизная программа")
    address = person.page.get_by_role("link", name="Франшизная программа").get_attribute("href")
    assert address is not None
    return address.split("/")[-3]


def finds_the_papers(person: Person, number: str) -> str:
    """The documents sent by e-mail lie in the account too, signed; returns the address of one."""
    person.opens("/cabinet/")
    person.sees("Главная")
    person.follows("Документы")
    person.sees("Документы", told=f"Полис {number}")
    conditions = person.downloads(person.address_of(re.compile("^Условия страхования")))
    assert pdf.is_signed(conditions), "the conditions, the same for every policy sold on them"
    for title in (f"Полис {number}", f"Памятка к полису {number}"):
        address = person.address_of(title)
        content = person.downloads(address)
        assert pdf.is_signed(content), title
        assert number in pdf.words(content), title
    return address
