"""Django's tags `translate`, `blocktranslate`, `url` and `static` with what never changes in a process worked out
once: a page asks for a hundred words and thirty addresses, a quarter of its time. Same syntax, same output."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template
from django.conf import settings
from django.template.base import Parser, Token, Variable
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as plain_url
from django.templatetags.i18n import BlockTranslateNode, TranslateNode, do_block_translate, do_translate
from django.templatetags.static import StaticNode
from django.templatetags.static import do_static as plain_static
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language

register = template.Library()


class ReadyWords(template.Node):
    """`{% translate "…" %}` of plain words remembers each language's answer."""

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
    """Django's own where there are variables, filters, `as`, `context` or `noop`."""
    node = do_translate(parser, token)
    asked = node.filter_expression
    is_plain = _is_literal(asked) and not (node.asvar or node.message_context or node.noop)
    return ReadyWords(node) if is_plain else node


class ReadyBlock(BlockTranslateNode):
    """Remembers the text between its tags as the catalogue knows it."""

    def render_token_list(self, tokens: list[Token]) -> tuple[str, list[str]]:
        texts = self.__dict__.setdefault("_texts", {})
        if id(tokens) not in texts:
            texts[id(tokens)] = super().render_token_list(tokens)
        text, names = texts[id(tokens)]
        return text, list(names)  # the caller adds to them


@register.tag("blocktranslate")
def blocktranslate(parser: Parser, token: Token) -> template.Node:
    """Django's own, but for the text."""
    node = do_block_translate(parser, token)
    ready = ReadyBlock.__new__(ReadyBlock)
    ready.__dict__.update(node.__dict__)
    return ready


_SOME_ID = UUID("01234567-89ab-7cde-8f01-23456789abcd")


class ReadyUrl(template.Node):
    """`{% url "name" %}`, also with one id, remembers the address around the id."""

    def __init__(self, plain: URLNode) -> None:
        self._plain = plain
        self._around: dict[tuple[str, str], tuple[str, str] | None] = {}

    def render(self, context: Context) -> str:
        ids = [one.resolve(context) for one in self._plain.args]
        if not all(isinstance(one, UUID) for one in ids):
            return self._plain.render(context)
        served = (get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
        if served not in self._around:
            self._around[served] = self._learn(context)
        around = self._around[served]
        if around is None:
            return self._plain.render(context)
        address = f"{around[0]}{ids[0] if ids else ''}{around[1]}"
        if not self._plain.asvar:
            return address
        context[self._plain.asvar] = address
        return ""

    def _learn(self, context: Context) -> tuple[str, str] | None:
        """None for what only Django can answer, or refuse."""
        name = self._plain.view_name.resolve(context)
        try:
            before, found, after = reverse(name, args=[_SOME_ID] * len(self._plain.args)).partition(str(_SOME_ID))
        except NoReverseMatch:
            return None
        return (before, after) if bool(found) == bool(self._plain.args) else None


@register.tag("url")
def url(parser: Parser, token: Token) -> template.Node:
    """Django's own where there are names of arguments, or several of them."""
    node = plain_url(parser, token)
    is_plain = _is_literal(node.view_name) and len(node.args) < 2 and not node.kwargs
    return ReadyUrl(node) if is_plain else node


class ReadyFile(template.Node):
    """`{% static "file" %}` remembers the file's address, hash and all."""

    def __init__(self, plain: StaticNode) -> None:
        self._plain = plain
        self._addresses: dict[tuple[str, str], str] = {}

    def render(self, context: Context) -> str:
        storages: Any = settings.STORAGES
        stored = (settings.STATIC_URL, storages["staticfiles"]["BACKEND"])
        if stored not in self._addresses:
            self._addresses[stored] = self._plain.render(context)
        return self._addresses[stored]


@register.tag("static")
def static(parser: Parser, token: Token) -> template.Node:
    """Django's own where there are variables, filters or `as`."""
    node = plain_static(parser, token)
    return ReadyFile(node) if _is_literal(node.path) and not node.varname else node


class Kept(template.Node):
    """`{% kept page.kind total %}…{% endkept %}`: what stands between the tags is the same for everybody for whom the
    named values are, and is kept for them by language. Nothing of a visitor, an order or a token may stand in it; brand
    and addresses of the process may. The values are few and hashable; the oldest texts give way."""

    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: template.NodeList, by: list[Any]) -> None:
        self.nodelist = nodelist
        self._by = by
        self._texts: dict[tuple[Any, ...], str] = {}

    def render(self, context: Context) -> str:
        key = (
            get_language(),
            id(settings.BRAND),
            settings.ROOT_URLCONF,
            settings.STATIC_URL,
            *[one.resolve(context, ignore_failures=True) for one in self._by],
        )
        text = self._texts.get(key)
        if text is None:
            text = self.nodelist.render(context)
            if len(self._texts) >= _MOST_TEXTS:
                # Another thread may have made the same room.
                self._texts.pop(next(iter(self._texts)), None)
            self._texts[key] = text
        return text


_MOST_TEXTS = 64


@register.tag("kept")
def kept(parser: Parser, token: Token) -> template.Node:
    """Values that tell texts apart follow the tag's name."""
    by = [parser.compile_filter(one) for one in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(nodelist, by)


def _is_literal(asked: Any) -> bool:
    """A quoted text without filters."""
    is_text = isinstance(asked.var, str) or (isinstance(asked.var, Variable) and asked.var.literal is not None)
    return is_text and not asked.filters
