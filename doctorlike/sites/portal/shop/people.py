"""Forms that name people: the policyholder and everybody else who is insured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.rules import (
    RUSSIA,
    DocumentKind,
    check_birth_certificate,
    check_document_kind,
    check_foreign_document,
    check_latin_name,
    check_passport,
    tidy_certificate_number,
    tidy_certificate_series,
    tidy_division_code,
    tidy_foreign_number,
    tidy_foreign_series,
    tidy_passport_number,
    tidy_passport_series,
)
from doctorlike.kit.errors import DomainError
from doctorlike.products.rules import Terms
from doctorlike.shop.rules import (
    AddressBook,
    Answers,
    Policyholder,
    check_address,
    check_document_text,
    start_window,
)
from doctorlike.sites.portal.shop.countries import CountrySelect, offered
from doctorlike.sites.portal.shop.fields import (
    AddressField,
    BirthDateField,
    ChoiceAskedByAnother,
    EmailField,
    NameField,
    PhoneField,
    ShortDayField,
    TextAskedByAnother,
)
from doctorlike.ui.forms import DigitsInput, Form

SEXES = (("female", _("женский")), ("male", _("мужской")))
PASSPORT = (DocumentKind.PASSPORT.value, _("Паспорт гражданина России"))
CERTIFICATE = (DocumentKind.BIRTH_CERTIFICATE.value, _("Российское свидетельство о рождении, если нет 14 лет"))
FOREIGN = (DocumentKind.FOREIGN.value, _("Документ другого государства или вид на жительство"))

_TIDY = {
    DocumentKind.PASSPORT: (tidy_passport_series, tidy_passport_number),
    DocumentKind.BIRTH_CERTIFICATE: (tidy_certificate_series, tidy_certificate_number),
    DocumentKind.FOREIGN: (tidy_foreign_series, tidy_foreign_number),
}


class PersonForm(Form):
    """One human being with an identity document, as the contract needs them. Which fields a document needs depends on
    its kind, so the rules of its kind look at them, not the fields themselves."""

    surname = NameField(label=_("Фамилия"))
    given_name = NameField(label=_("Имя"))
    patronymic = NameField(label=_("Отчество"), required=False, help_text=_("Если оно есть в документе"))
    sex = forms.ChoiceField(label=_("Пол"), choices=SEXES, widget=forms.RadioSelect)
    born_on = BirthDateField(label=_("Дата рождения"))
    birth_place = forms.CharField(label=_("Место рождения"), help_text=_("Как в документе"), max_length=200)
    document_kind = forms.ChoiceField(label=_("Документ"), widget=forms.RadioSelect)
    citizenship = ChoiceAskedByAnother(label=_("Гражданство"), choices=offered, widget=CountrySelect)
    latin_name = TextAskedByAnother(
        label=_("Фамилия и имя латинскими буквами"),
        help_text=_("Точно как в документе, например IVANOVA ANNA. У ребёнка до 14 лет можно не указывать"),
        widget=forms.TextInput({"autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"}),
    )
    series = TextAskedByAnother(label=_("Серия"), max_length=14, widget=forms.TextInput({"autocomplete": "off"}))
    number = forms.CharField(label=_("Номер"), max_length=30, widget=forms.TextInput({"autocomplete": "off"}))
    issued_on = ShortDayField(label=_("Дата выдачи"))
    valid_until = ShortDayField(label=_("Действует до"), required=False, help_text=_("Если срок указан в документе"))
    division_code = TextAskedByAnother(
        label=_("Код подразделения"), help_text=_("Например, 770-001"), widget=DigitsInput, max_length=12
    )
    issuer = forms.CharField(label=_("Кем выдан"), help_text=_("Как в документе"), max_length=200)
    registration = AddressField(label=_("Адрес регистрации"), help_text=_("Регион или город, улица, дом, квартира"))
    same_address = forms.BooleanField(label=_("Живёт по адресу регистрации"), required=False, initial=True)
    residence = AddressField(label=_("Где живёт"), help_text=_("Регион или город, улица, дом, квартира"))

    documents: tuple[tuple[str, Any], ...] = (PASSPORT, CERTIFICATE, FOREIGN)

    def __init__(self, *args: Any, today: date, book: AddressBook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.book = today, book
        self._choices("document_kind", list(self.documents))

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean_born_on(self) -> date:
        return BirthDateField.checked(self.cleaned_data["born_on"], self.today)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if kind := self._document_kind(answers):
            self._check_kind(kind, answers)
            self._check_document(kind, answers)
        self._check_addresses(answers)
        return answers

    def _document_kind(self, answers: Mapping[str, Any]) -> DocumentKind | None:
        told = answers.get("document_kind")
        return DocumentKind(told) if told else None

    def _check_kind(self, kind: DocumentKind, answers: Mapping[str, Any]) -> None:
        if born_on := answers.get("born_on"):
            try:
                check_document_kind(kind, born_on=born_on, on=self.today)
            except DomainError as refusal:
                self._refuse("document_kind", refusal)

    def _check_document(self, kind: DocumentKind, answers: dict[str, Any]) -> None:
        for name in ("birth_place", "issuer"):
            self._tidy(name, answers, lambda typed: check_document_text(typed, foreign=kind is DocumentKind.FOREIGN))
        told: dict[str, Any] = {
            "series": answers.get("series") or "",
            "number": answers.get("number") or "",
            "issued_on": answers.get("issued_on"),
            "born_on": answers.get("born_on"),
            "on": self.today,
        }
        match kind:
            case DocumentKind.PASSPORT:
                problems = check_passport(**told, division_code=answers.get("division_code") or "-")
            case DocumentKind.BIRTH_CERTIFICATE:
                problems = check_birth_certificate(**told)
            case DocumentKind.FOREIGN:
                told |= {name: answers.get(name) or "" for name in ("latin_name", "citizenship")}
                problems = check_foreign_document(**told, valid_until=answers.get("valid_until"))
        for field, problem in problems.items():
            self._refuse(field, problem)

    def _check_addresses(self, answers: dict[str, Any]) -> None:
        if not answers.get("registration"):
            if "registration" not in self.errors:
                self.add_error("registration", _("Введите адрес регистрации: регион или город, улица, дом, квартира."))
        else:
            self._tidy("registration", answers, lambda typed: check_address(typed, self.book))
        if answers.get("same_address"):
            return
        if not answers.get("residence"):
            self.add_error("residence", _("Введите адрес или отметьте, что он тот же, что при регистрации."))
        else:
            self._tidy("residence", answers, lambda typed: check_address(typed, self.book))

    def _tidy(self, name: str, answers: dict[str, Any], rule: Any) -> None:
        if answers.get(name):
            try:
                answers[name] = rule(answers[name])
            except DomainError as refusal:
                self._refuse(name, refusal)

    def _refuse(self, name: str, refusal: DomainError) -> None:
        if name not in self.errors:
            self.add_error(name, forms.ValidationError(str(refusal), code=refusal.code))

    def answers(self) -> Answers:
        """The person of a valid form."""
        told = self.cleaned_data
        kind = self._document_kind(told) or DocumentKind.PASSPORT
        series, number = _TIDY[kind]
        foreign = kind is DocumentKind.FOREIGN
        return Answers(
            **{key: told[key] for key in ("surname", "given_name", "patronymic", "sex", "born_on", "birth_place")},
            document_kind=kind.value,
            series=series(told["series"]),
            number=number(told["number"]),
            issued_on=told["issued_on"],
            issuer=told["issuer"],
            division_code=tidy_division_code(told["division_code"]) if kind is DocumentKind.PASSPORT else "",
            registration=told["registration"],
            residence=told["registration"] if told["same_address"] else told["residence"],
            citizenship=told["citizenship"] if foreign else RUSSIA,
            latin_name=check_latin_name(told["latin_name"]) if foreign and told["latin_name"] else "",
            valid_until=told["valid_until"] if foreign else None,
        )


class PolicyholderForm(PersonForm):
    """Who concludes the contract, and from when it runs."""

    starts_on = ShortDayField(label=_("Первый день полиса"))
    phone = PhoneField(label=_("Телефон"), help_text=_("По нему полис найдётся в личном кабинете"))
    email = EmailField(label=_("Электронная почта"), help_text=_("Сюда пришлём полис и чек"))
    is_insured = forms.BooleanField(label=_("Застраховать и меня"), required=False, initial=True)

    # Nearly everybody has a passport of Russia: a page sent without a choice means it.
    document_kind = ChoiceAskedByAnother(label=_("Документ"), widget=forms.RadioSelect)
    documents = (PASSPORT, FOREIGN)

    def __init__(self, *args: Any, terms: Terms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, last = start_window(terms, self.today)
        self.fields["starts_on"].help_text = _("С %(first)s по %(last)s") % {
            "first": f"{first:%d.%m.%Y}",
            "last": f"{last:%d.%m.%Y}",
        }
        self.fields["document_kind"].initial = DocumentKind.PASSPORT.value
        self.fields["same_address"].label = _("Живу по адресу регистрации")
        self.fields["residence"].label = _("Где живёте")
        for name, hint in (
            ("surname", "family-name"),
            ("given_name", "given-name"),
            ("patronymic", "additional-name"),
            ("born_on", "bday"),
            ("registration", "street-address"),
        ):
            self.fields[name].widget.attrs["autocomplete"] = hint

    def _document_kind(self, answers: Mapping[str, Any]) -> DocumentKind:
        return super()._document_kind(answers) or DocumentKind.PASSPORT

    def policyholder(self) -> Policyholder:
        told = self.cleaned_data
        return Policyholder(self.answers(), told["phone"], told["email"], told["is_insured"])


class InsuredForm(PersonForm):
    """Somebody else whom the order insures. `edition` is that of the order when the page was shown and `is_new` whether
    it asked for one more person: so a page opened before the last change overwrites nobody."""

    as_policyholder = forms.BooleanField(label=_("Адреса такие же, как у страхователя"), required=False, initial=True)
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)
    is_new = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, policyholder: Policyholder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holder = policyholder.person
        # A browser would offer its owner's name for everybody.
        for name in ("surname", "given_name", "patronymic"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def _check_addresses(self, answers: dict[str, Any]) -> None:
        if answers.get("as_policyholder"):
            answers["registration"], answers["residence"] = self.holder.registration, self.holder.residence
            answers["same_address"] = self.holder.registration == self.holder.residence
        else:
            super()._check_addresses(answers)


def initial_of(person: Answers) -> dict[str, Any]:
    """A person's answers as a form shows them again."""
    return {
        **asdict(person),
        "citizenship": person.citizenship if person.document_kind == DocumentKind.FOREIGN else "",
        "same_address": person.registration == person.residence,
    }


def typed_of(form: Form, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed earlier and not accepted, as a form shows it again."""
    ticks = {name: name in typed for name, field in form.fields.items() if isinstance(field, forms.BooleanField)}
    return {**{name: typed[name] for name in form.fields if name in typed}, **ticks}
