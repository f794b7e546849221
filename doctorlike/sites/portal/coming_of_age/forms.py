"""What the policyholder tells of the insured."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.rules import Contact, read_contact
from doctorlike.kit.errors import DomainError
from doctorlike.ui.forms import Form


class OwnContactForm(Form):
    contact = forms.CharField(
        label=_("Собственный телефон или почта застрахованного"),
        help_text=_("Номер или адрес, которыми пользуется только он. Сюда придёт ссылка."),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
        error_messages={"required": _("Введите номер телефона или адрес почты.")},
    )

    def clean_contact(self) -> Contact:
        try:
            return read_contact(self.cleaned_data["contact"])
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from None
