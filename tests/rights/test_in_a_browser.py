"""The pages in Chromium: nothing for axe, nothing wider than the page, no target too small."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Route, sync_playwright

from doctorlike.accounts.rules import Role
from doctorlike.audit import commands as audit
from tests.care.dispute_stage import colleague
from tests.desk.test_pages import browser_of as staff_browser
from tests.policies.builders import ANNA, AT, BORIS, account, policy
from tests.rights.test_consents import of_an_order
from tests.rights.test_pages import browser_of, consent_about, ready_copy
from tests.shop.conftest import first_of_march  # noqa: F401 - the fixture
from tests.ui.test_in_a_browser import TARGETS, TOO_WIDE

ORIGIN = "http://pages.test"
PICTURES = os.environ.get("JOURNEY_PICTURES", "")
WIDTHS = (320, 1280)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


def pages(on_site: Callable[[str], None]) -> dict[str, str]:
    """What client and operator see, by name."""
    anna = of_an_order()
    client, seen = browser_of(anna, proven=True), {}

    def look(name: str, address: str, browser: Client, answers: dict[str, str] | None = None) -> None:
        answer = browser.post(address, answers) if answers is not None else browser.get(address)
        assert answer.status_code in (200, 422)
        seen[name] = answer.content.decode()

    look("readings nobody", reverse("rights:readings"), client)
    own = policy(ANNA)
    details = {"reason": "complaint"}
    audit.record(
        by=colleague("olga"), at=AT, action="medical.opened", subject_type="policy", subject_id=own, details=details
    )
    ready_copy(anna)
    look("index", reverse("rights:index"), client)
    look("consent", reverse("rights:consent", args=[consent_about(anna, "advertising")]), client)
    look("consent of the contract", reverse("rights:consent", args=[consent_about(anna, "health_data")]), client)
    look("readings", reverse("rights:readings"), client)
    look("closing", reverse("rights:closing"), client)
    look("closing refused", reverse("rights:closing"), client, {})
    client.post(reverse("rights:closing"), {"understood": "on"})
    look("closing waits", reverse("rights:closing"), client)
    look("closed", reverse("rights:closing"), browser_of(account(BORIS), proven=True), {"understood": "on"})
    on_site("staff")
    look("desk", "/desk/closings/", staff_browser(Role.OPERATOR))
    return seen


@pytest.mark.django_db
@pytest.mark.usefixtures("first_of_march")
def test_nothing_is_wrong_with_the_pages(on_site: Callable[[str], None]) -> None:
    on_site("portal")
    seen = pages(on_site)
    found: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            page = chromium.new_page(color_scheme="dark" if scheme == "dark" else "light")
            page.route("**/*", lambda route: _answer(route, seen))
            for name in seen:
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 800})
                    page.goto(f"{ORIGIN}/{name.replace(' ', '-')}")
                    if PICTURES:
                        page.screenshot(path=f"{PICTURES}/rights-{name}-{width}-{scheme}.png", full_page=True)
                    found += [f"{name} {width}: {told}" for told in page.evaluate(TOO_WIDE)]
                    found += [f"{name} {width}: {told}" for told in page.evaluate(TARGETS)]
                results = Axe().run(page)
                if results.violations_count:
                    found.append(f"{name} {scheme}: {results.generate_report()}")
        chromium.close()
    assert found == []


def _answer(route: Route, seen: dict[str, str]) -> None:
    path = route.request.url.removeprefix(ORIGIN)
    name = path.strip("/").replace("-", " ")
    if name in seen:
        route.fulfill(body=seen[name], content_type="text/html; charset=utf-8")
        return
    file = finders.find(path.removeprefix("/static/"))
    if not isinstance(file, str):
        route.fulfill(status=404, body="")
        return
    kind = TYPES.get(Path(file).suffix, "application/octet-stream")
    route.fulfill(body=Path(file).read_bytes(), content_type=kind)
