"""Fields and widgets with the right keyboard, hint of the browser and words of refusal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

_GAPS = re.compile(r"[\s\u00a0\u202f]+")
_TIME = re.compile(r"(\d{1,2})(?:[:.\s-]?(\d{2})(?::00)?)?")


class Form(forms.Form):
    """A form whose empty required fields ask for what is missing by name, unless the field has words of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _asked(_asking(field), field.label or "")


def _fill(asking: Any, label: Any) -> str:
    return str(asking % {"label": label})


# Said when it is needed: most forms are only shown.
_asked = lazy(_fill, str)


def _asking(field: forms.Field) -> Any:
    if isinstance(field, forms.FileField):
        return _("Приложите файл: %(label)s")
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return _("Выберите: %(label)s")
    if isinstance(field, forms.BooleanField):
        return _("Поставьте отметку: %(label)s")
    return _("Заполните поле: %(label)s")


class _WithAttrs(forms.TextInput):
    """A text input with attributes of its kind; those given at the field win."""

    kind_attrs: dict[str, str] = {}

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({**self.kind_attrs, **(attrs or {})})


class NameInput(_WithAttrs):
    kind_attrs = {"autocapitalize": "words", "spellcheck": "false"}


class PhoneInput(_WithAttrs):
    input_type = "tel"
    kind_attrs = {"autocomplete": "tel", "inputmode": "tel", "class": "num", "data-group": "phone"}


class EmailInput(_WithAttrs):
    input_type = "email"
    kind_attrs = {"autocomplete": "email", "autocapitalize": "off", "spellcheck": "false"}


class DigitsInput(_WithAttrs):
    """A number people copy from a document: figures on the keyboard, leading zeros kept."""

    kind_attrs = {"inputmode": "numeric", "autocomplete": "off", "class": "num"}


class SearchInput(_WithAttrs):
    input_type = "search"
    kind_attrs = {"autocomplete": "off", "spellcheck": "false", "enterkeyhint": "search"}


class DayInput(forms.DateInput):
    """A date typed as дд.мм.гггг: for a known date typing is quicker and surer than a calendar."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        given = {"inputmode": "numeric", "autocomplete": "off", "class": "num", "maxlength": "10", **(attrs or {})}
        super().__init__(given, format="%d.%m.%Y")


class DayField(forms.DateField):
    """A calendar date; also accepts spaces, slashes, hyphens or no marks between the parts."""

    widget = DayInput
    default_error_messages = {
        "required": _("Введите дату: день, месяц и год, например 24.03.1990"),
        "invalid": _("Такой даты нет. Введите день, месяц и год, например 24.03.1990"),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%d.%m.%Y", "%d %m %Y", "%d/%m/%Y", "%d-%m-%Y", "%d%m%Y", "%Y-%m-%d"])
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(_GAPS.sub(" ", value.strip()).strip(".") if isinstance(value, str) else value)


class TimeField(forms.TimeField):
    """A time of day as people type it: «10:40», «10.40», «1040», «10»."""

    default_error_messages = {
        "required": _("Введите время: часы и минуты, например 10:40"),
        "invalid": _("Такого времени нет. Введите часы и минуты, например 10:40"),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%H:%M"])
        kwargs.setdefault(
            "widget",
            forms.TimeInput({"inputmode": "numeric", "autocomplete": "off", "class": "num", "maxlength": "8"}, "%H:%M"),
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        typed = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
        return super().to_python(f"{typed[1]}:{typed[2] or '00'}" if typed else value)


class CodeField(forms.CharField):
    """A one-time code: figures only; spaces and hyphens people type are dropped. Phones offer the code of the SMS."""

    default_error_messages = {"required": _("Введите код из сообщения")}

    def __init__(self, *, digits: int = 6, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": str(digits + 4)}),
        )
        kwargs.setdefault(
            "validators", [RegexValidator(rf"^\d{{{digits}}}\Z", format_lazy(_("В коде {digits} цифр"), digits=digits))]
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\s\u00a0-]", "", super().to_python(value) or "")


class MoneyField(forms.DecimalField):
    """Roubles with kopecks as people type them: «1 400,50», «1400.5»."""

    widget = forms.TextInput
    default_error_messages = {
        "required": _("Введите сумму в рублях"),
        "invalid": _("Введите сумму цифрами, например 1400,50"),
        "max_decimal_places": _("Копеек не больше двух цифр, например 1400,50"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"decimal_places": 2, "max_digits": 12, "min_value": Decimal("0.01"), **kwargs})

    # Django's stubs derive a decimal field from the integer one, hence the override.
    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # stubs derive it from the integer field
        if isinstance(value, str):
            value = _GAPS.sub("", value).rstrip("₽").replace(",", ".")
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "class": "num"}


class UploadInput(forms.FileInput):
    """Files chosen from the device; `accept` and `multiple` as attributes."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files: cleans to a list, empty when none was chosen."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", UploadInput({"multiple": True}))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        clean_one = super().clean
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            clean_one(None, initial)
            return []
        return [clean_one(file, initial) for file in files]


@dataclass(frozen=True, slots=True)
class CardLabel:
    """The label of a choice shown as a card: what it is, a line about it, an amount at the end."""

    title: str | Promise
    note: str | Promise = ""
    amount: str | Promise = ""

    def __str__(self) -> str:
        return str(self.title)


class ChoiceCards(forms.RadioSelect):
    """Radio buttons as cards; labels are words or a `CardLabel`."""
