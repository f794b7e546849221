"""The profile's form."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.rules import check_birth_date, check_name
from doctorlike.kit import clock
from doctorlike.kit.errors import DomainError
from doctorlike.ui.forms import DayField, NameInput

SEXES = (("female", _("женский")), ("male", _("мужской")))


class _NameField(forms.CharField):
    widget = NameInput

    def clean(self, value: str) -> str:
        typed = super().clean(value)
        try:
            return check_name(typed) if typed else ""
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from None


class ProfileForm(forms.Form):
    surname = _NameField(label=_("Фамилия"), error_messages={"required": _("Введите фамилию, как в паспорте.")})
    given_name = _NameField(label=_("Имя"), error_messages={"required": _("Введите имя, как в паспорте.")})
    patronymic = _NameField(label=_("Отчество"), required=False)
    born_on = DayField(label=_("Дата рождения"), help_text=_("По ней найдём ваши полисы."))
    sex = forms.ChoiceField(
        label=_("Пол"),
        choices=SEXES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Отметьте, какой пол указан в паспорте.")},
    )

    def clean_born_on(self) -> date:
        born_on: date = self.cleaned_data["born_on"]
        try:
            check_birth_date(born_on, on=clock.today())
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from None
        return born_on
