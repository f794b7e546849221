"""States of the world, to say a citizenship with: names of the Unicode CLDR, which babel carries."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from babel import Locale
from django import forms
from django.forms.utils import flatatt
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
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


def offered() -> list[tuple[str, Any]]:
    """Choices of a citizenship, the invitation to choose first."""
    return [("", _("Выберите страну")), *countries()]


class CountrySelect(forms.Select):
    """The list of states, drawn once for a language: two hundred options cost more than the rest of their form."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        given = flatatt(self.build_attrs(self.attrs, attrs))
        options = _drawn(get_language() or "ru")
        place = f'<option value="{conditional_escape(value or "")}"'
        shown = options.replace(place, f"{place} selected", 1)
        return SafeString(f'<select name="{conditional_escape(name)}"{given}>{shown}\n</select>')


@lru_cache(maxsize=4)
def _drawn(language: str) -> str:
    return "".join(
        f'\n  <option value="{conditional_escape(code)}">{conditional_escape(label)}</option>'
        for code, label in offered()
    )


@lru_cache(maxsize=4)
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale.parse(language.replace("-", "_")).territories
    known = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in {*_NOT_STATES.split(), RUSSIA}
    ]
    return (*sorted(known, key=lambda one: fold(one[1])), (STATELESS, _("Без гражданства")))
