"""What every page knows without asking the database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch
from django.utils.functional import SimpleLazyObject

from doctorlike.ui.nav import SiteNav, nav_of, shown_account, shown_beside_phone, shown_places

THEMES = ("light", "dark")
THEME_COOKIE = "theme"


def look(request: HttpRequest) -> dict[str, Any]:
    """Brand, site, chosen theme, places. `clock_moved_to` is the moved business instant in a demo, set on the request
    by the middleware that moves the clock; otherwise None."""
    nav = nav_of(request.path)
    home_url = _home_url(nav)
    if not home_url:
        nav = None
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "brand": settings.BRAND,
        "site_name": settings.SITE,
        "site_urls": settings.SITE_URLS,
        "theme": theme if theme in THEMES else "",
        "nav": SimpleLazyObject(lambda: shown_places(nav, request)) if nav else (),
        "account": shown_account(nav, request) if nav else None,
        "beside_phone": shown_beside_phone(nav, request) if nav else None,
        "home_url": home_url or "/",
        "search_url": str(nav.search) if nav and nav.search else "",
        "clock_moved_to": getattr(request, "clock_moved_to", None),
    }


def _home_url(nav: SiteNav | None) -> str:
    """Empty also for a nav of another site, registered in this process but without addresses here."""
    try:
        return str(nav.home) if nav else ""
    except NoReverseMatch:
        return ""
