"""Whose request it is when a proxy of ours stands in front."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ProxyMiddleware:
    """`REMOTE_ADDR` becomes the address that our own proxies (`TRUSTED_PROXIES`) saw. What others write into
    `X-Forwarded-For` is believed no further than the first address that is not one of ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._ours = tuple(ipaddress.ip_network(one) for one in settings.TRUSTED_PROXIES)
        if not self._ours:
            raise MiddlewareNotUsed

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.headers.get("X-Forwarded-For", "")
        seen = visitor_address(request.META.get("REMOTE_ADDR", ""), told.split(","), self._ours)
        request.META["REMOTE_ADDR"] = seen
        return self.get_response(request)


def visitor_address(peer: str, forwarded: Sequence[str], ours: Sequence[Network]) -> str:
    """The nearest address that is not a proxy of ours, going back from `peer`; `peer` itself when nothing better is
    told."""
    nearest = peer
    for told in [*reversed(forwarded), ""]:
        if not _is_ours(nearest, ours):
            return nearest
        try:
            nearest = str(ipaddress.ip_address(told.strip()))
        except ValueError:
            return nearest
    return nearest


def _is_ours(address: str, ours: Sequence[Network]) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in ours)
