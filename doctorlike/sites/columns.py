"""The form that says which column of a file is which field, wherever files come in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.kit.sheets.columns import Field
from doctorlike.ui.forms import Form


class SheetForm(Form):
    """Of a workbook one sheet is read."""

    sheet = forms.ChoiceField(
        label=_("Лист книги"),
        help_text=_("В файле несколько листов. Читаем один, остальные загрузите отдельно."),
    )

    def __init__(self, *args: Any, sheets: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["sheet"]).choices = [(name, name) for name in sheets]


class FieldColumnsForm(Form):
    """One list of columns for each field."""

    def __init__(self, *args: Any, of: Sequence[Field], headings: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = of
        choices = [("", _("нет в файле")), *((name, name) for name in headings)]
        for field in of:
            self.fields[f"column_{field.key}"] = forms.ChoiceField(
                label=field.title,
                choices=choices,
                required=field.needed,
                error_messages={"required": _("Выберите столбец, без него строки не прочитать")},
            )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column_{field.key}"] for field in self.of]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        met: dict[str, str] = {}
        for field in self.of:
            column = answers.get(f"column_{field.key}")
            if column and column in met:
                self.add_error(
                    f"column_{field.key}", _("Этот столбец уже выбран выше. Выберите другой или «нет в файле»")
                )
            elif column:
                met[column] = field.key
        return answers

    def named(self) -> dict[str, str]:
        """Columns by field."""
        told = {field.key: self.cleaned_data[f"column_{field.key}"] for field in self.of}
        return {key: column for key, column in told.items() if column}
