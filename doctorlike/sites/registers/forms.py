from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from doctorlike.kit.sheets import LARGEST_FILE_BYTES
from doctorlike.ui.forms import Form


class RegisterForm(Form):
    file = forms.FileField(
        label=_("Файл реестра"),
        help_text=_("XLSX, XLS, ODS или CSV, до 30 МБ. Столбцы узнаем по названиям или спросим один раз."),
        widget=forms.FileInput({"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE_BYTES:
            raise forms.ValidationError(_("Файл больше 30 МБ. Разделите реестр на части."))
        return file


class RegisterOfClinicForm(RegisterForm):
    """At the desk, where a file may be any clinic's."""

    clinic = forms.CharField(
        label=_("Чей это реестр"),
        help_text=_("Код или точное название клиники. Не нужно, если клиника названа в каждой строке файла."),
        max_length=300,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
