"""Amounts, days and times as readers see them; icons, fields and the few tags components are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from django import forms, template
from django.forms import BoundField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from heroicons.templatetags import heroicons

from doctorlike.ui.forms import ChoiceCards

register = template.Library()

NBSP = "\u00a0"
MINUS = "\u2212"
MOSCOW = ZoneInfo("Europe/Moscow")


# Amounts


def _grouped(whole: int) -> str:
    return f"{whole:,}".replace(",", NBSP)


@register.filter
def money(value: Any) -> str:
    """Roubles and kopecks: «1 400,00 ₽», with no-break spaces. Takes Money, Decimal or int; a float is refused."""
    if value is None or value == "":
        return ""
    amount = getattr(value, "amount", value)
    if not isinstance(amount, Decimal | int):
        raise TypeError(f"money is shown from Money, Decimal or int, not {type(value).__name__}")
    kopecks = int((Decimal(amount) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    roubles, rest = divmod(abs(kopecks), 100)
    return f"{MINUS if kopecks < 0 else ''}{_grouped(roubles)},{rest:02d}{NBSP}₽"


@register.filter
def amount(value: int | None) -> str:
    """A whole number in groups of three."""
    if value is None or value == "":
        return ""
    return (MINUS if value < 0 else "") + _grouped(abs(int(value)))


@register.filter
def percent(value: Any) -> str:
    return "" if value is None or value == "" else f"{value}{NBSP}%".replace(".", ",")


@register.filter
def phone(value: str | None) -> str:
    """An E.164 number as people write it, never broken across lines; anything else as it is."""
    if not value:
        return ""
    try:
        number = phonenumbers.parse(value, "RU")
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL).replace(" ", NBSP)


@register.filter
def initials(value: str | None) -> str:
    """First letters of the first two words."""
    return "".join(word[0] for word in (value or "").split()[:2]).upper()


# Days and times


def _zone(zone: str | tzinfo | None) -> tzinfo:
    if not zone:
        return timezone.get_current_timezone()
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def _in_zone(value: date | datetime, zone: str | tzinfo | None = None) -> date | datetime:
    return value.astimezone(_zone(zone)) if isinstance(value, datetime) else value


def _written(value: date | datetime | None, pattern: str, zone: str | tzinfo | None = None) -> str:
    if not value:
        return ""
    return date_format(_in_zone(value, zone), pattern, use_l10n=False).replace(" ", NBSP)


@register.filter
def day(value: date | datetime | None) -> str:
    """«24 марта 2026»"""
    return _written(value, "j E Y")


@register.filter
def day_in(value: datetime | None, zone: str | tzinfo) -> str:
    """The day of an instant in a zone: «24 марта 2026»."""
    return _written(value, "j E Y", zone)


@register.filter
def daymonth(value: date | datetime | None) -> str:
    """«24 марта»"""
    return _written(value, "j E")


@register.filter
def shortday(value: date | datetime | None) -> str:
    """«24.03.2026»"""
    return _written(value, "d.m.Y")


@register.filter
def weekday(value: date | datetime | None) -> str:
    """«вт»"""
    return _written(value, "D").lower()


@register.filter
def month(value: date | datetime | None) -> str:
    """«март 2026»"""
    return _written(value, "F Y").lower()


@register.filter
def shortmonth(value: date | datetime | None) -> str:
    """Three letters: «мар»."""
    return _written(value, "b")[:3]


@register.filter
def moment(value: datetime | None) -> str:
    """«24.03.2026 10:40» in the reader's zone."""
    return _written(value, "d.m.Y H:i")


@register.filter
def time_in(value: datetime | None, zone: str | tzinfo | None = None) -> str:
    """The clock time in a zone; the zone is named when the reader's clock shows another time at that instant."""
    if not value:
        return ""
    there = value.astimezone(_zone(zone))
    shown = f"{there:%H:%M}"
    if there.utcoffset() == value.astimezone(timezone.get_current_timezone()).utcoffset():
        return shown
    return f"{shown}{NBSP}({zone_name(there)})"


@register.filter
def when_in(value: datetime | None, zone: str | tzinfo | None = None) -> str:
    """«24 марта, 10:40 (МСК+1)»"""
    return f"{_written(value, 'j E', zone)}, {time_in(value, zone)}" if value else ""


