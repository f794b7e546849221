"""What a row of the list says once it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from doctorlike.kit.dates import Period
from doctorlike.kit.money import Money


class Outcome(StrEnum):
    """What becomes of a row; each row has exactly one."""

    NEW = "new"
    SAME = "same"  # the policy is here and the row says nothing else of it
    DIFFERS = "differs"  # the policy is here and the row says something else: nothing is written
    REPEATED = "repeated"  # word for word another row of the file
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong with a row or worth knowing of it; `column` by its key, empty for the row as a whole. It tells no
    personal data: reports are kept and sent."""

    column: str
    text: str


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """`identity` as the shop keeps it with a person, only what the list tells. `phone` (E.164) and `email`
    (lower-case) are empty when the list has none."""

    surname: str
    given_name: str
    patronymic: str
    born_on: date
    sex: str
    identity: Mapping[str, Any]
    phone: str
    email: str

    def is_named_as(self, other: ListedPerson) -> bool:
        """The same human being, as a contract tells people apart: by name and birth date."""
        mine = (self.surname, self.given_name, self.patronymic)
        theirs = (other.surname, other.given_name, other.patronymic)
        return [one.casefold() for one in mine] == [one.casefold() for one in theirs] and self.born_on == other.born_on


@dataclass(frozen=True, slots=True)
class ListedPolicy:
    """A row that can be stored. `insured` is None when the policyholder insures themselves. `own_contacts`: the insured
    is reached by contacts of their own, the policyholder by those of the contract. `version_told`: the list names the
    version itself; otherwise it is the one sold on the day of conclusion."""

    number: str
    version_id: UUID
    version_told: bool
    programme: str
    scope: str
    copay_percent: int
    period: Period
    concluded_on: date
    premium: Money
    policyholder: ListedPerson
    insured: ListedPerson | None
    own_contacts: bool
    remarks: tuple[Remark, ...] = ()

    @property
    def contacts(self) -> tuple[str, str]:
        """Phone and e-mail address of the policy itself."""
        reached = self.insured if self.insured is not None and self.own_contacts else self.policyholder
        return reached.phone, reached.email
