"""What people answered on the way to a policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from doctorlike.accounts.rules import DocumentKind
from doctorlike.kit.dates import full_years

ADULT_AGE = 18
PASSPORT_FROM_AGE = 14
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
    `division_code` is empty for a birth certificate."""

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

    @property
    def full_name(self) -> str:
        return " ".join(filter(None, (self.surname, self.given_name, self.patronymic)))

    def same_person(self, other: Answers) -> bool:
        names = self.full_name.casefold() == other.full_name.casefold()
        return names and self.born_on == other.born_on

    def identity(self) -> dict[str, Any]:
        """The part that is kept encrypted with the person."""
        told = _written(self)
        return {key: told[key] for key in _IDENTITY}


_IDENTITY = (
    "birth_place", "document_kind", "series", "number", "issued_on", "issuer", "division_code", "registration",
    "residence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Policyholder:
    """Who concludes and pays for the contract. `phone` is E.164, `email` lower-case."""

    person: Answers
    phone: str
    email: str
    is_insured: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """All answers of an order so far."""

    starts_on: date | None = None
    policyholder: Policyholder | None = None
    others: tuple[Answers, ...] = ()

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
    }


def read_draft(written: Mapping[str, Any]) -> Draft:
    starts_on, holder = written.get("starts_on"), written.get("policyholder")
    return Draft(
        starts_on=date.fromisoformat(starts_on) if starts_on else None,
        policyholder=Policyholder(**{**holder, "person": _read(holder["person"])}) if holder else None,
        others=tuple(_read(one) for one in written.get("others", ())),
    )


def required_document(born_on: date, on: date) -> DocumentKind:
    """A passport from the 14th birthday on, a birth certificate before."""
    grown = full_years(born_on, on) >= PASSPORT_FROM_AGE
    return DocumentKind.PASSPORT if grown else DocumentKind.BIRTH_CERTIFICATE


def _written(person: Answers) -> dict[str, Any]:
    return {key: one.isoformat() if isinstance(one, date) else one for key, one in asdict(person).items()}


def _read(written: Mapping[str, Any]) -> Answers:
    days = {key: date.fromisoformat(written[key]) for key in ("born_on", "issued_on")}
    return Answers(**{**written, **days})
