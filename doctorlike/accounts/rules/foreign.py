"""Identity documents of other states, as a Russian insurer's register needs them (docs/rules/people.md)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from doctorlike.accounts.errors import (
    CitizenshipMissingError,
    CitizenshipRussianError,
    DocumentExpiredError,
    ForeignNumberError,
    ForeignSeriesError,
    IssuedBeforeBirthError,
    IssuedInFutureError,
    LatinNameError,
    MixedLettersError,
    ValidBeforeIssuedError,
)
from doctorlike.accounts.rules.documents import PASSPORT_AGE, Problems
from doctorlike.accounts.rules.names import check_latin_name
from doctorlike.kit.dates import full_years
from doctorlike.kit.errors import DomainError

RUSSIA = "RU"
# The code that machine-readable documents use for a stateless person (ICAO 9303, part 3).
STATELESS = "XXA"
_GAPS = re.compile(r"[\s\-‐‑–—№./]+")
_LONGEST_NUMBER, _SHORTEST_NUMBER, _LONGEST_SERIES = 20, 3, 10


def tidy_foreign_number(text: str) -> str:
    """3 to 20 figures and capital letters of one alphabet, gaps left out. ForeignNumberError, MixedLettersError."""
    number = _capitals(text)
    if not _SHORTEST_NUMBER <= len(number) <= _LONGEST_NUMBER or not any(sign.isdecimal() for sign in number):
        raise ForeignNumberError
    return _plain(number, ForeignNumberError)


def tidy_foreign_series(text: str) -> str:
    """Up to ten figures and capital letters, empty when the document has none. ForeignSeriesError,
    MixedLettersError."""
    series = _capitals(text)
    if len(series) > _LONGEST_SERIES:
        raise ForeignSeriesError
    return _plain(series, ForeignSeriesError)


def check_foreign_document(
    *,
    series: str,
    number: str,
    latin_name: str,
    citizenship: str,
    issued_on: date | None,
    valid_until: date | None,
    born_on: date | None,
    on: date,
) -> Problems:
    """What is wrong with another state's document on the day `on`, by field; empty when nothing is. `citizenship` is an
    ISO 3166-1 code of two letters or `STATELESS`; the name in Latin letters may be missing for a child under 14, whose
    certificate may have none; `valid_until` (the last day) is None for a document without a term. Dates that are None
    are not looked at."""
    problems: Problems = {}
    for field, tidy, typed in (("series", tidy_foreign_series, series), ("number", tidy_foreign_number, number)):
        try:
            tidy(typed)
        except DomainError as refusal:
            problems[field] = refusal
    if wrong := _name_problem(latin_name, born_on, on):
        problems["latin_name"] = wrong
    if not citizenship:
        problems["citizenship"] = CitizenshipMissingError()
    elif citizenship == RUSSIA:
        problems["citizenship"] = CitizenshipRussianError()
    if issued_on and issued_on > on:
        problems["issued_on"] = IssuedInFutureError()
    elif issued_on and born_on and issued_on < born_on:
        problems["issued_on"] = IssuedBeforeBirthError()
    if valid_until and issued_on and valid_until < issued_on:
        problems["valid_until"] = ValidBeforeIssuedError()
    elif valid_until and valid_until < on:
        problems["valid_until"] = DocumentExpiredError(until=f"{valid_until:%d.%m.%Y}")
    return problems


def _name_problem(latin_name: str, born_on: date | None, on: date) -> DomainError | None:
    if not latin_name.strip():
        child = born_on is not None and full_years(born_on, on) < PASSPORT_AGE
        return None if child else LatinNameError()
    try:
        check_latin_name(latin_name)
    except DomainError as refusal:
        return refusal
    return None


def _capitals(text: str) -> str:
    return _GAPS.sub("", unicodedata.normalize("NFC", text)).upper()


def _plain(text: str, refusal: type[DomainError]) -> str:
    if not re.fullmatch(r"[0-9A-ZА-ЯЁ]*", text):
        raise refusal
    latin, russian = re.findall(r"[A-Z]", text), re.findall(r"[А-ЯЁ]", text)
    if latin and russian:
        fewer = min(latin, russian, key=len)
        raise MixedLettersError(signs="".join(dict.fromkeys(fewer)))
    return text
