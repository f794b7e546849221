"""Fields of the order's forms: read by the rules of accounts, refused in their words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from doctorlike.accounts.rules import check_name, read_email, read_phone
from doctorlike.kit.errors import DomainError
from doctorlike.ui.forms import EmailInput, NameInput, PhoneInput


class _RuledField(forms.CharField):
    """Text that a rule tidies or refuses."""

    rule: Callable[[str], str]

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return type(self).rule(typed) if typed else ""
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from None


class NameField(_RuledField):
    widget = NameInput
    rule = staticmethod(check_name)


class PhoneField(_RuledField):
    widget = PhoneInput
    rule = staticmethod(lambda typed: read_phone(typed).value)


class EmailField(_RuledField):
    widget = EmailInput
    rule = staticmethod(lambda typed: read_email(typed).value)


class AddressField(forms.CharField):
    """An address as people write it: city, street, house, flat."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=300, widget=forms.TextInput({"autocomplete": "street-address"}), **kwargs)
