"""What somebody who lost their phone is asked."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.ui.forms import DayField, Form


class PolicyForm(Form):
    number = forms.CharField(
        label=_("Номер полиса"),
        help_text=_("Любого, который виден в вашем кабинете. Он в самом полисе и в письме с ним."),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    born_on = DayField(label=_("Ваша дата рождения"), help_text=_("Та, что записана в профиле."))
