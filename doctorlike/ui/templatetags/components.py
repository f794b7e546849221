"""Components (`<c-…>`) with what is the same at each use worked out once: where their template lies, what they take and
what holds when it is not told. Same syntax, same output as Cotton's own tag; a field (`c-field`) is drawn at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django_cotton.templatetags import Attrs, UnprocessableDynamicAttr
from django_cotton.templatetags._component import AttrKind, CottonComponentNode, cotton_component
from django_cotton.templatetags._slot import CottonSlotNode
from django_cotton.templatetags._vars import CottonVarsNode

from doctorlike.ui.templatetags.ui import drawn_field

register = template.Library()

_NOTHING = SafeString("")
# What only Cotton itself knows how to take.
_COTTONS_OWN = {"is", "attrs"}


@register.tag("cotton")
def component(parser: Parser, token: Token) -> Node:
    """Cotton's own where a component is chosen at run time, cut off from its page, or has named slots."""
    plain = cotton_component(parser, token)
    if plain.only or plain.component_name == "component" or _COTTONS_OWN & {one.key for one in plain._prepared_attrs}:
        return plain
    if plain.nodelist.get_nodes_by_type(CottonSlotNode):
        return plain
    return ReadyField(plain) if plain.component_name == "field" else ReadyComponent(plain)


class _Told:
    """The attributes of a component at one place of a template."""

    def __init__(self, plain: CottonComponentNode) -> None:
        still, self._asked = {}, []
        for one in plain._prepared_attrs:
            if one.compiled is None:
                still[one.key] = one.value
            else:
                self._asked.append((one.key, one.kind, one.value, one.compiled))
        self._still = still
        self._order = [one.key for one in plain._prepared_attrs]

    def values(self, context: Context) -> dict[str, Any]:
        """By name, in the order of the template; one that cannot be made out is left out."""
        told = self._still.copy()
        for key, kind, value, compiled in self._asked:
            if kind is AttrKind.ESCAPED:
                told[key] = compiled.nodelist.render(context)
                continue
            try:
                told[key] = compiled.resolve(context)
            except UnprocessableDynamicAttr:
                if kind is AttrKind.UNQUOTED:
                    told[key] = value
        return told

    def in_order(self, told: dict[str, Any]) -> dict[str, Any]:
        return {key: told[key] for key in self._order if key in told}


@dataclass(frozen=True, slots=True)
class _Part:
    """The template of a component: what it shows, and what holds for attributes that are not told."""

    nodelist: NodeList
    defaults: dict[str, Any]
    own: frozenset[str]
    passes_on: bool


class ReadyComponent(Node):
    """A component with its body as `slot`."""

    child_nodelists = ("nodelist",)

    def __init__(self, plain: CottonComponentNode) -> None:
        self.nodelist = plain.nodelist
        self._told = _Told(plain)
        self._path = plain._generate_component_template_path(plain.component_name, None)
        self._part: _Part | None = None

    def render(self, context: Context) -> str:
        part = self._part
        if part is None:
            part = self._part = _part(self._path)
        told = self._told.values(context)
        # Names with a hyphen are reached with a line below.
        state = {**part.defaults, **{key.replace("-", "_"): value for key, value in told.items()}}
        state["slot"] = self.nodelist.render(context) if self.nodelist else _NOTHING
        if part.passes_on:
            attrs = Attrs(self._told.in_order(told))
            for name in part.own:
                attrs.exclude_from_string_output(name)
            state["attrs"] = attrs
        with context.push(state):
            return part.nodelist.render(context)


def _part(path: str) -> _Part:
    shown: Any = get_template(path)
    shown = getattr(shown, "template", shown)
    declared = [one for one in shown.nodelist if isinstance(one, CottonVarsNode)]
    attrs = Attrs({})
    defaults = {name: value for one in declared for name, value in one.extract_vars(Context(), attrs, {}).items()}
    return _Part(
        nodelist=NodeList(one for one in shown.nodelist if not isinstance(one, CottonVarsNode)),
        defaults=defaults,
        own=frozenset(attrs._exclude_from_str),
        passes_on="attrs" in shown.source,
    )


class ReadyField(Node):
    """`c-field`: nothing of it is left to a template."""

    child_nodelists = ("nodelist",)

    def __init__(self, plain: CottonComponentNode) -> None:
        self.nodelist = plain.nodelist
        self._told = _Told(plain)

    def render(self, context: Context) -> str:
        told = self._told.values(context)
        return drawn_field(
            told["field"],
            label=told.get("label", ""),
            width=told.get("width", ""),
            autocomplete=told.get("autocomplete", ""),
            inputmode=told.get("inputmode", ""),
            placeholder=told.get("placeholder", ""),
            slot=self.nodelist.render(context) if self.nodelist else _NOTHING,
        )
