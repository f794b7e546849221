"""What may stand in a conclusion made at a distance, how drafts of several devices meet, and how long a link to a
conclusion serves (docs/rules/telemedicine-conclusions.md)."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from doctorlike.telemed.errors import (
    DiagnosisNotEarlierError,
    EmptyConclusionError,
    UnknownDiagnosisError,
    UnplacedDiagnosisError,
    WrongShareDaysError,
)

# Letters at most of each part of a draft; parts of a conclusion by the names that forms use.
PARTS: Mapping[str, int] = {
    "complaints": 4000,
    "history": 4000,
    "recommendations": 8000,
    "diagnosis_code": 100,  # until a code is found, the words it is looked for by
    "diagnosis_on": 10,
    "diagnosis_where": 200,
    "referral": 40,
    "referral_words": 400,
}
MOST_NOTE_LETTERS = 4000
TEMPLATE_PARTS = ("complaints", "history", "recommendations")
SHARE_DAYS = (1, 7, 30)
# A class («J06») or a subclass («J06.9») is a diagnosis; a chapter («X») and a block («J00-J06») are not.
_DIAGNOSIS = re.compile(r"[A-Z]\d\d(\.\d{1,3})?")
# Cyrillic letters that look like those of the classification.
_LATIN = str.maketrans("АВСЕНКМОРТХУ", "ABCEHKMOPTXY")


class IdentifiedBy(StrEnum):
    """How the person at the patient's end was identified (order 193н asks for it)."""

    ESIA = "esia"  # the account was joined with «Госуслуги», where identity was shown in person
    ACCOUNT = "account"  # the insurer's own sign-in: a confirmed phone or address


@dataclass(frozen=True, slots=True)
class KnownCode:
    """A line of the classification."""

    code: str
    name: str
    is_actual: bool


@dataclass(frozen=True, slots=True)
class EarlierDiagnosis:
    """A diagnosis that a doctor made before, in person: the only kind that stands in a conclusion at a distance."""

    code: str
    name: str
    made_on: date
    where: str


def clean_parts(told: Mapping[str, str]) -> dict[str, str]:
    """Every part of a draft as it is kept: known names only, cut to their length."""
    return {name: told.get(name, "").replace("\x00", "").strip()[:most] for name, most in PARTS.items()}


def normal_code(text: str) -> str:
    """A code as it is written in the classification, from what was typed: «ж» stays foreign, «а 09,0» is A09.0."""
    return text.strip().upper().translate(_LATIN).replace(" ", "").replace(",", ".")


def is_diagnosis(code: str) -> bool:
    return _DIAGNOSIS.fullmatch(code) is not None


def earlier_diagnosis(
    known: KnownCode | None, *, made_on: date | None, where: str, today: date, born_on: date
) -> EarlierDiagnosis:
    """UnknownDiagnosisError for a code that is no diagnosis in force, DiagnosisNotEarlierError unless it was made on a
    day before today in the patient's life, UnplacedDiagnosisError unless a clinic or a doctor is named."""
    if known is None or not known.is_actual or not is_diagnosis(known.code):
        raise UnknownDiagnosisError
    if made_on is None or not born_on <= made_on < today:
        raise DiagnosisNotEarlierError
    if not where.strip():
        raise UnplacedDiagnosisError
    return EarlierDiagnosis(known.code, known.name, made_on, where.strip())


def check_words(*, complaints: str, recommendations: str) -> None:
    """EmptyConclusionError for a conclusion that says nothing to the patient."""
    if not complaints.strip() or not recommendations.strip():
        raise EmptyConclusionError


def with_template(parts: Mapping[str, str], template: Mapping[str, str]) -> dict[str, str]:
    """A draft with a template put into it: behind what is written already, never instead of it; a part that stands in
    the draft word for word is not repeated."""
    filled = dict(parts)
    for name in TEMPLATE_PARTS:
        mine, added = parts.get(name, ""), template.get(name, "").strip()
        if added and added not in mine:
            filled[name] = f"{mine}\n{added}".strip()
    return clean_parts(filled)


def new_secret() -> tuple[str, str]:
    """The secret of a link and the digest that is kept of it."""
    secret = secrets.token_urlsafe(24)
    return secret, digest(secret)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def share_ends(at: datetime, days: int) -> datetime:
    """WrongShareDaysError for a number of days that nobody may choose."""
    if days not in SHARE_DAYS:
        raise WrongShareDaysError
    return at + timedelta(days=days)


def share_serves(*, ends_at: datetime, revoked_at: datetime | None, at: datetime) -> bool:
    return revoked_at is None and at < ends_at


def says(texts: Sequence[str], asked: str) -> bool:
    """Whether every word that is looked for stands somewhere in the texts, in any case, «ё» as «е»."""
    said = _plain(" ".join(texts))
    return all(word in said for word in _plain(asked).split())


def _plain(text: str) -> str:
    return text.casefold().replace("ё", "е")
