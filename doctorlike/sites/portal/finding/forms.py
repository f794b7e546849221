"""Which free times are looked for. Every field may stay empty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.sites.portal.clinics.forms import DegreesField
from doctorlike.ui.forms import DayField, Form, SearchInput

# From and until by the clinic's clock; None is midnight.
PARTS: Mapping[str, tuple[time, time | None]] = {
    "morning": (time(), time(12)),
    "day": (time(12), time(17)),
    "evening": (time(17), None),
}


class WhoForm(Form):
    q = forms.CharField(
        label=_("К какому врачу или что беспокоит"), required=False, max_length=120, widget=SearchInput(), strip=True
    )


class TimesForm(Form):
    on = DayField(label=_("В день"), help_text=_("Например, 24.03.2026"), required=False)
    part = forms.ChoiceField(
        label=_("Часть дня"),
        required=False,
        choices=[
            ("", _("Любая")),
            ("morning", _("Утром, до 12:00")),
            ("day", _("Днём, с 12:00 до 17:00")),
            ("evening", _("Вечером, с 17:00")),
        ],
    )
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

    def clean(self) -> dict[str, object]:
        told = super().clean() or {}
        if told.get("lat") is None or told.get("lon") is None or told.get("near"):
            told["lat"] = told["lon"] = None
        return told
