"""Names as Russian documents write them: Cyrillic letters, space, hyphen, apostrophe (docs/rules/people.md)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from doctorlike.accounts.errors import (
    DigitsInNameError,
    EmptyNameError,
    ForeignLettersError,
    LongNameError,
    SignsInNameError,
    WrongNameError,
)

LONGEST_NAME = 100
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´′＇", "'"))
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_PART = re.compile(r"[^ '\-]+")


def check_name(text: str) -> str:
    """A surname, given name or patronymic, tidied: one kind of apostrophe and hyphen, no spare spaces, capitals put
    right when all letters were typed in one case. Raises a `WrongNameError` that says what to change."""
    name = _tidied(text)
    if not name:
        raise EmptyNameError
    if len(name) > LONGEST_NAME:
        raise LongNameError(most=LONGEST_NAME)
    if digits := _those(name, str.isnumeric):
        raise DigitsInNameError(signs=digits)
    if letters := _those(name, lambda sign: sign.isalpha() and not _is_cyrillic(sign)):
        raise ForeignLettersError(signs=letters)
    if signs := _those(name, lambda sign: not sign.isalpha() and sign not in " '-"):
        raise SignsInNameError(signs=signs)
    if not re.fullmatch(r"[^ '\-]+([ '\-][^ '\-]+)*", name):
        raise WrongNameError
    return name


def _tidied(text: str) -> str:
    name = unicodedata.normalize("NFC", text).translate(_APOSTROPHES).translate(_HYPHENS)
    name = re.sub(r"\s*-\s*", "-", re.sub(r"\s+", " ", name)).strip()
    if name.islower() or (name.isupper() and len(name) > 1):
        name = _PART.sub(lambda part: part[0].capitalize(), name)
    return name


def _is_cyrillic(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("CYRILLIC")


def _those(name: str, is_wrong: Callable[[str], bool]) -> str:
    return "".join(dict.fromkeys(sign for sign in name if is_wrong(sign)))
