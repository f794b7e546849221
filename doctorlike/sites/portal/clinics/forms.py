"""What a client may look for in the directory. Every field may stay empty."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from doctorlike.clinics.rules import SPECIALTIES
from doctorlike.coverage.queries import WHOLE_SCOPE
from doctorlike.ui.forms import DayField, Form, SearchInput

SOONEST = "soonest"
# `spot`: the point is the map's, not the device's.
OF_THE_MAP = "map"
# Of degrees: some hundred metres, near enough for «рядом со мной» and too coarse for a front door.
_PLACE_DIGITS = 3
# Their choices are the insurer's own data.
_LISTS = ("region", "service")

Choices = Sequence[tuple[str, Any]]


class DegreesField(forms.FloatField):
    """A coordinate that the device told, rounded as soon as it comes."""

    widget = forms.HiddenInput

    def __init__(self, *, most: int) -> None:
        super().__init__(required=False, validators=[MinValueValidator(-most), MaxValueValidator(most)])

    # Django's stubs derive a number with a point from the whole one, hence the override.
    def to_python(self, value: Any) -> float | None:  # type: ignore[override]  # stubs derive it from the integer field
        degrees = super().to_python(value)
        return None if degrees is None else round(degrees, _PLACE_DIGITS)


class DirectoryForm(Form):
    """`regions` are choices in groups, the client's own first. A device's place without its other half is none."""

    q = forms.CharField(
        label=_("Клиника, врач, улица или метро"), required=False, max_length=200, widget=SearchInput(), strip=True
    )
    specialty = forms.ChoiceField(
        label=_("Врач"),
        required=False,
        choices=[("", _("Любой")), *((code, one.name) for code, one in SPECIALTIES.items())],
    )
    service = forms.ChoiceField(label=_("Услуга"), required=False)
    region = forms.ChoiceField(label=_("Регион"), required=False)
    near = forms.CharField(
        label=_("Рядом с местом"),
        help_text=_("Метро, город или адрес"),
        required=False,
        max_length=120,
        widget=SearchInput(),
        strip=True,
    )
    lat = DegreesField(most=90)
    lon = DegreesField(most=180)
    spot = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    on = DayField(label=_("Свободное время в день"), help_text=_("Например, 24.03.2026"), required=False)
    open = forms.BooleanField(label=_("Открыта сейчас"), required=False)
    online = forms.BooleanField(label=_("Онлайн-запись"), required=False)
    sort = forms.ChoiceField(
        label=_("Сначала"),
        required=False,
        choices=[("", _("Подходящие")), (SOONEST, _("Где примут раньше"))],
    )

    def __init__(self, *args: Any, regions: Choices, services: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("region", [("", _("Мои регионы")), *regions, (WHOLE_SCOPE, _("Вся территория полиса"))])
        self.offer("service", [("", _("Любая")), *services])

    def offer(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        """Other choices of a field, in groups or plain."""
        cast(forms.ChoiceField, self.fields[name]).choices = choices

    def offered(self, name: str) -> list[tuple[str, Any]]:
        """The field's choices without their groups."""
        choices: Any = cast(forms.ChoiceField, self.fields[name]).choices
        return [one for choice in choices for one in (choice[1] if isinstance(choice[1], list | tuple) else [choice])]

    def clean(self) -> dict[str, Any]:
        return _together(super().clean() or {})


def _together(told: dict[str, Any]) -> dict[str, Any]:
    if told.get("lat") is None or told.get("lon") is None:
        told["lat"] = told["lon"] = None
    if told.get("near"):
        # A place typed by hand is meant; what the device told before is not.
        told["lat"] = told["lon"] = None
    return told


def answers_of(told: Mapping[str, Any], offered: Callable[[str], Collection[str]]) -> dict[str, Any] | None:
    """What the form would be cleaned to, without making a form of all regions and services: for an answer that shows
    none. `offered` tells the values of a list that were on offer. None where an answer is wrong; the form tells of
    it."""
    answers: dict[str, Any] = {}
    for name, field in DirectoryForm.base_fields.items():
        value = field.widget.value_from_datadict(told, {}, name)
        if name in _LISTS:
            if value and (name, value) != ("region", WHOLE_SCOPE) and value not in offered(name):
                return None
            answers[name] = value or ""
            continue
        try:
            answers[name] = field.clean(value)
        except forms.ValidationError:
            return None
    return _together(answers)
