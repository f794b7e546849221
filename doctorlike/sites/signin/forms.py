"""Forms of the door."""

from __future__ import annotations

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.rules import Contact, read_contact, read_email, read_phone
from doctorlike.kit.errors import DomainError
from doctorlike.ui.forms import CodeField, EmailInput, PhoneInput


class _ContactField(forms.CharField):
    """Text that `reads` understands; cleans to a Contact."""

    def __init__(self, *, reads, **kwargs) -> None:  # type: ignore[no-untyped-def]  # passes a form field's arguments on
        self.reads = reads
        super().__init__(max_length=254, **kwargs)

    def clean(self, value: str) -> Contact:
        try:
            contact: Contact = self.reads(super().clean(value))
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from None
        return contact


class DoorForm(forms.Form):
    """Phone or e-mail address in one field: people need not choose first."""

    contact = _ContactField(
        reads=read_contact,
        label=_("Телефон или электронная почта"),
        help_text=_("Пришлём код для входа. Если аккаунта ещё нет, он появится сам."),
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "off", "spellcheck": "false"}),
        error_messages={"required": _("Введите номер телефона или адрес почты.")},
    )


class StaffDoorForm(forms.Form):
    contact = _ContactField(
        reads=read_email,
        label=_("Рабочая почта"),
        help_text=_("Пришлём код для входа."),
        widget=EmailInput(),
        error_messages={"required": _("Введите адрес рабочей почты.")},
    )


class PhoneForm(forms.Form):
    contact = _ContactField(
        reads=read_phone,
        label=_("Телефон"),
        help_text=_("Пришлём на него код в SMS."),
        widget=PhoneInput(),
        error_messages={"required": _("Введите номер телефона.")},
    )


class EmailForm(forms.Form):
    contact = _ContactField(
        reads=read_email,
        label=_("Электронная почта"),
        help_text=_("Пришлём на неё код."),
        widget=EmailInput(),
        error_messages={"required": _("Введите адрес почты.")},
    )


class CodeForm(forms.Form):
    code = CodeField(label=_("Код из сообщения"), help_text=_("Шесть цифр. Код действует 5 минут."))


class SecondCodeForm(forms.Form):
    """Six figures of the app, or eight of a recovery code."""

    code = forms.CharField(
        label=_("Код из приложения или запасной код"),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "12"}),
        error_messages={"required": _("Введите код: шесть цифр из приложения или восемь — запасной.")},
    )

    def clean_code(self) -> str:
        figures = re.sub(r"[\s\u00a0-]", "", self.cleaned_data["code"])
        if not re.fullmatch(r"\d{6}|\d{8}", figures):
            raise forms.ValidationError(_("Введите код: шесть цифр из приложения или восемь — запасной."))
        return figures


class AppCodeForm(forms.Form):
    code = CodeField(
        label=_("Код, который показывает приложение"), help_text=_("Шесть цифр, они меняются каждые полминуты.")
    )


class PasskeyNameForm(forms.Form):
    name = forms.CharField(
        label=_("Как назвать этот ключ"),
        help_text=_("Например «Мой телефон»: так вы узнаете его в списке."),
        max_length=40,
        error_messages={"required": _("Назовите ключ, чтобы узнать его в списке.")},
    )