def zone_name(there: datetime) -> str:
    """A zone as Russians name it, by its distance from Moscow at that instant."""
    apart = (there.utcoffset() or MOSCOW.utcoffset(there)) - there.astimezone(MOSCOW).utcoffset()  # type: ignore[operator]  # both are aware
    minutes = int(apart.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    distance = f"{hours}:{rest:02d}" if rest else f"{hours}"
    return _("МСК") + (f"{'+' if minutes > 0 else MINUS}{distance}" if minutes else "")


# Icons, scripts


@lru_cache(maxsize=512)
def _drawn(name: str, style: str) -> SafeString:
    draw = {"outline": heroicons.heroicon_outline, "solid": heroicons.heroicon_solid, "mini": heroicons.heroicon_mini}
    attrs: dict[str, Any] = {"class": "icon"} | ({"stroke_width": "1.75"} if style == "outline" else {})
    return draw[style](name, size=None, **attrs)


@register.simple_tag
def icon(name: str, style: str = "outline") -> SafeString:
    """A heroicon, hidden from screen readers: words stand beside it or in a `vh` span."""
    return _drawn(str(name), style)


@register.inclusion_tag("ui/parts/script.html")
def ui_script(name: str) -> dict[str, str]:
    """A module of ours: forms, search, copy."""
    return {"path": f"ui/js/{name}.js"}


@register.inclusion_tag("ui/parts/htmx.html")
def htmx() -> dict[str, str]:
    """htmx with everything switched off that a strict Content-Security-Policy would refuse."""
    return {}


# Fields


@dataclass(frozen=True, slots=True)
class SummaryError:
    """One line of an error summary; `target` is the id of the control to go to, empty for the form as a whole."""

    target: str
    text: str


@register.filter
def field_kind(field: BoundField) -> str:
    """How a field is drawn: hidden, check, cards, options, file or control."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    kinds: tuple[tuple[type, str], ...] = (
        (forms.CheckboxInput, "check"),
        (ChoiceCards, "cards"),
        (forms.CheckboxSelectMultiple, "options"),
        (forms.RadioSelect, "options"),
        (forms.FileInput, "file"),
    )
    return next((kind for of, kind in kinds if isinstance(widget, of)), "control")


@register.simple_tag
def control(field: BoundField, **attrs: Any) -> str:
    """The bare control of a field with our class; empty attributes are left out."""
    given = {name.replace("_", "-"): value for name, value in attrs.items() if value not in ("", None, False)}
    own = field.field.widget.attrs.get("class", "")
    if field_kind(field) == "control":
        given["class"] = f"input {own}".strip()
    return field.as_widget(attrs=given)


@register.filter
def described_by(field: BoundField) -> str:
    """Ids of the hint and the error, for a fieldset that Django does not describe itself."""
    said = (("helptext", field.help_text), ("error", field.errors))
    return " ".join(f"{field.auto_id}_{part}" for part, there in said if there)


@register.filter
def first_control_id(field: BoundField) -> str:
    return f"{field.auto_id}_0" if field_kind(field) in ("cards", "options") else str(field.auto_id)


@register.simple_tag
def summary_errors(form: Any) -> list[SummaryError]:
    """The errors of a bound form, a formset or a list of forms, in reading order."""
    if form is None or form == "":
        return []
    if isinstance(form, forms.BaseFormSet):
        own = [SummaryError("", str(text)) for text in form.non_form_errors()] if form.is_bound else []
        return own + [error for each in form.forms for error in summary_errors(each)]
    if not isinstance(form, forms.BaseForm):
        return [error for each in form for error in summary_errors(each)] if isinstance(form, Iterable) else []
    if not form.is_bound:
        return []
    whole = [SummaryError("", str(text)) for text in form.non_field_errors()]
    fields = [
        SummaryError("" if field.is_hidden else first_control_id(field), str(text))
        for field in form
        for text in field.errors
    ]
    return whole + fields


# Small things components need


@register.filter
def upto(value: int | str) -> range:
    """1 … value, for progress segments."""
    return range(1, int(value or 0) + 1)


@register.simple_tag
def page_numbers(page: Any) -> list[int | str]:
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@dataclass(frozen=True, slots=True)
class _Bar:
    label: str
    text: str
    current: bool
    x: float
    y: float
    height: float
    middle: float
    text_at: float


@register.inclusion_tag("ui/parts/bar_chart.html")
def bar_chart(bars: Iterable[Any], label: str) -> dict[str, Any]:
    """Columns with a table for screen readers. Each bar has `.label`, `.value` (Money, Decimal or int, not negative),
    `.text` and `.current`; objects or mappings."""
    given = [_Given.of(bar) for bar in bars]
    most = max((bar.value for bar in given), default=Decimal(0)) or Decimal(1)
    step, tall = 46.0, 110.0
    width = max(len(given) * step, step)
    drawn = []
    for place, bar in enumerate(given):
        height = round(float(bar.value / most) * tall, 1)
        height = max(height, 3.0) if bar.value else 0.0
        x = 8 + place * step
        drawn.append(
            _Bar(
                bar.label,
                bar.text,
                bar.current,
                x,
                24 + tall - height,
                height,
                x + 15,
                _kept_inside(x + 15, len(bar.text), width),
            )
        )
    return {"bars": drawn, "label": label, "width": width, "base": 24 + tall}


def _kept_inside(middle: float, letters: int, width: float) -> float:
    """Where a text centred at `middle` has its centre so that it is not cut at an edge; a figure takes some 6.5 units."""
    half = min(letters * 3.3, width / 2)
    return round(min(max(middle, half), width - half), 1)


@dataclass(frozen=True, slots=True)
class _Given:
    label: str
    value: Decimal
    text: str
    current: bool

    @classmethod
    def of(cls, bar: Any) -> _Given:
        def read(name: str, default: Any = "") -> Any:
            return bar.get(name, default) if isinstance(bar, Mapping) else getattr(bar, name, default)

        value = read("value")
        return cls(
            str(read("label")),
            Decimal(getattr(value, "amount", value)),
            str(read("text") or value),
            bool(read("current", False)),
        )
