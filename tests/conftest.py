"""Fixtures for every room."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.jobs import no_jobs_left  # noqa: F401  # a fixture: each test finds the queue of jobs empty


@pytest.fixture(autouse=True, scope="session")
def _plain_static_addresses() -> Iterator[None]:
    """Pages are rendered without collecting static files first; what is collected has tests of its own."""
    from django.conf import settings
    from django.test import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield


@pytest.fixture
def on_site(settings: Any) -> Callable[[str], None]:
    """`on_site("staff")`: from here on this test's pages are those of that site, as if its process served them."""

    def switch(site: str) -> None:
        cookies = "telemed" if site == "streams" else site
        settings.SITE = site
        settings.SESSION_COOKIE_NAME = f"{cookies}_session"
        settings.CSRF_COOKIE_NAME = f"{cookies}_csrf"
        settings.LANGUAGE_COOKIE_NAME = f"{cookies}_language"
        settings.LOGIN_URL = {"telemed": "signin:start", "streams": settings.SITE_URLS["telemed"] + "/signin/"}.get(
            site, "account_login"
        )
        settings.LOGIN_REDIRECT_URL = "/" if site in ("staff", "telemed") else "home:index"
        settings.ROOT_URLCONF = settings.URLCONFS[site]

    return switch
