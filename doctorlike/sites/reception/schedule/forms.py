"""What the reception fills in to change the timetable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from doctorlike.appointments.rules import Hours, OtherHours, Pattern
from doctorlike.clinics.queries import PriceCard
from doctorlike.clinics.rules import SPECIALTIES
from doctorlike.sites.reception.schedule.fields import (
    WEEKDAYS,
    AskingForm,
    ClockField,
    WorkForm,
    named_services,
    number,
)
from doctorlike.ui.forms import DayField, Form, NameInput

DAY = timedelta(days=1)
LONGEST_DAYS = 370


class DoctorForm(Form):
    full_name = forms.CharField(label=_("Фамилия, имя, отчество"), max_length=200, widget=NameInput())
    specialty = forms.ChoiceField(label=_("Специальность"), help_text=_("По ней врача находят при записи"))
    service = forms.ChoiceField(
        label=_("Основная услуга"), help_text=_("Из прейскуранта клиники: если часам не назначена другая")
    )
    room = forms.CharField(label=_("Кабинет"), max_length=20, required=False)

    def __init__(self, *args: Any, services: Sequence[PriceCard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(((code, one.name) for code, one in SPECIALTIES.items()), key=lambda one: str(one[1]))
        cast(forms.ChoiceField, self.fields["specialty"]).choices = [("", _("Выберите специальность")), *known]
        named_services(self.fields["service"], services, (kwargs.get("initial") or {}).get("service", ""))

    def facts(self) -> dict[str, str]:
        told = self.cleaned_data
        return {
            "full_name": " ".join(told["full_name"].split()),
            "specialty_code": told["specialty"],
            "service_code": told["service"],
            "room": " ".join(told["room"].split()),
        }


class HoursForm(WorkForm):
    """New weekly hours."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Дни недели"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    valid_from_on = DayField(label=_("Действуют с"))
    last_on = DayField(label=_("Последний день"), help_text=_("Не заполняйте, если часы бессрочные"), required=False)

    field_order = (
        "weekdays", "from_local", "to_local", "break_from", "break_to", "service", "slot_minutes", "buffer_minutes",
        "capacity", "room", "valid_from_on", "last_on",
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def clean_valid_from_on(self) -> date:
        return not_past(self.cleaned_data["valid_from_on"], self.today)

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        starts, last = told.get("valid_from_on"), told.get("last_on")
        if starts and last and last < starts:
            self.add_error("last_on", _("Последний день раньше первого."))
        return told

    def patterns(self) -> list[Pattern]:
        told = self.cleaned_data
        until_on = told["last_on"] + DAY if told.get("last_on") else None
        return [
            Pattern(weekday, hours, self.work(), told["valid_from_on"], until_on)
            for weekday in told["weekdays"]
            for hours in self.spans()
        ]


class ChangeHoursForm(WorkForm):
    """Other hours in place of some, or their end, from a day on."""

    what = forms.ChoiceField(
        label=_("Что меняется"),
        choices=(("change", _("Другие часы")), ("end", _("Этих часов больше не будет"))),
        widget=forms.RadioSelect,
    )
    from_on = DayField(label=_("С какого дня"))

    field_order = (
        "what", "from_on", "from_local", "to_local", "break_from", "break_to", "service", "slot_minutes",
        "buffer_minutes", "capacity", "room",
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, pattern: Pattern, **kwargs: Any) -> None:
        self.today, self.pattern = today, pattern
        super().__init__(*args, **kwargs)
        if self.data.get("what") == "end":
            self.ask_only("what", "from_on")

    def clean_from_on(self) -> date:
        from_on = not_past(self.cleaned_data["from_on"], self.today)
        if self.pattern.valid_to_on is not None and from_on >= self.pattern.valid_to_on:
            raise forms.ValidationError(_("К этому дню эти часы уже закончатся."))
        return from_on

    def patterns(self) -> list[Pattern]:
        told = self.cleaned_data
        if told["what"] == "end":
            return []
        from_on = max(told["from_on"], self.pattern.valid_from_on)
        return [
            Pattern(self.pattern.weekday, hours, self.work(), from_on, self.pattern.valid_to_on)
            for hours in self.spans()
        ]


class _DaysForm(AskingForm):
    """Days from the first to the last, both included."""

    first_on = DayField(label=_("Первый день"))
    last_on = DayField(label=_("Последний день"), help_text=_("Не заполняйте, если день один"), required=False)
    today: date

    def clean_first_on(self) -> date:
        return not_past(self.cleaned_data["first_on"], self.today)

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        first, last = told.get("first_on"), told.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("Последний день раньше первого."))
        elif first and last and (last - first).days >= LONGEST_DAYS:
            self.add_error("last_on", _("Не больше года за один раз."))
        return told

    @property
    def days(self) -> tuple[date, date]:
        told = self.cleaned_data
        return told["first_on"], (told["last_on"] or told["first_on"]) + DAY


