"""Which doctors a text may mean, without any clinic: for a choice among specialties."""

from __future__ import annotations

from functools import lru_cache

from doctorlike.clinics.rules.searching.plain_words import CALLED, COMPLAINTS
from doctorlike.clinics.rules.searching.words import said_words
from doctorlike.clinics.rules.services import SPECIALTIES
from doctorlike.kit.spelling import other_layout, stem

# Of a word still being typed.
_TELLING = 3


def specialties_meant(text: str) -> list[str]:
    """Codes of the specialties that the words call or complain of, those called first; in either keyboard layout, the
    last word perhaps not finished. Words that tell nothing are passed over; nothing is found for a text of them."""
    for typed in (text, other_layout(text)):
        found = _meant(said_words(typed))
        if found:
            return found
    return []


def _meant(words: tuple[str, ...]) -> list[str]:
    stems = {stem(word) for word in words}
    found: dict[str, None] = {}
    for phrase, codes in _phrases():
        if phrase <= stems:
            found |= dict.fromkeys(codes)
    if not found and words and len(words[-1]) >= _TELLING:
        begun = words[-1]
        for code in SPECIALTIES:
            said = f"{SPECIALTIES[code].words} {CALLED.get(code, '')}".replace("|", " ").split()
            if any(word.startswith(begun) for word in said):
                found[code] = None
    return list(found)


@lru_cache(maxsize=1)
def _phrases() -> list[tuple[frozenset[str], tuple[str, ...]]]:
    """Stems of each phrase with the specialties it leads to: what doctors are called before complaints, more words
    before fewer."""
    called = [(phrase, (code,)) for code, told in CALLED.items() for phrase in told.split("|")]
    complaints = [(phrase, tuple(codes.split())) for told, codes in COMPLAINTS.items() for phrase in told.split("|")]
    stemmed = [
        [(frozenset(stem(word) for word in phrase.split()), codes) for phrase, codes in told]
        for told in (called, complaints)
    ]
    return [one for told in stemmed for one in sorted(told, key=lambda one: -len(one[0]))]
