"""Who somebody is by «Госуслуги» (ЕСИА), and when that is the person of an account (docs/rules/sign-in.md)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from doctorlike.accounts.rules.contacts import Contact

CODE = "esia"
# Between coming back from there and entering the code of the contact.
STEPS_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Citizen:
    """`oid` is ЕСИА's own number of the person, never reused. `trusted`: identity was shown in person. `contacts` are
    those that were verified there at some time, the phone first: whose they are today is not told."""

    oid: str
    trusted: bool
    surname: str
    given_name: str
    patronymic: str
    born_on: date
    sex: str
    contacts: tuple[Contact, ...]


class Way(StrEnum):
    """What follows after coming back."""

    ENTER = "enter"  # known from before
    PROVE_CONTACT = "prove_contact"  # the first time: a code to the contact opens or joins the account that has it
    UNTRUSTED = "untrusted"
    NO_CONTACT = "no_contact"


def way(citizen: Citizen, *, known: bool) -> Way:
    """An account that lost its confirmation lets nobody in, known or not."""
    if not citizen.trusted:
        return Way.UNTRUSTED
    if known:
        return Way.ENTER
    return Way.PROVE_CONTACT if citizen.contacts else Way.NO_CONTACT


@dataclass(frozen=True, slots=True)
class Named:
    """How an account's profile names its person."""

    surname: str
    given_name: str
    patronymic: str
    born_on: date


def same_person(citizen: Citizen, named: Named) -> bool:
    """Surname, given name and birth date are equal, the patronymic where both tell one. «Ё» and «е» are one letter."""
    told = [(citizen.surname, named.surname), (citizen.given_name, named.given_name)]
    if citizen.patronymic and named.patronymic:
        told.append((citizen.patronymic, named.patronymic))
    return citizen.born_on == named.born_on and all(_bare(one) == _bare(other) for one, other in told)


def may_join(citizen: Citizen, *, named: Named | None, joined: Collection[str], at_work: bool) -> bool:
    """Whether the account whose contact was just proven may be entered by «Госуслуги» from now on. `joined` are
    numbers (digests) it is entered by already: one account, one person. Nobody's work access hangs on it."""
    return not at_work and not joined and (named is None or same_person(citizen, named))


def _bare(name: str) -> str:
    return " ".join(name.casefold().replace("ё", "е").split())
