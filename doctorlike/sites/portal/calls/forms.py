"""«Перезвоните мне»."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.errors import WrongPhoneError
from doctorlike.accounts.rules import read_phone
from doctorlike.appointments.rules import LONGEST_WISH
from doctorlike.kit.phones import show_phone
from doctorlike.policies.queries import PolicyView
from doctorlike.ui.forms import Form, PhoneInput


class CallForm(Form):
    """`people` are policies, one of each person, that a call may be about; a single one is not asked for."""

    policy = forms.ChoiceField(label=_("Для кого запись"), widget=forms.RadioSelect)
    phone = forms.CharField(
        label=_("Телефон"),
        help_text=_("Позвоним на этот номер"),
        max_length=40,
        widget=PhoneInput(),
        error_messages={"required": _("Введите номер, на который позвонить")},
    )
    wish = forms.CharField(
        label=_("Что нужно"),
        help_text=_("Какой врач и когда удобно. Прочтёт только оператор, который будет звонить; храним зашифрованным."),
        required=False,
        max_length=LONGEST_WISH,
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *args: Any, people: Sequence[PolicyView], phone: str | None, chosen: str, **kwargs: Any) -> None:
        initial = {"phone": show_phone(phone) if phone else "", "policy": chosen}
        super().__init__(*args, initial=initial, **kwargs)
        if len(people) > 1:
            named = [(str(one.id), one.insured.full_name) for one in people]
            cast(forms.ChoiceField, self.fields["policy"]).choices = named
        else:
            del self.fields["policy"]

    def clean_phone(self) -> str:
        try:
            return read_phone(self.cleaned_data["phone"]).value
        except WrongPhoneError as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from None
