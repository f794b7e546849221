"""Which card is debited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.payments.queries import CardView
from doctorlike.ui.forms import ChoiceCards, Form


class ChooseCardForm(Form):
    def __init__(self, *args: Any, cards: Sequence[CardView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {str(card.id): card for card in cards}
        self.fields["card"] = forms.TypedChoiceField(
            label=_("Карта"),
            widget=ChoiceCards,
            choices=[(card_id, card.title) for card_id, card in known.items()],
            coerce=lambda told: known[told].id,
            error_messages={
                "required": _("Выберите карту, с которой списывать"),
                "invalid_choice": _("Этой карты больше нет: выберите другую"),
            },
        )
