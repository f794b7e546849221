"""Whose request it is when a proxy of ours stands in front."""

from __future__ import annotations

import ipaddress

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from doctorlike.sites.proxies import ProxyMiddleware, visitor_address

OURS = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("2001:db8::/32"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),  # a stranger who writes the header is still the stranger
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", [" 198.51.100.1 ", " 10.0.0.2"], "198.51.100.1"),
        (
            "10.0.0.1",
            ["192.0.2.9", "198.51.100.1", "10.0.0.2"],
            "198.51.100.1",
        ),  # what the visitor wrote is not believed
        ("2001:db8::1", ["2001:4860::5"], "2001:4860::5"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.3"], "10.0.0.3"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_the_nearest_address_that_is_not_ours(peer: str, forwarded: list[str], visitor: str) -> None:
    assert visitor_address(peer, forwarded, OURS) == visitor


def test_the_rest_of_the_house_sees_the_visitor(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ("10.0.0.0/8",)
    seen: list[str] = []

    def respond(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    request = RequestFactory().get("/", headers={"X-Forwarded-For": "198.51.100.1"}, REMOTE_ADDR="10.0.0.1")
    ProxyMiddleware(respond)(request)
    assert seen == ["198.51.100.1"]


def test_without_proxies_of_ours_it_costs_nothing(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ()
    with pytest.raises(MiddlewareNotUsed):
        ProxyMiddleware(lambda _request: HttpResponse())
