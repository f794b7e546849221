"""The text that a clinic is found by, and the words that a typed query comes down to."""

from __future__ import annotations

from collections.abc import Iterable

from doctorlike.clinics.rules.services import SPECIALTIES, SPECIALTY_BY_SERVICE, CareKind
from doctorlike.kit.spelling import fold, other_layout

_KIND_WORDS = {
    CareKind.DENTAL: "стоматология стоматолог зубной врач",
    CareKind.INPATIENT: "стационар больница госпитализация",
    CareKind.HOME: "вызов врача на дом",
    CareKind.OUTPATIENT: "поликлиника приём врача",
}


def search_text(
    *, name: str, address: str, metro: Iterable[str], care_kinds: Iterable[str], service_codes: Iterable[str] = ()
) -> str:
    """Name, address, metro and what people call the care and the specialties of the services, folded."""
    specialties = [SPECIALTY_BY_SERVICE[code] for code in service_codes if code in SPECIALTY_BY_SERVICE]
    words = [
        name,
        address,
        *metro,
        *(_KIND_WORDS[CareKind(kind)] for kind in care_kinds),
        *(SPECIALTIES[code].words for code in sorted(specialties)),
    ]
    return fold(" ".join(words))


_HARDLY_SAID = frozenset({"г", "ул", "д", "м", "метро", "в", "на", "и", "у", "рядом", "врач", "клиника"})
MOST_WORDS = 8


def query_words(text: str) -> tuple[str, ...]:
    """What a clinic must be found by; words that tell nothing are left out unless there are no others."""
    words = fold(text[:200]).split()
    telling = [word for word in words if word not in _HARDLY_SAID]
    return tuple((telling or words)[:MOST_WORDS])


def other_layout_words(text: str) -> tuple[str, ...]:
    """The same typed with the wrong keyboard layout."""
    return query_words(other_layout(text[:200]))
