"""Fields of the drafts: figures as people type them, kept as the text that terms are written in."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.ui.forms import MoneyField

_LIST = re.compile(r"[,;\s]+")


class RoublesField(MoneyField):
    """An amount, as «1500.00»."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": Decimal("0.00"), **kwargs})

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else f"{amount:.2f}"

    def prepare_value(self, value: Any) -> Any:
        return value.replace(".", ",") if isinstance(value, str) else value


class FactorField(forms.DecimalField):
    """A factor, as «0.72»; people also type a comma."""

    widget = forms.TextInput
    default_error_messages = {
        "required": _("Введите коэффициент, например 1,25"),
        "invalid": _("Введите коэффициент цифрами, например 1,25"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": Decimal("0.01"), "max_digits": 7, "decimal_places": 4, **kwargs})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # stubs derive it from the integer one
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)

    def clean(self, value: Any) -> Any:
        factor = super().clean(value)
        return None if factor is None else str(factor)

    def prepare_value(self, value: Any) -> Any:
        return value.replace(".", ",") if isinstance(value, str) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "class": "num"}


class WholeField(forms.IntegerField):
    """A whole number of days, years or people."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": 999, **kwargs})

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric", "autocomplete": "off", "class": "num"}


class ListField(forms.CharField):
    """Several words or codes, apart by commas or spaces."""

    def clean(self, value: Any) -> Any:
        return [one for one in _LIST.split(super().clean(value)) if one]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


class WholeListField(ListField):
    """Several whole numbers."""

    def clean(self, value: Any) -> Any:
        told = super().clean(value)
        if not all(one.isascii() and one.isdigit() and len(one) < 4 for one in told):
            raise forms.ValidationError(_("Введите целые числа через запятую, например 0, 30, 50"), code="invalid")
        return [int(one) for one in told]
