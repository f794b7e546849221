from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.appointments.rules import CallResult
from doctorlike.ui.forms import ChoiceCards, Form


class CloseForm(Form):
    """How the call ended without a visit booked here."""

    result = forms.ChoiceField(
        label=_("Чем закончился разговор"),
        choices=[
            (CallResult.ANSWERED.value, _("Ответили на вопрос")),
            (CallResult.BY_PHONE.value, _("Клиника записала по телефону")),
            (CallResult.NOT_NEEDED.value, _("Запись больше не нужна")),
        ],
        widget=ChoiceCards,
        error_messages={"required": _("Отметьте, чем закончился разговор")},
    )
