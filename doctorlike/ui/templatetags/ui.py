"""Filters and tags of the design system: amounts, days and times, icons, fields, scripts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString
from heroicons.templatetags import heroicons

from doctorlike.ui import words
from doctorlike.ui.bars import bar_chart
from doctorlike.ui.fields import draw_field
from doctorlike.ui.forms import ChoiceCards

register = template.Library()

for _filter in (
    words.money,
    words.amount,
    words.percent,
    words.phone,
    words.initials,
    words.day,
    words.day_in,
    words.daymonth,
    words.shortday,
    words.weekday,
    words.month,
    words.shortmonth,
    words.moment,
    words.time_in,
    words.when_in,
    words.zone_in,
):
    register.filter(_filter)

register.inclusion_tag("ui/parts/bar_chart.html")(bar_chart)


# Icons, scripts


@lru_cache(maxsize=512)
def _drawn(name: str, style: str) -> SafeString:
    draw = {"outline": heroicons.heroicon_outline, "solid": heroicons.heroicon_solid, "mini": heroicons.heroicon_mini}
    attrs: dict[str, Any] = {"class": "icon"} | ({"stroke_width": "1.75"} if style == "outline" else {})
    return SafeString(draw[style](name, size=None, **attrs))


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


def drawn_field(
    field: BoundField, label: Any, width: str, autocomplete: str, inputmode: str, placeholder: str, slot: Any
) -> str:
    """What `c-field` shows."""
    kind = field_kind(field)
    if kind in ("control", "file"):
        given = {"autocomplete": autocomplete, "inputmode": inputmode, "placeholder": placeholder}
        return draw_field(
            field,
            kind,
            label=label,
            width=width,
            slot=slot,
            control=control(field, **(given if kind != "file" else {})),
        )
    return (
        str(field)
        if kind == "hidden"
        else draw_field(field, kind, label=label, width=width, slot=slot, control=str(field) if kind == "check" else "")
    )


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
