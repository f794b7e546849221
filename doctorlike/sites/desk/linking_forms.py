"""Forms of linking at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.rules import (
    Contact,
    DocumentKind,
    check_passport,
    read_contact,
    tidy_division_code,
    tidy_passport_number,
    tidy_passport_series,
)
from doctorlike.kit.errors import DomainError
from doctorlike.policies.commands import LinkReason, NamedDocument, UnlinkReason
from doctorlike.ui.forms import ChoiceCards, DayField, DigitsInput, Form

LINK_REASONS: Mapping[str, Any] = {
    LinkReason.PHONE_GONE: _("Телефона из полиса у клиента больше нет"),
    LinkReason.NO_CODE: _("Код не приходит"),
    LinkReason.WRONG_CONTACT: _("Контакты в полисе записаны с ошибкой"),
    LinkReason.NAME_CHANGED: _("Клиент сменил имя"),
}
UNLINK_REASONS: Mapping[str, Any] = {
    UnlinkReason.OTHER_PERSON: _("Это кабинет другого человека"),
    UnlinkReason.SHARED_PHONE: _("Телефон общий, а полис не владельца кабинета"),
    UnlinkReason.CLIENT_ASKED: _("Клиент попросил убрать полис из этого кабинета"),
    UnlinkReason.STAFF_MISTAKE: _("Привязали по ошибке"),
}
_NEW = ("new_series", "new_number", "new_issued_on", "new_issuer", "new_division_code", "new_name_seen")


class FindAccountForm(Form):
    """An account is found by a whole contact alone: nobody is looked through."""

    contact = forms.CharField(
        label=_("Телефон или почта кабинета"),
        help_text=_("Тот, по которому клиент входит. Нужен целиком."),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_contact(self) -> Contact:
        try:
            return read_contact(self.cleaned_data["contact"])
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from None


class LinkForm(Form):
    """The document is compared, never shown: the client names it, the operator writes it down. With `renamed` the new
    passport of the account's owner, born on `born_on`, is asked for too."""

    series = forms.CharField(
        label=_("Серия документа из договора"),
        help_text=_("Её называет клиент, у документа другого государства её может не быть. Не подсказывайте."),
        max_length=12,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )
    number = forms.CharField(
        label=_("Номер документа из договора"), max_length=24, widget=forms.TextInput({"autocomplete": "off"})
    )
    checked_how = forms.ChoiceField(
        label=_("Как проверили"),
        choices=[
            ("visit", _("Человек пришёл, документ передо мной")),
            ("phone", _("Назвал документ по телефону")),
            ("letter", _("Прислал заявление с копией документа")),
        ],
        widget=ChoiceCards,
    )
    why = forms.ChoiceField(
        label=_("Почему привязываем мы, а не клиент сам"),
        choices=[(str(key), words) for key, words in LINK_REASONS.items() if key != LinkReason.NAME_CHANGED],
        widget=ChoiceCards,
    )
    new_series = forms.CharField(label=_("Серия"), max_length=12, widget=DigitsInput)
    new_number = forms.CharField(label=_("Номер"), max_length=12, widget=DigitsInput)
    new_issued_on = DayField(label=_("Дата выдачи"))
    new_issuer = forms.CharField(label=_("Кем выдан"), max_length=200)
    new_division_code = forms.CharField(label=_("Код подразделения"), max_length=10, widget=DigitsInput)
    new_name_seen = forms.BooleanField(
        label=_("В новом паспорте стоит то же имя, что в кабинете, буква в букву"),
        error_messages={"required": _("Сверьте имя в новом паспорте с именем в кабинете и отметьте это")},
    )

    def __init__(self, *args: Any, renamed: bool, born_on: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.renamed, self.born_on, self.today = renamed, born_on, today
        for name in ("why",) if renamed else _NEW:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not self.renamed:
            return answers
        problems = check_passport(
            series=answers.get("new_series") or "",
            number=answers.get("new_number") or "",
            issued_on=answers.get("new_issued_on"),
            division_code=answers.get("new_division_code") or "",
            born_on=self.born_on,
            on=self.today,
        )
        for field, problem in problems.items():
            if f"new_{field}" not in self.errors:
                self.add_error(f"new_{field}", str(problem))
        return answers

    def document(self) -> NamedDocument:
        return NamedDocument(self.cleaned_data["series"], self.cleaned_data["number"])

    def reason(self) -> str:
        return LinkReason.NAME_CHANGED if self.renamed else self.cleaned_data["why"]

    def new_document(self) -> dict[str, Any] | None:
        """The new passport as contracts store it."""
        if not self.renamed:
            return None
        told = self.cleaned_data
        return {
            "document_kind": DocumentKind.PASSPORT.value,
            "series": tidy_passport_series(told["new_series"]),
            "number": tidy_passport_number(told["new_number"]),
            "issued_on": told["new_issued_on"].isoformat(),
            "issuer": told["new_issuer"],
            "division_code": tidy_division_code(told["new_division_code"]),
        }


class UnlinkForm(Form):
    reason = forms.ChoiceField(
        label=_("Почему убираем"),
        choices=[(str(key), words) for key, words in UNLINK_REASONS.items()],
        widget=ChoiceCards,
    )
