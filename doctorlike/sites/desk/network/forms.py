"""Forms of the network's pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from doctorlike.clinics.rules import FIELDS, LIST_KINDS, Absent, ListKind
from doctorlike.kit.sheets import LARGEST_FILE_BYTES
from doctorlike.sites.columns import FieldColumnsForm
from doctorlike.sites.columns import SheetForm as SheetForm
from doctorlike.sites.desk.network.words import SCOPE_NAMES
from doctorlike.ui.forms import ChoiceCards, DayField, Form, SearchInput

TOO_LARGE = _("Файл больше 30 МБ. Разделите его на части или удалите из него картинки.")


class UploadForm(Form):
    kind = forms.ChoiceField(
        label=_("Что в файле"),
        choices=[(kind.value, name) for kind, name in LIST_KINDS.items()],
        widget=ChoiceCards,
        initial=ListKind.CLINICS.value,
    )
    file = forms.FileField(
        label=_("Файл"),
        help_text=_("XLSX, XLS, ODS или CSV, до 30 МБ. Пока вы не подтвердите, в сети ничего не изменится."),
        widget=forms.FileInput({"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
    )
    prices_from_on = DayField(
        label=_("С какого дня действуют цены"),
        help_text=_("Для прайс-листа, в котором день не указан. Например, 01.04.2026."),
        required=False,
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file


class ColumnsForm(FieldColumnsForm):
    """Which column is which field, whose list it is, and what its clinics are for."""

    source = forms.CharField(
        label=_("Чей это список"),
        help_text=_("Название клиники или компании. Следующий файл с такими же столбцами прочитаем без вопросов."),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, kind: ListKind, headings: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, of=FIELDS[kind], headings=headings, **kwargs)
        if kind is ListKind.CLINICS:
            self.fields["scopes"] = forms.MultipleChoiceField(
                label=_("В какое покрытие входят клиники"),
                help_text=_("Не выбрано ничего: во все, где есть регион клиники."),
                choices=[(scope, name) for scope, name in SCOPE_NAMES.items()],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )


class ApplyForm(Form):
    """What becomes of clinics that the list does not name."""

    absent = forms.ChoiceField(
        label=_("Клиники, которых нет в этом списке"),
        choices=[
            (Absent.LEAVE.value, _("Остаются в сети")),
            (Absent.OF_SOURCE.value, _("Уходят из сети, если были в прежних списках этого источника")),
            (Absent.OF_REGIONS.value, _("Уходят из сети все, кто в регионах и покрытии этого списка")),
        ],
        widget=ChoiceCards,
        initial=Absent.LEAVE.value,
    )
    absent_on = DayField(
        label=_("Первый день без этих клиник"),
        help_text=_("Сегодня или позже. Клиентам, у которых там записи с этого дня, придёт сообщение."),
        required=False,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if answers.get("absent") != Absent.LEAVE and "absent_on" not in self.errors:
            on = answers.get("absent_on")
            if on is None:
                self.add_error("absent_on", _("Укажите первый день без этих клиник"))
            elif on < self.today:
                self.add_error("absent_on", _("Этот день уже прошёл. Укажите сегодняшний или позже"))
        return answers


_HINTS: Mapping[str, Any] = {
    "address": _("Начните с региона: «г Москва, ул Садовая, д.3» или «Самарская обл, г Самара, ул Садовая, д.3»."),
    "phone": _("С кодом города, несколько через запятую: 8 (495) 000-00-01 доб. 5, 8 (495) 000-00-02."),
    "hours": _("Например: пн-пт 08:00-20:00, сб 09:00-14:00."),
    "price": _("В рублях: 1900 или 1900,50."),
    "from": _("Например: 01.04.2026."),
    "to": _("Первый день, когда цена уже не действует. Например: 01.05.2026."),
    "latitude": _("Например: 55.7558."),
    "longitude": _("Например: 37.6173."),
}


class RowForm(Form):
    """A row's cells, as a person puts them right."""

    def __init__(self, *args: Any, kind: ListKind, told: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in FIELDS[kind]:
            if field.key in told or field.needed:
                self.fields[field.key] = forms.CharField(
                    label=field.title,
                    help_text=_HINTS.get(field.key, ""),
                    max_length=2000,
                    required=field.needed,
                    initial=told.get(field.key, ""),
                    widget=forms.TextInput({"autocomplete": "off"}),
                )


class FindClinicForm(Form):
    q = forms.CharField(label=_("Название или адрес клиники"), max_length=200, required=False, widget=SearchInput)


class MembershipForm(Form):
    scopes = forms.MultipleChoiceField(
        label=_("Покрытие"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Отметьте хотя бы одно покрытие")},
    )
    on = DayField(label=_("С какого дня"), help_text=_("Сегодня или позже."))

    def __init__(self, *args: Any, scopes: Sequence[str], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["scopes"]).choices = [(one, SCOPE_NAMES[one]) for one in scopes]
        self.today = today

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on < self.today:
            raise forms.ValidationError(_("Этот день уже прошёл. Укажите сегодняшний или позже"))
        return on
