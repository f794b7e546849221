"""Forms of the door."""

from __future__ import annotations

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
