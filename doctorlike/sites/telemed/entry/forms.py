from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.policies.queries import PolicyView
from doctorlike.ui.forms import ChoiceCards, Form

CONSENT_TEXT = _(
    "Согласен на консультацию с применением телемедицинских технологий и на передачу врачу сведений о здоровье. "
    "Понимаю, что при таком приёме врач не ставит первичный диагноз и не назначает по нему лечение."
)


class UrgentForm(Form):
    """Who is ill, what worries them, and consent to a visit at a distance."""

    patient = forms.ChoiceField(label=_("Кому нужен врач"), widget=ChoiceCards)
    complaint = forms.CharField(
        label=_("Что беспокоит"),
        help_text=_("Коротко: что болит, когда началось, есть ли температура"),
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
        error_messages={"required": _("Напишите, что беспокоит: врачу так проще начать")},
    )
    consent = forms.BooleanField(
        label=CONSENT_TEXT,
        error_messages={"required": _("Без согласия врач не может консультировать. Поставьте отметку")},
    )

    def __init__(self, *args: Any, policies: Sequence[PolicyView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.id), _("Мне") if one.role == "self" else one.insured.first_names) for one in policies]
        patient = self.fields["patient"]
        assert isinstance(patient, forms.ChoiceField)  # noqa: S101  # declared so above
        patient.choices = choices
        if len(choices) == 1:
            patient.initial = choices[0][0]
