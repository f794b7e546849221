"""What a client may look for in the directory. Every field may stay empty; an address typed by hand with wrong values
looks as if they were not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.clinics.rules import SPECIALTIES
from doctorlike.ui.forms import SearchInput


class DirectoryForm(forms.Form):
    q = forms.CharField(
        label=_("Клиника, врач, улица или метро"), required=False, max_length=200, widget=SearchInput(), strip=True
    )
    specialty = forms.ChoiceField(
        label=_("Врач"),
        required=False,
        choices=[("", _("Любой")), *((code, one.name) for code, one in SPECIALTIES.items())],
    )
    region = forms.ChoiceField(label=_("Регион"), required=False)
    online = forms.BooleanField(label=_("Онлайн-запись"), required=False)
    open = forms.BooleanField(label=_("Открыта сейчас"), required=False)

    def __init__(self, *args: Any, regions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"] = forms.ChoiceField(
            label=_("Регион"), required=False, choices=[("", _("Все мои")), *regions]
        )
