"""Forms of the shop: the calculator, people, the code, the consents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.rules import (
    DocumentKind,
    check_birth_certificate,
    check_birth_date,
    check_passport,
    tidy_certificate_number,
    tidy_certificate_series,
    tidy_division_code,
    tidy_passport_number,
    tidy_passport_series,
)
from doctorlike.kit.errors import DomainError
from doctorlike.products.rules import Scope, Terms
from doctorlike.shop.rules import Answers, Policyholder, required_document, start_window
from doctorlike.shop.words import EXAMPLE_PRICE, ConsentText
from doctorlike.sites.portal.shop.fields import AddressField, EmailField, NameField, PhoneField
from doctorlike.ui.forms import CardLabel, ChoiceCards, CodeField, DayField, DigitsInput, Form
from doctorlike.ui.words import money, percent

SEXES = (("female", _("женский")), ("male", _("мужской")))
SCOPES = {
    Scope.MOSCOW: _("Москва и область"),
    Scope.SAINT_PETERSBURG: _("Санкт-Петербург и область"),
    Scope.REGIONS: _("Регионы России, кроме двух столиц с областями"),
    Scope.RUSSIA: _("Вся Россия"),
}
DOCUMENTS = (
    (DocumentKind.PASSPORT.value, _("Паспорт гражданина России")),
    (DocumentKind.BIRTH_CERTIFICATE.value, _("Свидетельство о рождении, если нет 14 лет")),
)


class CalculatorForm(Form):
    """What the price depends on."""

    born_on = DayField(label=_("Дата рождения того, кого страхуем"), help_text=_("Например, 24.03.1990"))
    sex = forms.ChoiceField(label=_("Пол"), choices=SEXES, widget=forms.RadioSelect)
    scope = forms.ChoiceField(label=_("Где лечиться"), widget=forms.RadioSelect)
    copay_percent = forms.TypedChoiceField(
        label=_("Франшиза: ваша доля"),
        help_text=_("Из цены услуги в %(price)s вы платите:") % {"price": money(EXAMPLE_PRICE)},
        coerce=int,
        widget=ChoiceCards,
    )

    def __init__(self, *args: Any, terms: Terms, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        _offer(self, "scope", [(scope, SCOPES[Scope(scope)]) for scope in terms.scopes])
        _offer(self, "copay_percent", [(one, _percent_card(one)) for one in terms.copay_percents])

    def clean_born_on(self) -> date:
        return _checked_birth_date(self.cleaned_data["born_on"], self.today)


def _offer(form: Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


def _percent_card(one: int) -> CardLabel:
    return CardLabel(percent(one), money(EXAMPLE_PRICE.share(one)))


class PersonForm(Form):
    """One human being with an identity document, as the contract needs them."""

    surname = NameField(label=_("Фамилия"))
    given_name = NameField(label=_("Имя"))
    patronymic = NameField(label=_("Отчество"), required=False)
    sex = forms.ChoiceField(label=_("Пол"), choices=SEXES, widget=forms.RadioSelect)
    born_on = DayField(label=_("Дата рождения"))
    birth_place = forms.CharField(label=_("Место рождения"), help_text=_("Как в документе"), max_length=200)
    series = forms.CharField(label=_("Серия"), max_length=12)
    number = forms.CharField(label=_("Номер"), widget=DigitsInput, max_length=12)
    issued_on = DayField(label=_("Дата выдачи"))
    issuer = forms.CharField(label=_("Кем выдан"), max_length=200)
    registration = AddressField(label=_("Адрес регистрации"), help_text=_("Город, улица, дом, квартира"))
    same_address = forms.BooleanField(label=_("Живёт по адресу регистрации"), required=False, initial=True)
    residence = AddressField(label=_("Где живёт"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_born_on(self) -> date:
        return _checked_birth_date(self.cleaned_data["born_on"], self.today)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        self._check_document(self._document_kind(answers), answers)
        if not answers.get("same_address") and not answers.get("residence") and "residence" not in self.errors:
            self.add_error("residence", _("Введите адрес или отметьте, что он тот же, что при регистрации."))
        return answers

    def _document_kind(self, answers: dict[str, Any]) -> DocumentKind:
        return DocumentKind.PASSPORT

    def _check_document(self, kind: DocumentKind, answers: dict[str, Any]) -> None:
        told: dict[str, Any] = {
            "series": answers.get("series") or "",
            "number": answers.get("number") or "",
            "issued_on": answers.get("issued_on"),
            "born_on": answers.get("born_on"),
        }
        if kind is DocumentKind.PASSPORT:
            problems = check_passport(**told, division_code=answers.get("division_code") or "", on=self.today)
        else:
            problems = check_birth_certificate(**told, on=self.today)
        for field, problem in problems.items():
            if field not in self.errors:
                self.add_error(field, str(problem))

    def answers(self) -> Answers:
        """The person of a valid form."""
        told = self.cleaned_data
        kind = self._document_kind(told)
        passport = kind is DocumentKind.PASSPORT
        series, number = told["series"], told["number"]
        return Answers(
            **{key: told[key] for key in ("surname", "given_name", "patronymic", "sex", "born_on", "birth_place")},
            document_kind=kind.value,
            series=tidy_passport_series(series) if passport else tidy_certificate_series(series),
            number=tidy_passport_number(number) if passport else tidy_certificate_number(number),
            issued_on=told["issued_on"],
            issuer=told["issuer"],
            division_code=tidy_division_code(told["division_code"]) if passport else "",
            registration=told["registration"],
            residence=told["registration"] if told["same_address"] else told["residence"],
        )


class PolicyholderForm(PersonForm):
    """Who concludes the contract, and from when it runs."""

    starts_on = DayField(label=_("Первый день полиса"))
    phone = PhoneField(label=_("Телефон"), help_text=_("По нему полис найдётся в личном кабинете"))
    email = EmailField(label=_("Электронная почта"), help_text=_("Сюда пришлём полис и чек"))
    division_code = forms.CharField(
        label=_("Код подразделения"), help_text=_("Например, 770-001"), widget=DigitsInput, max_length=8
    )
    is_insured = forms.BooleanField(label=_("Застраховать и меня"), required=False, initial=True)

    def __init__(self, *args: Any, terms: Terms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, last = start_window(terms, self.today)
        self.fields["starts_on"].help_text = _("С %(first)s по %(last)s") % {
            "first": f"{first:%d.%m.%Y}",
            "last": f"{last:%d.%m.%Y}",
        }
        self.fields["surname"].widget.attrs["autocomplete"] = "family-name"
        self.fields["given_name"].widget.attrs["autocomplete"] = "given-name"
        self.fields["patronymic"].widget.attrs["autocomplete"] = "additional-name"

    def policyholder(self) -> Policyholder:
        told = self.cleaned_data
        return Policyholder(self.answers(), told["phone"], told["email"], told["is_insured"])


class InsuredForm(PersonForm):
    """Somebody else whom the order insures: an adult with a passport or a child with a birth certificate."""

    document_kind = forms.ChoiceField(label=_("Документ"), choices=DOCUMENTS, widget=forms.RadioSelect)
    division_code = forms.CharField(
        label=_("Код подразделения"),
        help_text=_("Только для паспорта"),
        widget=DigitsInput,
        max_length=8,
        required=False,
    )
    as_policyholder = forms.BooleanField(label=_("Адреса такие же, как у страхователя"), required=False, initial=True)

    def __init__(self, *args: Any, policyholder: Policyholder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holder = policyholder.person
        self.fields["registration"].required = False

    def _document_kind(self, answers: dict[str, Any]) -> DocumentKind:
        return DocumentKind(answers.get("document_kind") or DocumentKind.PASSPORT)

    def clean(self) -> dict[str, Any]:
        answers = self.cleaned_data
        if answers.get("as_policyholder"):
            answers["registration"], answers["residence"] = self.holder.registration, self.holder.residence
            answers["same_address"] = self.holder.registration == self.holder.residence
        elif not answers.get("registration") and "registration" not in self.errors:
            self.add_error("registration", _("Введите адрес регистрации: город, улица, дом, квартира."))
        super().clean()
        self._check_kind(answers)
        return answers

    def _check_kind(self, answers: dict[str, Any]) -> None:
        kind, born_on = answers.get("document_kind"), answers.get("born_on")
        if kind == DocumentKind.PASSPORT and not answers.get("division_code") and "division_code" not in self.errors:
            self.add_error("division_code", _("Введите код подразделения из паспорта, например 770-001."))
        if kind and born_on and kind != required_document(born_on, self.today):
            grown = kind == DocumentKind.BIRTH_CERTIFICATE
            self.add_error(
                "document_kind",
                _("С 14 лет нужен паспорт. Выберите его и введите данные паспорта.")
                if grown
                else _("До 14 лет паспорта нет. Выберите свидетельство о рождении."),
            )


class ChannelForm(Form):
    """Where the confirming code goes."""

    channel = forms.ChoiceField(label=_("Куда прислать код"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, channels: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "channel", list(channels))


class ConfirmForm(Form):
    """The code, with what the page showed: an older page confirms nothing."""

    code = CodeField(label=_("Код из сообщения"))
    edition = forms.IntegerField(widget=forms.HiddenInput)
    total = forms.DecimalField(max_digits=14, decimal_places=2, widget=forms.HiddenInput)


class ConsentsForm(Form):
    """Each consent is its own tick; those required say so when missing."""

    def __init__(self, *args: Any, texts: Iterable[ConsentText], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in texts:
            self.fields[one.purpose] = forms.BooleanField(
                label=one.text.split("\n\n")[0],
                required=one.required,
                error_messages={"required": _("Без этого согласия договор не заключить: %s") % one.title.lower()},
            )

    def given(self) -> list[str]:
        return [purpose for purpose, ticked in self.cleaned_data.items() if ticked]


def initial_of(person: Answers) -> dict[str, Any]:
    """A person's answers as a form shows them again."""
    return {**asdict(person), "same_address": person.registration == person.residence}


def _checked_birth_date(born_on: date, today: date) -> date:
    try:
        check_birth_date(born_on, on=today)
    except DomainError as refusal:
        raise forms.ValidationError(str(refusal), code=refusal.code) from None
    return born_on
