"""Every address of every site, from the URL configuration, filled with somebody's objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import URLResolver, get_resolver, resolve

_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Address:
    """One view. `route` is its whole address with places for arguments."""

    site: str
    view: str
    route: str

    @property
    def arguments(self) -> tuple[str, ...]:
        route = _GROUP.sub("", self.route)
        return tuple(_CONVERTER.findall(route) + _GROUP.findall(self.route))

    def filled(self, value: Callable[[str, str], Any]) -> str:
        """`value(view, argument)` gives each argument. It leads to this very view, not to one before it."""
        path = "/" + self.route
        for places in (_GROUP, _CONVERTER):
            path = places.sub(lambda found: str(value(self.view, found[1])), path)
        path = path.replace("^", "").replace("$", "")
        assert resolve(path, settings.URLCONFS[self.site]).route == self.route.replace("^", ""), path
        return path


def addresses_of(site: str) -> list[Address]:
    return [Address(site, view, route) for view, route in _walk(get_resolver(settings.URLCONFS[site]), "", ())]


def _walk(resolver: URLResolver, route: str, namespaces: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for one in resolver.url_patterns:
        here = route + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one, here, (*namespaces, one.namespace) if one.namespace else namespaces)
        else:
            yield ":".join((*namespaces, one.name or one.lookup_str)), here
