"""Who is who for «Госуслуги», and which way in that leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from doctorlike.accounts.rules import Contact
from doctorlike.accounts.rules.esia import Citizen, Named, Way, may_join, same_person, way
from tests.accounts.builders import ANNA_PHONE

CITIZEN = Citizen(
    oid="1000299001",
    trusted=True,
    surname="Серова",
    given_name="Анна",
    patronymic="Викторовна",
    born_on=date(1990, 5, 17),
    sex="female",
    contacts=(Contact("phone", ANNA_PHONE),),
)


class TestRules:
    def test_nobody_without_confirmation_comes_in_known_or_not(self) -> None:
        untrusted = replace(CITIZEN, trusted=False)
        assert [way(untrusted, known=known) for known in (True, False)] == [Way.UNTRUSTED] * 2
        assert way(CITIZEN, known=True) is Way.ENTER
        assert way(CITIZEN, known=False) is Way.PROVE_CONTACT
        assert way(replace(CITIZEN, contacts=()), known=False) is Way.NO_CONTACT
        assert way(replace(CITIZEN, contacts=()), known=True) is Way.ENTER

    @pytest.mark.parametrize(
        ("named", "same"),
        [
            (Named("СЕРОВА", "анна", "", date(1990, 5, 17)), True),
            (Named("Серова", "Анна", "Викторовна", date(1990, 5, 17)), True),
            (Named("Серова", "Анна", "Петровна", date(1990, 5, 17)), False),
            (Named("Серова", "Анна", "Викторовна", date(1990, 5, 18)), False),
            (Named("Петрова", "Анна", "Викторовна", date(1990, 5, 17)), False),
        ],
    )
    def test_who_is_the_same(self, named: Named, same: bool) -> None:
        assert same_person(CITIZEN, named) is same
        assert may_join(CITIZEN, named=named, joined=[], at_work=False) is same

    def test_yo_and_ye_are_one_letter(self) -> None:
        assert same_person(replace(CITIZEN, surname="Семёнова"), Named("Семенова", "Анна", "", CITIZEN.born_on))

    def test_neither_a_joined_account_nor_one_of_somebody_at_work_is_joined(self) -> None:
        assert may_join(CITIZEN, named=None, joined=[], at_work=False)
        assert not may_join(CITIZEN, named=None, joined=["x"], at_work=False)
        assert not may_join(CITIZEN, named=None, joined=[], at_work=True)
