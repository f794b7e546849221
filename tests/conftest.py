"""Fixtures for every room."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def _plain_static_addresses() -> Iterator[None]:
    """Pages are rendered without collecting static files first; what is collected has tests of its own."""
    from django.conf import settings
    from django.test import override_settings

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield
