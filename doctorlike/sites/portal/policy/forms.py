"""Forms of a contract's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.accounts.queries import UserCard
from doctorlike.ui.forms import ChoiceCards, CodeField, Form
from doctorlike.ui.words import phone


class ChannelForm(Form):
    """Where the confirming code goes: contacts of the account that are verified."""

    channel = forms.ChoiceField(label=_("Куда прислать код"), widget=ChoiceCards)

    def __init__(self, *args: Any, user: UserCard, **kwargs: Any) -> None:
        choices = [("phone", phone(user.phone))] if user.phone else []
        choices += [("email", user.email)] if user.email else []
        kwargs.setdefault("initial", {"channel": choices[0][0]} if choices else None)
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField, as declared above


class CancellationCodeForm(Form):
    """`refund` is what the page promised, in roubles: when it no longer holds, the client is shown the new sum."""

    code = CodeField(label=_("Код из сообщения"))
    refund = forms.DecimalField(max_digits=14, decimal_places=2, widget=forms.HiddenInput)
