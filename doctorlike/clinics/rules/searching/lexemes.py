"""What a clinic is found by: the lexemes of its search entry.

| lexeme | stands for |
|---|---|
| `таганск` | the stem of a word of its name, address, metro, region, kinds of care or services |
| `=семь` | the stem of a word of its name |
| `==здоров семь` | its whole name: the telling stems in alphabetical order |
| `===здоров клиник семь` | the very name: every stem but those of legal forms, in alphabetical order |
| `~таганск` | the stem of a word of its street |
| `@dentist` | a specialty it has, by its price list or its kinds of care |

Beside them stand the marks of `searching.marks`. PostgreSQL keeps them as a `tsvector` and asks them by a `tsquery`.
Bump `MADE_BY` when the same clinic would get other lexemes: entries made by another number are made anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from doctorlike.clinics.rules.searching.words import (
    said_words,
    street_words,
    telling,
    without_legal_forms,
    words_of,
)
from doctorlike.clinics.rules.services import SPECIALTY_BY_SERVICE, CareKind
from doctorlike.kit.spelling import fold, stem

MADE_BY = 4
LONGEST_WORD = 60

_KIND_WORDS = {
    CareKind.DENTAL: "стоматология стоматолог зубной врач",
    CareKind.INPATIENT: "стационар больница госпитализация",
    CareKind.HOME: "вызов врача на дом",
    CareKind.OUTPATIENT: "поликлиника приём врача",
}
_KIND_SPECIALTIES = {CareKind.DENTAL: "dentist"}


@dataclass(frozen=True, slots=True)
class Searchable:
    """A clinic's texts that are searched in. `places` are its town, metro stations and the names of its region;
    `service_names` those of its price list in force."""

    name: str
    address: str
    places: tuple[str, ...] = ()
    care_kinds: tuple[str, ...] = ()
    service_codes: tuple[str, ...] = ()
    service_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lexemes:
    """`vector` is the text of a `tsvector`; `words` are those to be remembered as known."""

    vector: str
    words: frozenset[str]


def lexemes_of(clinic: Searchable) -> Lexemes:
    """Whatever can stand in a clinic's texts, the vector is one that PostgreSQL takes."""
    kinds = [CareKind(kind) for kind in clinic.care_kinds]
    texts = [clinic.name, clinic.address, *clinic.places, *clinic.service_names, *(_KIND_WORDS[kind] for kind in kinds)]
    said = {word for word in words_of(texts) if len(word) <= LONGEST_WORD}
    specialties = {SPECIALTY_BY_SERVICE[code] for code in clinic.service_codes if code in SPECIALTY_BY_SERVICE}
    specialties |= {_KIND_SPECIALTIES[kind] for kind in kinds if kind in _KIND_SPECIALTIES}
    named = [stem(word) for word in said_words(clinic.name) if len(word) <= LONGEST_WORD]
    street = [stem(word) for word in street_words(clinic.address) if len(word) <= LONGEST_WORD]
    lexemes = {stem(word) for word in said} | {f"={one}" for one in named} | {f"@{code}" for code in specialties}
    lexemes |= {f"~{one}" for one in street}
    if named:
        lexemes |= {whole_name(named), very_name(named)}
    return Lexemes(" ".join(f"'{lexeme}'" for lexeme in sorted(lexemes)), frozenset(said))


def whole_name(stems: Iterable[str]) -> str:
    """The lexeme of a whole name, whatever the order its words are said in."""
    return "==" + " ".join(sorted(set(telling(stems, str))))


def very_name(stems: Iterable[str]) -> str:
    """The lexeme of a name with all its words, each as often as it is said."""
    return "===" + " ".join(sorted(without_legal_forms(stems, str)))


def search_text(
    *, name: str, address: str, metro: Iterable[str], care_kinds: Iterable[str], service_codes: Iterable[str] = ()
) -> str:
    """Name, address, metro and what people call the care, folded: where a place is looked up that somebody typed."""
    return fold(" ".join([name, address, *metro, *(_KIND_WORDS[CareKind(kind)] for kind in care_kinds)]))
