"""The note of a visit: by the clinic's clock, in the client's own words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.appointments.errors import NotedTooFarError
from doctorlike.appointments.rules import LONGEST_NOTE
from doctorlike.kit.errors import DomainError
from doctorlike.ui.forms import DayField, Form, TimeField


class NoteForm(Form):
    on = DayField(label=_("День визита"), help_text=_("Например, 24.03.2026"))
    at_local = TimeField(label=_("Время по часам клиники"), help_text=_("Например, 10:40"))
    words = forms.CharField(
        label=_("К кому и что не забыть"),
        help_text=_(
            "Ни клиника, ни страховая этого не увидят. Храним зашифрованным, в календарь и сообщения не попадёт."
        ),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea({"rows": 3}),
    )

    def refuse(self, refusal: DomainError) -> None:
        """Beside the field that puts it right."""
        self.add_error("on" if isinstance(refusal, NotedTooFarError) else "at_local", str(refusal))

    @property
    def told(self) -> dict[str, Any]:
        """What the commands take; of a valid form."""
        return {name: self.cleaned_data[name] for name in ("on", "at_local", "words")}