class DoctorDaysForm(WorkForm, _DaysForm):
    """Days of one doctor that are not as usual."""

    what = forms.ChoiceField(
        label=_("Как работает врач"),
        choices=(("off", _("Не принимает")), ("hours", _("Принимает в другие часы")), ("usual", _("Как обычно"))),
        widget=forms.RadioSelect,
    )

    field_order = (
        "first_on", "last_on", "what", "from_local", "to_local", "break_from", "break_to", "service", "slot_minutes",
        "buffer_minutes", "capacity", "room",
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        if self.data.get("what") in ("off", "usual"):
            self.ask_only("first_on", "last_on", "what")

    def hours(self) -> list[OtherHours] | None:
        match self.cleaned_data["what"]:
            case "usual":
                return None
            case "off":
                return []
            case _:
                return [OtherHours(span, self.work()) for span in self.spans()]


class ClinicDaysForm(_DaysForm):
    """Days of the whole clinic that are not as usual."""

    what = forms.ChoiceField(
        label=_("Как работает клиника"),
        choices=(("closed", _("Закрыта")), ("hours", _("Открыта только в эти часы")), ("usual", _("Как обычно"))),
        widget=forms.RadioSelect,
    )
    from_local = ClockField(label=_("Открыта с"))
    to_local = ClockField(label=_("Открыта до"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        if self.data.get("what") in ("closed", "usual"):
            self.ask_only("first_on", "last_on", "what")

    def hours(self) -> Hours | None:
        told = self.cleaned_data
        return Hours(told["from_local"], told["to_local"]) if told["what"] == "hours" else None


class LeavingForm(AskingForm):
    """The day; or that the doctor stays, which asks for none."""

    stays = forms.BooleanField(required=False, widget=forms.HiddenInput)
    on = DayField(label=_("Первый день без врача"), help_text=_("С этого дня времени для записи к нему не будет"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        if self.data.get("stays"):
            self.ask_only("stays")

    def clean_on(self) -> date | None:
        on = self.cleaned_data["on"]
        return not_past(on, self.today) if on else None

    def leaves_on(self) -> date | None:
        return None if self.cleaned_data["stays"] else self.cleaned_data["on"]


class TermsForm(Form):
    horizon_days = number(
        _("На сколько дней вперёд открыта запись"), 1, 180, help_text=_("Новый день открывается каждые сутки")
    )
    free_until_hours = number(
        _("За сколько часов до визита можно отменить бесплатно"), 0, 168, help_text=_("0: до самого начала визита")
    )
    late_words = forms.CharField(
        label=_("Что сказать тому, кто отменяет позже"),
        help_text=_("Пациент прочтёт это перед отменой или переносом. До 300 знаков"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("free_until_hours") and not told.get("late_words", "").strip():
            self.add_error("late_words", _("Напишите, что будет при поздней отмене: это увидит пациент."))
        return told


def not_past(day: date, today: date) -> date:
    if day < today:
        raise forms.ValidationError(_("Этот день уже прошёл. Прошлое не меняется."))
    return day
