"""A field of a form with label, hint, error and control, drawn without templates: a page of an order has thirty, and
each cost five included templates. `c-field` is the way to it (doctorlike/ui/README.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import BoundField
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


def draw_field(field: BoundField, kind: str, *, label: Any = "", width: str = "", slot: Any = "", control: str) -> str:
    """`kind` as of the filter `field_kind`, `control` the field's own control; everything else is escaped here."""
    draw = _DRAWN.get(kind, _plain)
    return SafeString(draw(field, kind, label or field.label, width, slot, control))


def _plain(field: BoundField, kind: str, label: Any, width: str, slot: Any, control: str) -> str:
    shown = f'<div class="upload">{control}</div>' if kind == "file" else control
    named = f'<label for="{field.id_for_label}">{conditional_escape(label)}{_optional(field)}</label>'
    opened = f'<div class="field {conditional_escape(width)}{_invalid(field)}">'
    return f"{opened}{named}\n{_hint(field)}{_error(field)}{shown}{conditional_escape(slot)}</div>"


def _check(field: BoundField, kind: str, label: Any, width: str, slot: Any, control: str) -> str:
    said = conditional_escape(slot if str(slot).strip() else label)
    hint = _of(field.help_text, f'<span class="hint" id="{field.auto_id}_helptext"><br>', "</span>")
    return (
        f'<div class="field{_invalid(field)}">{_error(field)}'
        f'<label class="check">{control}<span>{said}{hint}</span></label></div>'
    )


def _options(field: BoundField, kind: str, label: Any, width: str, slot: Any, control: str) -> str:
    said = (("helptext", field.help_text), ("error", field.errors))
    described = " ".join(f"{field.auto_id}_{part}" for part, there in said if there)
    about = f' aria-describedby="{described}"' if described else ""
    options, of_kind = ("".join(map(_card, field)), "") if kind == "cards" else ("".join(map(_line, field)), " plain")
    return (
        f'<fieldset class="fieldset{_invalid(field)}"{about}>'
        f"<legend>{conditional_escape(label)}{_optional(field)}</legend>\n"
        f'{_hint(field)}{_error(field)}\n<div class="choices{of_kind}">{options}</div></fieldset>'
    )


def _line(option: Any) -> str:
    return f'<label class="check">{option.tag()}<span>{conditional_escape(option.choice_label)}</span></label>'


def _card(option: Any) -> str:
    label = option.choice_label
    note = _of(getattr(label, "note", ""), '<span class="soft small">', "</span>")
    amount = _of(getattr(label, "amount", ""), '<span class="money">', "</span>")
    return f'<label class="choice">{option.tag()}<span><b>{conditional_escape(label)}</b>{note}</span>{amount}</label>'


def _hint(field: BoundField) -> str:
    return _of(field.help_text, f'<p class="hint" id="{field.auto_id}_helptext">', "</p>")


def _error(field: BoundField) -> str:
    if not field.errors:
        return ""
    said = "<br>".join(f'<span class="vh">{_("Ошибка:")} </span>{conditional_escape(str(one))}' for one in field.errors)
    return f'<p class="error" id="{field.auto_id}_error">{said}</p>'


def _of(text: Any, before: str, after: str) -> str:
    """Nothing for nothing."""
    return f"{before}{conditional_escape(text)}{after}" if text else ""


def _invalid(field: BoundField) -> str:
    return " invalid" if field.errors else ""


def _optional(field: BoundField) -> str:
    return "" if field.field.required else f' <span class="optional">{_("(необязательно)")}</span>'


_DRAWN: dict[str, Callable[..., str]] = {"check": _check, "options": _options, "cards": _options}
