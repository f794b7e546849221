"""Fields of hours, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from doctorlike.appointments.rules import Hours, Work
from doctorlike.clinics.queries import PriceCard
from doctorlike.ui.forms import DigitsInput, Form

WEEKDAYS = (
    (0, _("Понедельник")), (1, _("Вторник")), (2, _("Среда")), (3, _("Четверг")), (4, _("Пятница")),
    (5, _("Суббота")), (6, _("Воскресенье")),
)  # fmt: skip


class ClockField(forms.TimeField):
    """A time of the clinic's clock; also without a colon, or with a point."""

    default_error_messages = {
        "required": _("Введите время, например 08:30"),
        "invalid": _("Такого времени нет. Введите часы и минуты, например 08:30"),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            # Typed, for a clock of the browser's own may show hours the American way.
            widget=forms.TimeInput(
                {"inputmode": "numeric", "autocomplete": "off", "class": "num", "maxlength": "5"}, format="%H:%M"
            ),
            input_formats=["%H:%M", "%H:%M:%S", "%H.%M", "%H%M"],
            **kwargs,
        )


def number(label: Any, least: int, most: int, *, help_text: Any = "", required: bool = True) -> forms.IntegerField:
    within = format_lazy(_("Введите число от {least} до {most}"), least=least, most=most)
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=least,
        max_value=most,
        required=required,
        widget=DigitsInput(),
        error_messages={"invalid": within, "min_value": within, "max_value": within},
    )


class AskingForm(Form):
    """A form some of whose fields do not matter for what was chosen: they keep what was typed and are not checked."""

    unasked: frozenset[str] = frozenset()

    def ask_only(self, *names: str) -> None:
        self.unasked = frozenset(self.fields) - set(names)
        for name in self.unasked:
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        for name in self.unasked:
            self.errors.pop(name, None)
        return super().clean() or {}


class SpanForm(AskingForm):
    """Hours with a break between."""

    from_local = ClockField(label=_("Начало приёма"))
    to_local = ClockField(label=_("Конец приёма"), help_text=_("Раньше начала или 00:00: до следующего дня"))
    break_from = ClockField(label=_("Перерыв с"), required=False)
    break_to = ClockField(label=_("Перерыв до"), required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if "from_local" in self.unasked:
            return told
        starts, ends = told.get("break_from"), told.get("break_to")
        if (starts is None) != (ends is None) and not {"break_from", "break_to"} & set(self.errors):
            self.add_error(
                "break_to" if ends is None else "break_from", _("Введите начало и конец перерыва или ни одного.")
            )
        elif starts is not None and told.get("from_local") and told.get("to_local") and not _lies_within(told):
            self.add_error("break_from", _("Перерыв должен быть внутри часов приёма и кончаться позже, чем начался."))
        return told

    def spans(self) -> list[Hours]:
        """One stretch of hours, or two around the break."""
        told = self.cleaned_data
        opens, closes = told["from_local"], told["to_local"]
        if told.get("break_from") is None:
            return [Hours(opens, closes)]
        return [Hours(opens, told["break_from"]), Hours(told["break_to"], closes)]


_ANY_DAY = datetime(2024, 1, 1)  # noqa: DTZ001  # a day of the wall's calendar


def _lies_within(told: Mapping[str, Any]) -> bool:
    opens, closes = Hours(told["from_local"], told["to_local"]).on(_ANY_DAY.date())

    def later(clock: time) -> datetime:
        at = datetime.combine(_ANY_DAY, clock)
        return at if at > opens else at + timedelta(days=1)

    return opens < later(told["break_from"]) < later(told["break_to"]) < closes


def length_minutes(hours: Hours) -> int:
    opens, closes = hours.on(_ANY_DAY.date())
    return int((closes - opens).total_seconds() // 60)


class WorkForm(SpanForm):
    """Hours, and what is done in them."""

    service = forms.ChoiceField(label=_("Услуга"), help_text=_("Из прейскуранта клиники"))
    slot_minutes = number(_("Минут на приём"), 5, 480)
    buffer_minutes = number(
        _("Перерыв после приёма, минут"), 0, 240, help_text=_("Это время никто не займёт"), required=False
    )
    capacity = number(
        _("Пациентов на одно время"), 1, 50, help_text=_("Больше одного, если принимают сразу нескольких")
    )
    room = forms.CharField(label=_("Кабинет"), max_length=20, required=False)

    def __init__(self, *args: Any, services: Sequence[PriceCard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named_services(self.fields["service"], services, kwargs.get("initial", {}).get("service", ""))

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        minutes = None if "slot_minutes" in self.unasked else told.get("slot_minutes")
        if minutes and not self.errors and any(length_minutes(span) < minutes for span in self.spans()):
            self.add_error("slot_minutes", _("Приём длиннее, чем часы до перерыва или после него."))
        return told

    def work(self) -> Work:
        told = self.cleaned_data
        return Work(
            slot_minutes=told["slot_minutes"],
            buffer_minutes=told.get("buffer_minutes") or 0,
            capacity=told["capacity"],
            service_code=told["service"],
            room=" ".join(told["room"].split()),
        )


def named_services(field: Any, services: Sequence[PriceCard], chosen: str) -> None:
    """The price list as choices; a service that is no longer listed stays while it is the chosen one."""
    named = [(one.service_code, f"{one.service_code} {one.service_name}") for one in services]
    if chosen and chosen not in dict(named):
        named.append((chosen, chosen))
    field.choices = [("", _("Выберите услугу")), *named]
