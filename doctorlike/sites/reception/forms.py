from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.clinics.queries import PriceCard
from doctorlike.ui.forms import DayField


class EligibilityForm(forms.Form):
    """What a patient at the counter can tell: the policy's number and the birth date."""

    number = forms.CharField(
        label=_("Номер полиса"),
        help_text=_("Буквы и цифры, как на карте: ONDL-304821"),
        max_length=30,
        error_messages={"required": _("Введите номер полиса, например ONDL-304821")},
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    born_on = DayField(label=_("Дата рождения застрахованного"))
    on = DayField(label=_("Дата визита"))
    service = forms.ChoiceField(
        label=_("Услуга"), error_messages={"required": _("Выберите услугу из прейскуранта клиники")}
    )

    def __init__(self, *args: Any, prices: Sequence[PriceCard], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"on": today}, **kwargs})
        named = [(price.service_code, f"{price.service_code} {price.service_name}") for price in prices]
        cast(forms.ChoiceField, self.fields["service"]).choices = [("", _("Выберите услугу")), *named]
