"""Forms of the shop around the people: the calculator, the code, the consents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.products.rules import Scope, Terms
from doctorlike.shop.words import EXAMPLE_PRICE, ConsentText
from doctorlike.sites.portal.shop.fields import BirthDateField
from doctorlike.sites.portal.shop.people import SEXES
from doctorlike.ui.forms import CardLabel, ChoiceCards, CodeField, DayField, Form
from doctorlike.ui.words import money, percent

SCOPES = {
    Scope.MOSCOW: _("Москва и область"),
    Scope.SAINT_PETERSBURG: _("Санкт-Петербург и область"),
    Scope.REGIONS: _("Регионы России, кроме двух столиц с областями"),
    Scope.RUSSIA: _("Вся Россия"),
}


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
        return BirthDateField.checked(self.cleaned_data["born_on"], self.today)


def _offer(form: Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


def _percent_card(one: int) -> CardLabel:
    return CardLabel(percent(one), money(EXAMPLE_PRICE.share(one)))


class ChannelForm(Form):
    """Where the confirming code goes."""

    channel = forms.ChoiceField(label=_("Куда прислать код"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, channels: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "channel", list(channels))


class ConfirmForm(Form):
    """The code and the consents it stands for, with what the page showed: an older page confirms nothing."""

    code = CodeField(label=_("Код из сообщения"))
    edition = forms.IntegerField(widget=forms.HiddenInput)
    total = forms.DecimalField(max_digits=14, decimal_places=2, widget=forms.HiddenInput)

    def __init__(self, *args: Any, texts: Iterable[ConsentText], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = {
            one.purpose: forms.BooleanField(
                label=one.text.split("\n\n")[0],
                required=one.required,
                error_messages={"required": _("Без этого согласия договор не заключить: %s") % one.title.lower()},
            )
            for one in texts
        }
        self._purposes = tuple(asked)
        # Read and ticked first, then confirmed with the code.
        self.fields = {**asked, **self.fields}

    def consents(self) -> list[Any]:
        """The fields to tick, one for each consent."""
        return [self[purpose] for purpose in self._purposes]

    def given(self) -> list[str]:
        return [purpose for purpose in self._purposes if self.cleaned_data[purpose]]
