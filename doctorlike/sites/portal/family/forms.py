"""What the policyholder tells of the other parent, and the other parent of the child."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.rules import Contact, read_contact
from doctorlike.kit.errors import DomainError
from doctorlike.ui.forms import DayField, Form, NameInput


class InviteForm(Form):
    name = forms.CharField(
        label=_("Имя второго родителя"),
        help_text=_("Так вы увидите его в списке. Можно просто «папа» или «мама»."),
        max_length=100,
        widget=NameInput({"autocomplete": "off"}),
    )
    contact = forms.CharField(
        label=_("Телефон или электронная почта второго родителя"),
        help_text=_("Сюда придёт ссылка. Принять приглашение можно только с этим телефоном или почтой."),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
        error_messages={"required": _("Введите номер телефона или адрес почты.")},
    )

    def clean_contact(self) -> Contact:
        try:
            return read_contact(self.cleaned_data["contact"])
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from None


class ChildForm(Form):
    """As the birth certificate has it. Series and number are judged by the command, so that a refusal tells nothing of
    which of them is wrong."""

    born_on = DayField(label=_("Дата рождения ребёнка"))
    series = forms.CharField(
        label=_("Серия свидетельства о рождении"),
        help_text=_("Римские цифры и две буквы, например IV-МЮ. Если полис оформлен по другому документу, его серия."),
        max_length=20,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    number = forms.CharField(
        label=_("Номер свидетельства о рождении"),
        help_text=_("Шесть цифр после серии"),
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric", "class": "num"}),
    )
