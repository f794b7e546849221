"""What the client says of a line, and of the answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.care.rules import DisputeKind
from doctorlike.care.words import KINDS
from doctorlike.ui.forms import ChoiceCards, FilesField, Form, UploadInput

LONGEST_TEXT = 4000


class DisputeForm(Form):
    """Kind, words and papers. What is wrong with a file is told by the command, at the field."""

    kind = forms.ChoiceField(
        label=_("Что не так"), choices=[(kind.value, KINDS[kind]) for kind in DisputeKind], widget=ChoiceCards
    )
    text = forms.CharField(
        label=_("Расскажите, как было на самом деле"),
        help_text=_("Например: приём отменили, услугу не предлагали, в клинике называли другую цену."),
        widget=forms.Textarea({"rows": 5}),
        max_length=LONGEST_TEXT,
        error_messages={"required": _("Напишите, что не так: хотя бы одно предложение")},
    )
    papers = FilesField(
        label=_("Снимки или документы"),
        help_text=_("Чек, договор, направление: PDF, JPEG или PNG, до 5 файлов по 10 МБ"),
        widget=UploadInput({"multiple": True, "accept": ".pdf,.jpg,.jpeg,.png"}),
        required=False,
    )


class ComplaintForm(Form):
    text = forms.CharField(
        label=_("С чем вы не согласны"),
        help_text=_("Напишите, что мы не учли. Прежние слова и файлы мы видим."),
        widget=forms.Textarea({"rows": 5}),
        max_length=LONGEST_TEXT,
        error_messages={"required": _("Напишите, с чем вы не согласны: хотя бы одно предложение")},
    )


def asked_kind(told: Any) -> str:
    """The kind named in the address of the form, or none."""
    return str(told) if told in set(DisputeKind) else ""
