"""The form of a gift."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.shop.queries import GiftView
from doctorlike.shop.rules import Answers
from doctorlike.shop.rules.gifts import gift_window
from doctorlike.sites.portal.shop.fields import EmailField, PhoneField
from doctorlike.ui.forms import ChoiceCards, DayField, Form
from doctorlike.ui.words import day


class GiftForm(Form):
    """Adults insured by the order other than the policyholder."""

    index = forms.TypedChoiceField(label=_("Кому подарок"), coerce=int, widget=ChoiceCards)
    phone = PhoneField(label=_("Телефон получателя"), help_text=_("По нему получатель войдёт в свой кабинет."))
    email = EmailField(
        label=_("Электронная почта получателя"), help_text=_("Сюда придёт письмо с памяткой в день вручения.")
    )
    hand_over_on = DayField(label=_("Когда вручить"))

    def __init__(
        self,
        *args: Any,
        people: Sequence[tuple[int, Answers]],
        starts_on: date,
        today: date,
        chosen: GiftView | None,
        **kwargs: Any,
    ) -> None:
        first, last = gift_window(starts_on, today)
        told: dict[str, Any] = {"hand_over_on": last}
        if chosen is not None:
            known = [index for index, one in people if chosen.recipient.is_insured(one.full_name, one.born_on)]
            told = {
                "index": known[0] if known else None,
                "phone": chosen.recipient.phone,
                "email": chosen.recipient.email,
                "hand_over_on": chosen.hand_over_on,
            }
        elif len(people) == 1:
            told["index"] = people[0][0]
        super().__init__(*args, initial=told, **kwargs)
        self.fields["index"].choices = [  # type: ignore[attr-defined]  # a ChoiceField, as declared above
            (index, one.full_name) for index, one in people
        ]
        self.fields["hand_over_on"].help_text = _("С %(first)s по %(last)s") % {
            "first": day(first),
            "last": day(last),
        }
