"""Identity documents: the Russian passport and birth certificate, and those of other states (docs/rules/people.md).

A check of a whole document returns what is wrong by field name, so that a form can show all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from doctorlike.accounts.errors import (
    BornInFutureError,
    BornTooLongAgoError,
    CertificateNumberError,
    CertificateSeriesError,
    DivisionCodeError,
    IssuedBeforeBirthError,
    IssuedBeforeFourteenError,
    IssuedInFutureError,
    NoPassportYetError,
    PassportDueError,
    PassportExpiredError,
    PassportNumberError,
    PassportSeriesError,
    SovietPassportError,
)
from doctorlike.kit.dates import birthday
from doctorlike.kit.errors import DomainError

Problems = dict[str, DomainError]

PASSPORT_AGE = 14
RENEWAL_AGES = (20, 45)
RENEWAL_DAYS = 90
OLDEST_AGE = 120
# Government decree 828 of 8 July 1997: passports of the Russian Federation are issued from this day on.
FIRST_PASSPORTS_ON = date(1997, 10, 1)


class DocumentKind(StrEnum):
    PASSPORT = "passport"
    BIRTH_CERTIFICATE = "birth_certificate"
    FOREIGN = "foreign"  # another state's passport or certificate, or a residence permit


_GAPS = re.compile(r"[\s\-‐‑–—№]+")
# What people type instead of Roman figures, and Latin letters instead of the Cyrillic ones beside them.
_ROMAN = str.maketrans({"І": "I", "1": "I", "L": "I", "|": "I", "Х": "X", "У": "V"})
_CYRILLIC = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
_CERTIFICATE = re.compile(r"(?P<figures>X{0,3}(?:IX|IV|V?I{0,3}))(?P<letters>[А-ЯЁ]{2})")


def check_birth_date(born_on: date, *, on: date) -> None:
    """BornInFutureError or BornTooLongAgoError (more than 120 years) on that day."""
    if born_on > on:
        raise BornInFutureError
    if birthday(born_on, OLDEST_AGE) <= on:
        raise BornTooLongAgoError


def check_document_kind(kind: DocumentKind, *, born_on: date, on: date) -> None:
    """Whether a person of that age shows such a document on the day `on`: a birth certificate before the 14th birthday
    and 90 days after it, in which the first passport is made; a passport from that birthday on; another state's
    document at any age. PassportDueError, NoPassportYetError."""
    grown_on = birthday(born_on, PASSPORT_AGE)
    last_day = grown_on + timedelta(days=RENEWAL_DAYS)
    if kind is DocumentKind.BIRTH_CERTIFICATE and on > last_day:
        raise PassportDueError(until=f"{last_day:%d.%m.%Y}")
    if kind is DocumentKind.PASSPORT and on < grown_on:
        raise NoPassportYetError


def tidy_passport_series(text: str) -> str:
    """Four figures («4508») of a series typed with any gaps; PassportSeriesError."""
    return _figures(text, 4, PassportSeriesError)


def tidy_passport_number(text: str) -> str:
    """Six figures; PassportNumberError."""
    return _figures(text, 6, PassportNumberError)


def tidy_division_code(text: str) -> str:
    """«770-001»; DivisionCodeError."""
    figures = _figures(text, 6, DivisionCodeError)
    return f"{figures[:3]}-{figures[3:]}"


def tidy_certificate_series(text: str) -> str:
    """«IV-МЮ»: Roman figures and two Cyrillic capitals; figures typed as Cyrillic look-alikes are put right.
    CertificateSeriesError."""
    typed = _GAPS.sub("", text).upper()
    figures, letters = typed[:-2].translate(_ROMAN), typed[-2:].translate(_CYRILLIC)
    found = _CERTIFICATE.fullmatch(figures + letters)
    if not found or not figures:
        raise CertificateSeriesError
    return f"{figures}-{letters}"


def tidy_certificate_number(text: str) -> str:
    """Six figures; CertificateNumberError."""
    return _figures(text, 6, CertificateNumberError)


def check_passport(
    *, series: str, number: str, issued_on: date | None, born_on: date | None, on: date, division_code: str = ""
) -> Problems:
    """What is wrong with a Russian passport on the day `on`, by field; empty when it is valid. A date that is None
    (not readable in the form) is not looked at; a division code only when given."""
    problems = _texts({"series": (tidy_passport_series, series), "number": (tidy_passport_number, number)})
    if division_code:
        problems |= _texts({"division_code": (tidy_division_code, division_code)})
    if issued_on and born_on and (late := _passport_dates(issued_on, born_on, on)):
        problems["issued_on"] = late
    return problems


def check_birth_certificate(
    *, series: str, number: str, issued_on: date | None, born_on: date | None, on: date
) -> Problems:
    """What is wrong with a birth certificate on the day `on`, by field; empty when nothing is."""
    problems = _texts({"series": (tidy_certificate_series, series), "number": (tidy_certificate_number, number)})
    if issued_on and issued_on > on:
        problems["issued_on"] = IssuedInFutureError()
    elif issued_on and born_on and issued_on < born_on:
        problems["issued_on"] = IssuedBeforeBirthError()
    return problems


def passport_valid_through(*, issued_on: date, born_on: date) -> date | None:
    """The last day of a passport issued then: 90 days after the 20th or 45th birthday that followed; None when no
    renewal comes any more."""
    age = _renewal_age(issued_on, born_on)
    return birthday(born_on, age) + timedelta(days=RENEWAL_DAYS) if age else None


def _renewal_age(issued_on: date, born_on: date) -> int | None:
    return next((age for age in RENEWAL_AGES if issued_on < birthday(born_on, age)), None)


def _passport_dates(issued_on: date, born_on: date, on: date) -> DomainError | None:
    if issued_on > on:
        return IssuedInFutureError()
    if issued_on < birthday(born_on, PASSPORT_AGE):
        return IssuedBeforeFourteenError()
    if issued_on < FIRST_PASSPORTS_ON:
        return SovietPassportError()
    last_day = passport_valid_through(issued_on=issued_on, born_on=born_on)
    if last_day and last_day < on:
        return PassportExpiredError(age=_renewal_age(issued_on, born_on), until=f"{last_day:%d.%m.%Y}")
    return None


def _figures(text: str, count: int, refusal: type[DomainError]) -> str:
    figures = _GAPS.sub("", text)
    if not re.fullmatch(rf"[0-9]{{{count}}}", figures):
        raise refusal
    return figures


def _texts(checks: Mapping[str, tuple[Callable[[str], str], str]]) -> Problems:
    problems: Problems = {}
    for field, (tidy, typed) in checks.items():
        try:
            tidy(typed)
        except DomainError as refusal:
            problems[field] = refusal
    return problems
