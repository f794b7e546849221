from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.ui.forms import Form


class ClosingForm(Form):
    """One tick: what goes cannot be brought back."""

    understood = forms.BooleanField(
        label=_("Понимаю, что аккаунт и контакты удалятся и вернуть их будет нельзя"),
        error_messages={"required": _("Поставьте отметку, если решили закрыть аккаунт. Без неё ничего не удалим.")},
    )
