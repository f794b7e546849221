"""The permission table and the URL configuration of every site say the same, and the pages obey the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from doctorlike.accounts.rules import Permission
from doctorlike.sites.access import Open, Row, table
from tests.accounts.builders import anna, boris

SITES = ("portal", "telemed", "staff", "streams")
PAGES = ("portal", "telemed", "staff")
SOME_ID = UUID("00000000-0000-7000-8000-000000000000")
ANYTHING = {"UUIDConverter": SOME_ID, "IntConverter": 1, "SlugConverter": "x", "StringConverter": "x"}
BACKEND = "doctorlike.accounts.recognition.AccountBackend"


def views_of(site: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every view of a site with its full name, as requests know it (a nameless one goes by its function), and what its
    address needs: converters by argument."""
    yield from _walk(get_resolver(settings.URLCONFS[site]).url_patterns, (), {})


def _walk(patterns: list, namespaces: tuple[str, ...], needs: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    for one in patterns:
        here = {key: type(converter).__name__ for key, converter in one.pattern.converters.items()}
        if isinstance(one, URLResolver):
            inside = (*namespaces, one.namespace) if one.namespace else namespaces
            yield from _walk(one.url_patterns, inside, {**needs, **here})
        else:
            yield ":".join((*namespaces, one.name or one.lookup_str)), {**needs, **here}


def guarded(site: str) -> Iterator[tuple[str, Row, str]]:
    """Each listed view that is not for everybody: its name, its row, one address of it."""
    rows = table(site).rows
    for name, needs in views_of(site):
        if name in rows and rows[name] is not Open.PUBLIC:
            arguments = {key: ANYTHING[converter] for key, converter in needs.items()}
            yield name, rows[name], reverse(name, urlconf=settings.URLCONFS[site], kwargs=arguments)


@pytest.mark.parametrize("site", SITES)
def test_every_view_has_a_row(site: str) -> None:
    known = table(site)
    unlisted = [
        name
        for name, _needs in views_of(site)
        if name not in known.rows and not (":" in name and name.partition(":")[0] in known.namespaces)
    ]
    assert unlisted == []


@pytest.mark.parametrize("site", SITES)
def test_every_row_has_a_view(site: str) -> None:
    names = {name for name, _needs in views_of(site)}
    rows = import_module(f"doctorlike.sites.{site}.access")
    assert sorted(set(rows.ROWS) - names) == []
    assert sorted(set(rows.NAMESPACES) - {name.partition(":")[0] for name in names if ":" in name}) == []


@pytest.mark.django_db
@pytest.mark.parametrize("site", PAGES)
def test_a_visitor_is_led_to_the_door_of_every_guarded_page(site: str, on_site: Callable[[str], None]) -> None:
    on_site(site)
    visitor = Client()
    let_in = [
        (address, answer.status_code)
        for _name, _row, address in guarded(site)
        for answer in (visitor.get(address), visitor.post(address))
        if answer.status_code != 302 or not answer["Location"].startswith("/signin/?next=")
    ]
    assert let_in == []


@pytest.mark.django_db
@pytest.mark.parametrize("site", PAGES)
def test_a_client_finds_no_page_of_people_at_work(site: str, on_site: Callable[[str], None]) -> None:
    on_site(site)
    browser = Client()
    browser.force_login(anna(), backend=BACKEND)
    staff_only = [one for one in guarded(site) if isinstance(one[1], Permission) and one[1] != Permission.USE_ACCOUNT]
    found = [
        (address, answer.status_code)
        for _name, _row, address in staff_only
        for answer in (browser.get(address), browser.post(address))
        if answer.status_code != 404
    ]
    assert found == []
    assert staff_only or site == "portal"


@pytest.mark.django_db
def test_a_closed_account_sees_nothing_any_more(on_site: Callable[[str], None]) -> None:
    on_site("portal")
    closed = boris()
    browser = Client()
    browser.force_login(closed, backend=BACKEND)
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)
    assert browser.get("/cabinet/profile/").status_code == 302
