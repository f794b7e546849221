"""Which care a programme covers."""

from __future__ import annotations

from functools import lru_cache

from doctorlike.products.rules.terms import Benefit, Terms

# Registers are typed by people: a Cyrillic А or В looks the same as the nomenclature's Latin letter.
_LATIN = str.maketrans({"А": "A", "В": "B", "а": "A", "в": "B"})


def normal_service_code(code: str) -> str:
    """A nomenclature code with Latin capitals and no spaces."""
    return code.strip().translate(_LATIN).upper()


@lru_cache(maxsize=4096)
def _longest(prefixes: tuple[str, ...], code: str) -> int:
    return max((len(prefix) for prefix in prefixes if code == prefix or code.startswith(prefix + ".")), default=0)


def benefit_for(terms: Terms, programme: str, service_code: str) -> Benefit | None:
    """The benefit that covers a service, or None. The longest matching prefix decides; at equal length an
    exclusion wins. NotOnOfferError for a programme the terms do not have."""
    held = terms.programme(programme)
    code = normal_service_code(service_code)
    excluded = max((_longest(exclusion.service_prefixes, code) for exclusion in held.exclusions), default=0)
    length, index = max(
        ((_longest(benefit.service_prefixes, code), -at) for at, benefit in enumerate(held.benefits)), default=(0, 0)
    )
    return held.benefits[-index] if length > excluded else None
