"""`{% translate "…" %}` of plain words remembers each language's answer: the catalogue of a process never changes, and
a page asks it a hundred times. Anything else (variables, filters, `as`, `context`, `noop`) is Django's own tag."""

from __future__ import annotations

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.translation import get_language

register = template.Library()


class ReadyWords(template.Node):
    """The tag with plain words."""

    def __init__(self, words: TranslateNode) -> None:
        self._words = words
        self._by_language: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        ready = self._by_language.get(language)
        if ready is None:
            ready = self._by_language[language] = self._words.render(context)
        return ready


@register.tag("translate")
def translate(parser: Parser, token: Token) -> template.Node:
    node = do_translate(parser, token)
    return ReadyWords(node) if _is_plain(node) else node


def _is_plain(node: TranslateNode) -> bool:
    asked = node.filter_expression
    is_literal = getattr(asked.var, "literal", None) is not None
    return is_literal and not asked.filters and not (node.asvar or node.message_context or node.noop)
