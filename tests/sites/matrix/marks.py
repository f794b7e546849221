"""By what one recognises that something is somebody's, wherever it stands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from tests.sites.matrix.belongings import PERCENT, Things


class Kind(Enum):
    PERSON = "name, contacts, policy number"
    MONEY = "amounts"
    MEDICAL = "anything medical"
    IDS = "ids of what is theirs"


Marks = Mapping[Kind, tuple[str, ...]]


def marks_of(things: Things) -> Marks:
    """`IDS` are of what stands in addresses. Each mark is read by its owner somewhere, or it would prove nothing."""
    who, price = things.owner.who, things.owner.price
    amounts = (price, price.share(PERCENT), things.owner.premium)
    digits = who.phone.removeprefix("+7")
    return {
        Kind.PERSON: (
            who.surname,
            who.phone,
            f"{digits[:3]} {digits[3:6]}-{digits[6:8]}-{digits[8:]}",
            who.email,
            things.policy.number,
        ),
        Kind.MONEY: tuple(f"{amount.amount:,}".replace(",", " ").replace(".", ",") for amount in amounts),
        Kind.MEDICAL: (things.owner.secret,),
    }


def read_in(text: str, marks: Marks) -> set[Kind]:
    low = text.casefold()
    return {kind for kind, words in marks.items() if any(word.casefold() in low for word in words)}
