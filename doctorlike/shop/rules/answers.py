"""What people answered on the way to a policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from doctorlike.accounts.rules import RUSSIA

ADULT_AGE = 18
MOST_INSURED = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """The variant chosen in the calculator; the same for everybody insured by the order."""

    programme: str
    scope: str
    copay_percent: int


@dataclass(frozen=True, slots=True)
class Answers:
    """One person, as the contract needs them. `document_kind` is a value of `accounts.rules.DocumentKind`;
    `division_code` is empty but for a passport. The last three are told by another state's document alone: ISO code of
    the citizenship, the name in Latin letters, the last valid day if there is one."""

    surname: str
    given_name: str
    patronymic: str
    sex: str
    born_on: date
    birth_place: str
    document_kind: str
    series: str
    number: str
    issued_on: date
    issuer: str
    division_code: str
    registration: str
    residence: str
    citizenship: str = RUSSIA
    latin_name: str = ""
    valid_until: date | None = None

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, (self.surname, self.given_name, self.patronymic)))

    def same_person(self, other: Answers) -> bool:
        names = self.full_name.casefold() == other.full_name.casefold()
        return names and self.born_on == other.born_on

    def same_document(self, other: Answers) -> bool:
        return (self.document_kind, self.citizenship, self.series, self.number) == (
            other.document_kind,
            other.citizenship,
            other.series,
            other.number,
        )

    def identity(self) -> dict[str, Any]:
        """The part that is kept encrypted with the person."""
        told = _written(self)
        return {key: told[key] for key in _IDENTITY}


_IDENTITY = (
    "birth_place", "document_kind", "series", "number", "issued_on", "issuer", "division_code", "registration",
    "residence", "citizenship", "latin_name", "valid_until",
)  # fmt: skip

_DAYS = ("born_on", "issued_on", "valid_until")


@dataclass(frozen=True, slots=True)
class Policyholder:
    """Who concludes and pays for the contract. `phone` is E.164, `email` lower-case."""

    person: Answers
    phone: str
    email: str
    is_insured: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """All answers of an order so far. `unfinished` holds what was typed on a page that cannot be accepted yet, by the
    page's name and as it was typed: it is shown again, and never part of a contract."""

    starts_on: date | None = None
    policyholder: Policyholder | None = None
    others: tuple[Answers, ...] = ()
    unfinished: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def insured(self) -> tuple[Answers, ...]:
        """Everybody who gets a policy, the policyholder first."""
        own = (self.policyholder.person,) if self.policyholder and self.policyholder.is_insured else ()
        return own + self.others

    def with_policyholder(self, policyholder: Policyholder, starts_on: date) -> Draft:
        return replace(self, policyholder=policyholder, starts_on=starts_on)

    def with_other(self, index: int, person: Answers) -> Draft:
        """Another insured put at `index` (0…), or added when `index` is one past the last; IndexError beyond."""
        if not 0 <= index <= len(self.others):
            raise IndexError(index)
        return replace(self, others=(*self.others[:index], person, *self.others[index + 1 :]))

    def without_other(self, index: int) -> Draft:
        return replace(self, others=tuple(one for at, one in enumerate(self.others) if at != index))

    def with_unfinished(self, page: str, typed: Mapping[str, str]) -> Draft:
        """Nothing typed takes the page's entry away."""
        rest = {name: kept for name, kept in self.unfinished.items() if name != page}
        return replace(self, unfinished={**rest, page: dict(typed)} if typed else rest)


def write_draft(draft: Draft) -> dict[str, Any]:
    """The JSON that `read_draft` reads back."""
    holder = draft.policyholder
    return {
        "starts_on": draft.starts_on.isoformat() if draft.starts_on else None,
        "policyholder": holder
        and {
            "person": _written(holder.person),
            "phone": holder.phone,
            "email": holder.email,
            "is_insured": holder.is_insured,
        },
        "others": [_written(one) for one in draft.others],
        "unfinished": {page: dict(typed) for page, typed in draft.unfinished.items()},
    }


def read_draft(written: Mapping[str, Any]) -> Draft:
    starts_on, holder = written.get("starts_on"), written.get("policyholder")
    return Draft(
        starts_on=date.fromisoformat(starts_on) if starts_on else None,
        policyholder=Policyholder(**{**holder, "person": _read(holder["person"])}) if holder else None,
        others=tuple(_read(one) for one in written.get("others", ())),
        unfinished=written.get("unfinished", {}),
    )


def _written(person: Answers) -> dict[str, Any]:
    return {key: one.isoformat() if isinstance(one, date) else one for key, one in asdict(person).items()}


def _read(written: Mapping[str, Any]) -> Answers:
    days = {key: date.fromisoformat(written[key]) for key in _DAYS if written.get(key)}
    return Answers(**{**written, **days})
