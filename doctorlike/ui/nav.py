"""The places of a site: what its bar, rail and top row show. Each site registers its own when the process starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class NavPlace:
    """One place. `short` stands in a phone's bottom bar, `icon` is a heroicon; `exact` marks it as current on its own
    address only, otherwise on every address below. `visible` decides per request and must not query."""

    key: str
    label: Words
    icon: str
    url: Words
    short: Words = ""
    exact: bool = False
    visible: Callable[[HttpRequest], bool] | None = None


@dataclass(frozen=True, slots=True)
class SiteNav:
    """Everything below `prefix`: the places, where the mark leads, the own account, search from anywhere, and what
    stands beside the phone at the top of every page. `site` names whose it is: a process that builds addresses of
    another site knows that one's places too, and must not show them."""

    prefix: str
    home: Words
    places: Sequence[NavPlace] = ()
    account: NavPlace | None = None
    search: Words = ""
    beside_phone: NavPlace | None = None
    site: str = ""


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """A place as one page shows it."""

    label: str
    short: str
    icon: str
    url: str
    current: bool
    count: int


_navs: dict[str, SiteNav] = {}


def register(nav: SiteNav) -> None:
    """Make a site's places known. Safe to repeat: the same prefix of the same site is replaced."""
    _navs[nav.site + nav.prefix] = nav


def nav_of(path: str) -> SiteNav | None:
    """What is registered for the site this process serves, or for any, and fits a path best."""
    fitting = [nav for nav in _navs.values() if nav.site in ("", settings.SITE) and path.startswith(nav.prefix)]
    return max(fitting, key=lambda nav: len(nav.prefix), default=None)


def shown_places(nav: SiteNav, request: HttpRequest) -> tuple[ShownPlace, ...]:
    """The places this reader may open, at most one of them current: the one whose address fits best. Counts come
    from `request.nav_counts`."""
    counts: dict[str, int] = getattr(request, "nav_counts", {})
    open_to_reader = [
        (place, str(place.url)) for place in nav.places if place.visible is None or place.visible(request)
    ]
    fitting = [
        url for place, url in open_to_reader if request.path == url or (not place.exact and _below(request.path, url))
    ]
    best = max(fitting, key=len, default=None)
    return tuple(_shown(place, url, url == best, counts.get(place.key, 0)) for place, url in open_to_reader)


def shown_account(nav: SiteNav, request: HttpRequest) -> ShownPlace | None:
    return _shown_alone(nav.account, request)


def shown_beside_phone(nav: SiteNav, request: HttpRequest) -> ShownPlace | None:
    return _shown_alone(nav.beside_phone, request)


def _shown_alone(place: NavPlace | None, request: HttpRequest) -> ShownPlace | None:
    if place is None or (place.visible is not None and not place.visible(request)):
        return None
    url = str(place.url)
    return _shown(place, url, _below(request.path, url), 0)


def _below(path: str, url: str) -> bool:
    return path == url or path.startswith(url if url.endswith("/") else f"{url}/")


def _shown(place: NavPlace, url: str, current: bool, count: int) -> ShownPlace:
    return ShownPlace(str(place.label), str(place.short or place.label), place.icon, url, current, count)
