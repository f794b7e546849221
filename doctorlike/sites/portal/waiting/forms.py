"""For which times somebody waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.appointments import rules
from doctorlike.ui.forms import ChoiceCards, DayField, Form

_HOURS = [(f"{hour:02}:00", f"{hour:02}:00") for hour in range(7, 22)]
_WEEKDAYS = [
    ("0", _("Понедельник")),
    ("1", _("Вторник")),
    ("2", _("Среда")),
    ("3", _("Четверг")),
    ("4", _("Пятница")),
    ("5", _("Суббота")),
    ("6", _("Воскресенье")),
]


class JoinForm(Form):
    """`places`: keys and words of what may be waited for; the first is meant unless another is chosen. The last day is
    told as people say it: it is still waited for."""

    where = forms.ChoiceField(label=_("Кого ждать"), widget=ChoiceCards)
    from_on = DayField(label=_("С какого дня"))
    last_on = DayField(label=_("По какой день"))
    weekdays = forms.MultipleChoiceField(
        label=_("Дни недели"),
        help_text=_("Не отмечено ни одного: подойдёт любой"),
        required=False,
        choices=_WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
    )
    from_local = forms.ChoiceField(label=_("Не раньше"), required=False, choices=[("", _("Любое время")), *_HOURS])
    until_local = forms.ChoiceField(label=_("Не позже"), required=False, choices=[("", _("Любое время")), *_HOURS])

    def __init__(self, *args: Any, places: Sequence[tuple[str, Any]], today: date, **kwargs: Any) -> None:
        first = {"where": places[0][0] if places else "", "from_on": today, "last_on": today + timedelta(days=13)}
        kwargs["initial"] = {**first, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.today = today
        cast(forms.ChoiceField, self.fields["where"]).choices = places

    def clean_from_on(self) -> date:
        from_on: date = self.cleaned_data["from_on"]
        if from_on < self.today:
            raise forms.ValidationError(_("Этот день уже прошёл. Выберите сегодняшний или более поздний."))
        return from_on

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        from_on, last_on = told.get("from_on"), told.get("last_on")
        if from_on and last_on and last_on < from_on:
            self.add_error("last_on", _("Последний день раньше первого. Поменяйте один из них."))
        elif from_on and last_on and (last_on - from_on).days >= rules.MOST_DAYS:
            self.add_error("last_on", _("Ждать можно не больше 90 дней подряд. Выберите день пораньше."))
        if told.get("from_local") and told.get("until_local") and told["until_local"] <= told["from_local"]:
            self.add_error("until_local", _("Это не позже начала. Выберите время попозже или «Любое время»."))
        return told

    @property
    def times(self) -> dict[str, Any]:
        """The days and hours of a `Wish`."""
        told = self.cleaned_data
        return {
            "from_on": told["from_on"],
            "until_on": told["last_on"] + timedelta(days=1),
            "weekdays": tuple(int(one) for one in told["weekdays"]),
            "from_local": time.fromisoformat(told["from_local"]) if told["from_local"] else time(),
            "until_local": time.fromisoformat(told["until_local"]) if told["until_local"] else None,
        }
