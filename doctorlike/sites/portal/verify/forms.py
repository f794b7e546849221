from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from doctorlike.documents.rules import normal_code
from doctorlike.ui.forms import Form

# Ours are below a tenth of a megabyte; what is larger is none of ours.
LARGEST_FILE_BYTES = 2 * 1024 * 1024


class CodeForm(Form):
    """The code printed on a policy."""

    code = forms.CharField(
        label=_("Код проверки"),
        help_text=_("16 букв и цифр под номером полиса, например K7QF 2M9X 4TBC 1D34"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Введите код, который напечатан под номером полиса.")},
    )

    def clean_code(self) -> str:
        code = normal_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("В коде 16 букв и цифр. Сверьте его с полисом: он напечатан под номером."))
        return code


class PdfForm(Form):
    """A document somebody was given."""

    file = forms.FileField(
        label=_("Файл PDF"),
        help_text=_("Тот файл, который вам прислали, до 2 МБ. Мы его не сохраняем."),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        error_messages={
            "required": _("Выберите файл PDF, который нужно проверить."),
            "empty": _("Этот файл пуст. Выберите другой."),
        },
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST_FILE_BYTES:
            raise forms.ValidationError(_("Файл больше 2 МБ. Документы полиса меньше: выберите сам документ."))
        return file
