"""Controls drawn without templates are Django's own, but for line breaks between tags."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from doctorlike.ui.drawing import ControlRenderer
from doctorlike.ui.forms import DayInput, PhoneInput, SearchInput

EVIL = '<b a="1">&\''
CHOICES = [("", "—"), ("a&b", EVIL), (7, _("Семь")), ("Группа <1>", [("x", "Икс"), (None, "Пусто")])]
FLAT = [("a", EVIL), ("b", _("Бэ"))]


@pytest.mark.parametrize(
    ("widget", "value"),
    [
        (forms.TextInput({"class": EVIL, "required": True, "disabled": False, "maxlength": 1000}), EVIL),
        (forms.TextInput(), None),
        (forms.TextInput(), SafeString("&amp;")),
        (forms.NumberInput(), 1234567),
        (forms.EmailInput(), "anna@example.com"),
        (forms.HiddenInput(), "x"),
        (forms.CheckboxInput(), True),
        (forms.CheckboxInput(), False),
        (PhoneInput(), "+7900"),
        (SearchInput(), "врач"),
        (DayInput(), "24.03.1990"),
        (forms.Select({"id": "id_s"}, choices=CHOICES), 7),
        (forms.Select(choices=CHOICES), "a&b"),
        (forms.SelectMultiple(choices=FLAT), ["a"]),
        (forms.RadioSelect({"id": "id_r"}, choices=FLAT), "b"),
        (forms.CheckboxSelectMultiple({"id": "id_c"}, choices=FLAT), ["a", "b"]),
        (forms.Textarea(), EVIL),
        (forms.FileInput(), None),
    ],
    ids=lambda one: type(one).__name__,
)
def test_as_django_draws_it(widget: forms.Widget, value: Any) -> None:
    ours, djangos = (widget.render("имя&", value, renderer=one) for one in (ControlRenderer(), DjangoTemplates()))
    assert joined(ours) == joined(djangos)


def joined(html: str) -> str:
    return re.sub(r">\s*\n\s*<", "><", html)


def test_each_option_drawn_alone_too() -> None:
    class Asked(forms.Form):
        sex = forms.ChoiceField(choices=FLAT, widget=forms.RadioSelect)

    ours = [str(one.tag()) for one in Asked(renderer=ControlRenderer())["sex"].subwidgets]
    assert ours == [str(one.tag()) for one in Asked(renderer=DjangoTemplates())["sex"].subwidgets]


def test_every_form_of_the_house_is_drawn_so() -> None:
    assert isinstance(get_default_renderer(), ControlRenderer)
