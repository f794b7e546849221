"""Fixtures for every room."""

from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest

from tests.jobs import no_jobs_left  # noqa: F401  # a fixture: each test finds the queue of jobs empty

# How long an example takes tells of the machine, not of the product: speed is measured by `make bench-*`.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("house")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests are shared out among processes, a file stays together; so do the journeys, which share one system."""
    for item in items:
        package = item.path.parent.name
        item.add_marker(pytest.mark.xdist_group(package if package == "journeys" else str(item.path)))


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
