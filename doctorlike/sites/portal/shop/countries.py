"""States of the world, to say a citizenship with: names of the Unicode CLDR, which babel carries."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from doctorlike.accounts.rules import RUSSIA, STATELESS
from doctorlike.kit.spelling import fold

# In CLDR, but no states with citizens: unions, outlying islands, places without people, test codes.
_NOT_STATES = (
    "AC AQ AX BV CC CP CQ CX DG EA EU EZ FO GF GG GP HM IC IM IO JE MQ NF PM QO RE SJ TA TF UM UN WF XA XB YT ZZ"
)


def countries() -> tuple[tuple[str, str], ...]:
    """Code (ISO 3166-1, two letters) and name in the reader's language, in its alphabet's order; «none» at the end.
    Russia is not among them: its citizens have documents of their own kinds."""
    return _countries(get_language() or "ru")


def country_name(code: str) -> str:
    """The name in the reader's language; the code itself when nobody has it."""
    if code == RUSSIA:
        return _("Россия")
    return dict(countries()).get(code, code)


@lru_cache(maxsize=4)
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(language.replace("-", "_")).territories
    known = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in {*_NOT_STATES.split(), RUSSIA}
    ]
    return (*sorted(known, key=lambda one: fold(one[1])), (STATELESS, _("Без гражданства")))
