"""Forms of ending a contract and of corrections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.queries import PersonCard
from doctorlike.accounts.rules import (
    DocumentKind,
    check_birth_certificate,
    check_name,
    check_passport,
    tidy_certificate_number,
    tidy_certificate_series,
    tidy_division_code,
    tidy_passport_number,
    tidy_passport_series,
)
from doctorlike.kit.errors import DomainError
from doctorlike.ui.forms import ChoiceCards, DayField, Form, NameInput

NAMES = ("surname", "given_name", "patronymic")
DOCUMENT = ("series", "number", "issued_on", "issuer", "division_code")


class EndPolicyForm(Form):
    """`refund` is the sum on the page: when it no longer holds, nothing is ended."""

    asked_how = forms.ChoiceField(
        label=_("Как клиент попросил"),
        help_text=_("Попадёт в журнал. Удостоверьтесь, что это страхователь."),
        choices=[
            ("letter", _("Письменное заявление")),
            ("phone", _("По телефону, личность проверена")),
            ("visit", _("Пришёл лично")),
        ],
        widget=ChoiceCards,
    )
    refund = forms.DecimalField(max_digits=14, decimal_places=2, widget=forms.HiddenInput)


class _NameField(forms.CharField):
    widget = NameInput

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return check_name(typed) if typed else ""
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from None


class CorrectionForm(Form):
    """Names always; the document's data when the contract holds a Russian passport or birth certificate. Birth date and
    sex are not here: the price rests on them."""

    surname = _NameField(label=_("Фамилия"), max_length=100)
    given_name = _NameField(label=_("Имя"), max_length=100)
    patronymic = _NameField(label=_("Отчество"), max_length=100, required=False)
    series = forms.CharField(label=_("Серия документа"), max_length=12)
    number = forms.CharField(label=_("Номер документа"), max_length=12)
    issued_on = DayField(label=_("Дата выдачи"))
    issuer = forms.CharField(label=_("Кем выдан"), max_length=200)
    division_code = forms.CharField(label=_("Код подразделения"), max_length=10)
    reason = forms.ChoiceField(
        label=_("Почему исправляем"),
        choices=[
            ("typo", _("Опечатка при оформлении")),
            ("other_document", _("Документ заменён")),
            ("name_changed", _("Человек сменил имя")),
            ("clinic_asked", _("Не совпало с документом в клинике")),
        ],
        widget=ChoiceCards,
    )

    def __init__(self, *args: Any, person: PersonCard, identity: Mapping[str, Any], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.today = person, today
        self.kind = identity.get("document_kind", "")
        if self.kind not in (DocumentKind.PASSPORT, DocumentKind.BIRTH_CERTIFICATE):
            for name in DOCUMENT:
                del self.fields[name]
        elif self.kind == DocumentKind.BIRTH_CERTIFICATE:
            del self.fields["division_code"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if "series" not in self.fields:
            return answers
        told: dict[str, Any] = {
            "series": answers.get("series") or "",
            "number": answers.get("number") or "",
            "issued_on": answers.get("issued_on"),
            "born_on": self.person.born_on,
        }
        if self.kind == DocumentKind.PASSPORT:
            problems = check_passport(**told, division_code=answers.get("division_code") or "", on=self.today)
        else:
            problems = check_birth_certificate(**told, on=self.today)
        for field, problem in problems.items():
            if field in self.fields and field not in self.errors:
                self.add_error(field, str(problem))
        return answers

    def names(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in NAMES}

    def identity(self) -> dict[str, Any]:
        """The document's data as the contract stores them."""
        if "series" not in self.fields:
            return {}
        told = self.cleaned_data
        passport = self.kind == DocumentKind.PASSPORT
        series, number = told["series"], told["number"]
        return {
            "series": tidy_passport_series(series) if passport else tidy_certificate_series(series),
            "number": tidy_passport_number(number) if passport else tidy_certificate_number(number),
            "issued_on": told["issued_on"].isoformat(),
            "issuer": told["issuer"],
            **({"division_code": tidy_division_code(told["division_code"])} if passport else {}),
        }
