"""The one form of joining the programme."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.payments.rules import PaymentSystem
from doctorlike.ui.forms import ChoiceCards, Form


class ActivationForm(Form):
    payment_system = forms.ChoiceField(
        label=_("Платёжная система вашей карты"),
        choices=[(PaymentSystem.WORLD, _("Visa, Mastercard или др.")), (PaymentSystem.MIR, _("МИР"))],
        widget=ChoiceCards,
        error_messages={"required": _("Выберите платёжную систему: она указана на карте")},
    )
    consent = forms.BooleanField(
        label=_("Согласие"),
        error_messages={"required": _("Без вашего согласия подключить программу нельзя: поставьте отметку")},
    )

    def __init__(self, *args: Any, needs_card: bool, consent_text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent"].label = consent_text
        if not needs_card:
            # At 0 percent nothing is ever debited, so no card is asked for.
            del self.fields["payment_system"]
