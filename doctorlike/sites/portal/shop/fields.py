"""Fields of the order's forms: read by the rules of accounts, refused in their words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.rules import check_birth_date, check_name, read_email, read_phone
from doctorlike.kit.errors import DomainError
from doctorlike.shop.rules import LONGEST_ADDRESS
from doctorlike.ui.forms import DayField, DayInput, EmailInput, NameInput, PhoneInput


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


class _AskedByAnother(forms.Field):
    """Needed or not by another answer, so the form's own rules ask for it. Where it is shown it is needed: it bears no
    mark of an optional field."""

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)


class TextAskedByAnother(_AskedByAnother, forms.CharField):
    pass


class ChoiceAskedByAnother(_AskedByAnother, forms.ChoiceField):
    pass


class AddressField(TextAskedByAnother):
    """An address as people write it; the page offers beginnings of it in a list named `places`."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"list": "places", "autocomplete": "off"}
        super().__init__(max_length=LONGEST_ADDRESS, widget=forms.TextInput(attrs), **kwargs)


class ShortDayField(DayField):
    """A date of a document or of the contract: figures only, the points come by themselves where scripts run."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=DayInput({"data-group": "day"}), **kwargs)


class BirthDateField(ShortDayField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": _("Цифрами: день, месяц, год. Например, 24.03.1960"), **kwargs})

    @staticmethod
    def checked(born_on: date, today: date) -> date:
        """ValidationError in the words of `accounts.rules.check_birth_date`."""
        try:
            check_birth_date(born_on, on=today)
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from None
        return born_on
