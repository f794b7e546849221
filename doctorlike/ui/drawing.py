"""Plain controls of forms, drawn without templates: Django includes one for each option and its attributes, and a list
of all regions alone cost more than the rest of its page. The markup is Django's own, but for empty lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import conditional_escape


class ControlRenderer(DjangoTemplates):
    """The project's `FORM_RENDERER`. What is not a plain control is drawn by its template, as ever."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = _DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


def _attributes(attrs: dict[str, Any]) -> str:
    return "".join(
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def _input(widget: dict[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{conditional_escape(widget["value"])}"'
    name = conditional_escape(widget["name"])
    return f'<input type="{widget["type"]}" name="{name}"{value}{_attributes(widget["attrs"])}>'


def _choice(widget: dict[str, Any]) -> str:
    """A radio button or box of a group, in its label or bare."""
    control = _input(widget)
    if not widget.get("wrap_label"):
        return control
    of = widget["attrs"].get("id")
    described = f' for="{conditional_escape(of)}"' if of else ""
    return f"<label{described}>{control} {conditional_escape(widget['label'])}</label>"


def _option(widget: dict[str, Any]) -> str:
    attrs = _attributes(widget["attrs"])
    return (
        f'<option value="{conditional_escape(widget["value"])}"{attrs}>{conditional_escape(widget["label"])}</option>'
    )


def _select(widget: dict[str, Any]) -> str:
    parts = [f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group_name, options, _index in widget["optgroups"]:
        if group_name:
            parts.append(f'\n  <optgroup label="{conditional_escape(group_name)}">')
        parts += [f"\n  {_option(option)}" for option in options]
        if group_name:
            parts.append("\n  </optgroup>")
    return "".join([*parts, "\n</select>"])


_INPUTS = ("input", "text", "number", "email", "url", "tel", "search", "hidden", "date", "checkbox")
_DRAWN: dict[str, Callable[[dict[str, Any]], str]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in _INPUTS},
    "django/forms/widgets/radio_option.html": _choice,
    "django/forms/widgets/checkbox_option.html": _choice,
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/select_option.html": _option,
}
