from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.clinics.rules import SPECIALTIES
from doctorlike.telemed import queries, rules
from doctorlike.telemed.errors import DiagnosisNotEarlierError, UnknownDiagnosisError, UnplacedDiagnosisError
from doctorlike.ui.forms import DayField, Form


class ConclusionForm(Form):
    """The parts of a conclusion. A diagnosis is one that a doctor made earlier in person: at a distance a first one is
    not made."""

    complaints = forms.CharField(label=_("Жалобы"), max_length=4000, widget=forms.Textarea({"rows": 3}))
    history = forms.CharField(label=_("Анамнез"), max_length=4000, required=False, widget=forms.Textarea({"rows": 3}))
    recommendations = forms.CharField(
        label=_("Рекомендации"),
        help_text=_("Что делать пациенту и когда обратиться очно"),
        max_length=8000,
        widget=forms.Textarea({"rows": 5}),
    )
    diagnosis_code = forms.CharField(
        label=_("Код МКБ-10"),
        help_text=_("Код или слова из названия: «J06» или «ларингит острый». Кнопка «Найти код» покажет подходящие"),
        max_length=100,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    diagnosis_on = DayField(label=_("Когда поставлен"), help_text=_("Например, 24.03.2026"), required=False)
    diagnosis_where = forms.CharField(
        label=_("Где или кем поставлен"),
        help_text=_("Клиника или врач очного приёма"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    referral = forms.ChoiceField(label=_("Направить очно к врачу"), required=False)
    referral_words = forms.CharField(
        label=_("Зачем направлен"), max_length=400, required=False, widget=forms.Textarea({"rows": 2})
    )
    notes = forms.CharField(
        label=_("Заметки для себя"),
        help_text=_("Их видите только вы. В заключение, архив и копию данных пациента они не попадут"),
        max_length=rules.MOST_NOTE_LETTERS,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, today: date, born_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today, self._born_on = today, born_on
        referral = self.fields["referral"]
        assert isinstance(referral, forms.ChoiceField)  # noqa: S101  # declared so above
        referral.choices = [("", _("Не нужно")), *((code, one.name) for code, one in SPECIALTIES.items())]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        code = told.get("diagnosis_code", "")
        if not code:
            for name in ("diagnosis_on", "diagnosis_where"):
                if told.get(name):
                    self.add_error("diagnosis_code", _("Укажите код МКБ-10 или очистите день и место диагноза"))
                    break
            return told
        if "diagnosis_on" in self.errors:
            return told
        try:
            known = rules.earlier_diagnosis(
                queries.icd10(code),
                made_on=told.get("diagnosis_on"),
                where=told.get("diagnosis_where", ""),
                today=self._today,
                born_on=self._born_on,
            )
        except UnknownDiagnosisError as wrong:
            self.add_error("diagnosis_code", str(wrong))
        except DiagnosisNotEarlierError as wrong:
            self.add_error("diagnosis_on", str(wrong))
        except UnplacedDiagnosisError as wrong:
            self.add_error("diagnosis_where", str(wrong))
        else:
            told["diagnosis_code"], told["diagnosis_name"] = known.code, known.name
        return told


class AddendumForm(Form):
    text = forms.CharField(
        label=_("Дополнение к заключению"),
        help_text=_("Подписанное заключение останется как есть"),
        max_length=8000,
        widget=forms.Textarea({"rows": 4}),
    )


class NotesForm(Form):
    notes = forms.CharField(
        label=_("Заметки для себя"),
        help_text=_("Их видите только вы"),
        max_length=rules.MOST_NOTE_LETTERS,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
