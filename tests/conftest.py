"""Fixtures for every room."""

from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.jobs import no_jobs_left  # noqa: F401  # a fixture: each test finds the queue of jobs empty

# How long an example takes tells of the machine, not of the product: speed is measured by `make bench-*`.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("house")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The journeys are the longest and begin first, so that no process waits for them at the end."""
    items.sort(key=lambda item: item.path.parent.name != "journeys")


class _ByFile(LoadScopeScheduling):
    """A file stays together, for what its tests share is dear to make; so do the journeys, which share one system."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return "journeys" if path.startswith("tests/journeys/") else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """How tests are shared out among processes."""
    return _ByFile(config, log)


# After a test that really committed. Django truncates every table, which makes a hundred files anew; nearly all of them
# are empty. What holds rows (keys, append-only tables) are triggers: there are none for this one transaction.
_EMPTIED = """
    do $$ declare one text; filled boolean; begin
        perform set_config('session_replication_role', 'replica', true);
        foreach one in array array[{tables}] loop
            execute format('select exists (select from %I)', one) into filled;
            if filled then execute format('delete from %I', one); end if;
        end loop;
    end $$"""
# Made by migrations and the same in every test.
_KEPT = {"django_content_type", "auth_permission"}


@pytest.fixture(autouse=True, scope="session")
def _emptied_quickly() -> Iterator[None]:
    truncating = DatabaseOperations.sql_flush

    def sql_flush(self: Any, style: Any, tables: list[str], **asked: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute("show is_superuser")
            may = cursor.fetchone() == ("on",)
        names = ", ".join(f"'{table}'" for table in tables if table not in _KEPT)
        return [_EMPTIED.format(tables=names)] if may else truncating(self, style, tables, **asked)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


@pytest.fixture(autouse=True, scope="session")
def _mail_hung_up() -> Iterator[None]:
    """The connection to the mail server that the last letter left open is closed."""
    yield
    from doctorlike.notifications.gateways.smtp.client import hang_up

    hang_up()


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
