"""Whether the desk may put a policy into an account (docs/rules/linking.md). Pure: what is known comes in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from doctorlike.kit.spelling import fold
from doctorlike.policies.rules import LinkRole, is_child, role_for


class DeskFit(StrEnum):
    """How an account and a policy stand to each other. Only `FITS` and `OTHER_NAME` can be linked."""

    HERE = "here"  # it stands in that account already
    NO_PROFILE = "no_profile"  # the account does not say who its holder is
    FITS = "fits"
    OTHER_NAME = "other_name"  # the birth date fits, the name does not: changed, or somebody else's account
    PAYS_ONLY = "pays_only"  # the policyholder of somebody grown up: sees contract and payments without a link
    OTHER_CHILD = "other_child"  # a child's policy belongs in the policyholder's account alone
    OTHER_PERSON = "other_person"


@dataclass(frozen=True, slots=True)
class Named:
    """A human being by what contracts and accounts both know of them."""

    surname: str
    given_name: str
    patronymic: str
    born_on: date

    def is_called(self, other: Named) -> bool:
        """Ё is Е, capitals do not matter; a patronymic counts where both have one."""
        if fold(self.surname) != fold(other.surname) or fold(self.given_name) != fold(other.given_name):
            return False
        return not (self.patronymic and other.patronymic) or fold(self.patronymic) == fold(other.patronymic)


@dataclass(frozen=True, slots=True)
class DeskMatch:
    """`role` is what the policy would stand there as; None where it cannot."""

    fit: DeskFit
    role: LinkRole | None

    @property
    def can_link(self) -> bool:
        return self.role is not None and self.fit in (DeskFit.FITS, DeskFit.OTHER_NAME)


def desk_match(
    *, holder: Named | None, insured: Named, policyholder: Named, stands_here: bool, on: date, child_age: int
) -> DeskMatch:
    """The same roles as every other way of linking gives (`role_for`); the desk, which has no code from a phone, looks
    at the name too."""
    if stands_here:
        return DeskMatch(DeskFit.HERE, None)
    if holder is None:
        return DeskMatch(DeskFit.NO_PROFILE, None)
    role = role_for(
        holder_born_on=holder.born_on,
        insured_born_on=insured.born_on,
        policyholder_born_on=policyholder.born_on,
        on=on,
        child_age=child_age,
    )
    if role is not None:
        owner = insured if role is LinkRole.SELF else policyholder
        return DeskMatch(DeskFit.FITS if holder.is_called(owner) else DeskFit.OTHER_NAME, role)
    if is_child(born_on=insured.born_on, on=on, child_age=child_age):
        return DeskMatch(DeskFit.OTHER_CHILD, None)
    pays = holder.born_on == policyholder.born_on and holder.is_called(policyholder)
    return DeskMatch(DeskFit.PAYS_ONLY if pays else DeskFit.OTHER_PERSON, None)


# Letters of both alphabets that look the same, and the Roman figures people type in another way.
_ALIKE = str.maketrans("АВЕІКМНОРСТУХ|1LV", "ABEIKMHOPCTYXIIIY")
_GAPS = re.compile(r"[\s\-‐‑–—№./]+")


def states_document(*, series: str, number: str, kept: Mapping[str, Any]) -> bool:
    """Whether somebody named the document that a contract has, however it was written down."""
    told, known = _plain(series + number), _plain(f"{kept.get('series', '')}{kept.get('number', '')}")
    return bool(kept.get("number")) and told == known


def _plain(text: str) -> str:
    return _GAPS.sub("", text).upper().translate(_ALIKE)
