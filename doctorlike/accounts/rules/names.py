"""Names as Russian documents write them: Cyrillic letters, space, hyphen, apostrophe (docs/rules/people.md)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from doctorlike.accounts.errors import (
    CyrillicInLatinNameError,
    DigitsInNameError,
    EmptyNameError,
    ForeignLettersError,
    LatinNameError,
    LongNameError,
    SignsInNameError,
    WrongNameError,
)

LONGEST_NAME = 100
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´′＇", "'"))
_HYPHENS = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
# What a copied text carries along unseen: soft hyphens, joiners, marks of direction.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
_PART = re.compile(r"[^ '\-]+")
_WRITTEN = re.compile(r"[^ '\-]+([ '\-][^ '\-]+)*")
# Parts of Turkic patronymics that documents write small, unless they begin the name.
_SMALL_PARTS = frozenset({"оглы", "оглу", "кызы", "гызы", "угли", "улы"})


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
    if not _WRITTEN.fullmatch(name):
        raise WrongNameError
    return name


def check_latin_name(text: str) -> str:
    """Surname and given names as another state's document writes them in Latin letters, tidied; letters with marks
    («É», «ß») are letters of it. LatinNameError, CyrillicInLatinNameError with the letters, LongNameError."""
    name = _unified(text)
    if cyrillic := _those(name, lambda sign: sign.isalpha() and not _is_of("LATIN", sign)):
        raise CyrillicInLatinNameError(signs=cyrillic)
    if len(name) > LONGEST_NAME:
        raise LongNameError(most=LONGEST_NAME)
    if not _WRITTEN.fullmatch(name) or any(not sign.isalpha() and sign not in " '-" for sign in name):
        raise LatinNameError
    return name


def _tidied(text: str) -> str:
    name = _unified(text)
    if name.islower() or (name.isupper() and len(name) > 1):
        name = _PART.sub(_capital, name)
    return name


def _unified(text: str) -> str:
    name = unicodedata.normalize("NFC", text).translate(_UNSEEN).translate(_APOSTROPHES).translate(_HYPHENS)
    return re.sub(r"\s*([-'])\s*", r"\1", re.sub(r"\s+", " ", name)).strip()


def _capital(part: re.Match[str]) -> str:
    word = part[0].lower()
    return word if part.start() and word in _SMALL_PARTS else word.capitalize()


def _is_cyrillic(letter: str) -> bool:
    return _is_of("CYRILLIC", letter)


def _is_of(script: str, letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(script)


def _those(name: str, is_wrong: Callable[[str], bool]) -> str:
    return "".join(dict.fromkeys(sign for sign in name if is_wrong(sign)))
