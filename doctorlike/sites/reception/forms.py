from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from doctorlike.clinics.queries import PriceCard
from doctorlike.coverage.queries.cards import Shown, read_shown
from doctorlike.ui.forms import DayField, EmailInput


class CardForm(forms.Form):
    """What a patient's phone shows, scanned or typed; and the number beside it when the code alone was typed."""

    code = forms.CharField(
        label=_("Код с карты"),
        help_text=_("Считайте QR-код сканером или введите восемь цифр"),
        max_length=60,
        error_messages={"required": _("Считайте QR-код или введите восемь цифр кода.")},
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
    )
    number = forms.CharField(
        label=_("Номер полиса"),
        help_text=_("Нужен, если код введён с клавиатуры. Можно только цифры: 304821."),
        max_length=30,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_code(self) -> Shown:
        shown = read_shown(self.cleaned_data["code"])
        if shown is None:
            raise forms.ValidationError(
                _("Это не код карты: в нём восемь цифр, а в QR-коде двадцать. Считайте или введите его ещё раз.")
            )
        return shown

    def clean_number(self) -> str:
        number = "".join(self.cleaned_data["number"].split())
        return f"{settings.BRAND.policy_number_prefix}-{number}" if number.isdecimal() else number

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        shown = told.get("code")
        if isinstance(shown, Shown) and not shown.number and not told.get("number"):
            self.add_error("number", _("Введите номер полиса: он написан на карте над кодом."))
        return told


class LettersForm(forms.Form):
    """Whether this clinic wants a letter of guarantee for each visit, and where to."""

    wanted = forms.BooleanField(label=_("Присылать гарантийное письмо на каждый покрытый визит"), required=False)
    email = forms.EmailField(
        label=_("Почта для уведомлений о письмах"),
        help_text=_("Само письмо открывается здесь. На почту придёт ссылка, без имён и услуг."),
        required=False,
        widget=EmailInput(),
        error_messages={"invalid": _("Введите адрес почты полностью, например info@clinic.ru")},
    )

    def clean(self) -> dict[str, Any]:
        """An address means letters are wanted; without the tick it is none."""
        told = super().clean() or {}
        if not told.get("wanted"):
            told["email"] = ""
            self.errors.pop("email", None)
        elif not told.get("email") and "email" not in self.errors:
            self.add_error("email", _("Введите адрес: без него некуда сообщить о письме."))
        return told


class EligibilityForm(forms.Form):
    """What a patient at the counter can tell: the policy's number and the birth date."""

    number = forms.CharField(
        label=_("Номер полиса"),
        help_text=_("Буквы и цифры, как на карте: ONDL-304821"),
        max_length=30,
        error_messages={"required": _("Введите номер полиса, например ONDL-304821")},
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    born_on = DayField(label=_("Дата рождения застрахованного"))
    on = DayField(label=_("Дата визита"))
    service = forms.ChoiceField(
        label=_("Услуга"), error_messages={"required": _("Выберите услугу из прейскуранта клиники")}
    )

    def __init__(self, *args: Any, prices: Sequence[PriceCard], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"on": today}, **kwargs})
        named = [(price.service_code, f"{price.service_code} {price.service_name}") for price in prices]
        cast(forms.ChoiceField, self.fields["service"]).choices = [("", _("Выберите услугу")), *named]
