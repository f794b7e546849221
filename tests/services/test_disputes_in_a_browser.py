"""The pages of a dispute in Chromium, the client's and the desk's: nothing for axe, nothing wider than the page."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Route, sync_playwright

from doctorlike.accounts.models import User
from doctorlike.accounts.rules import Role
from doctorlike.care import commands
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from tests.care import dispute_stage as stage
from tests.care.dispute_stage import NOW, TODAY, colleague
from tests.desk.test_pages import browser_of
from tests.policies import builders as people
from tests.ui.test_in_a_browser import TARGETS, TOO_WIDE

ORIGIN = "http://pages.test"
PICTURES = os.environ.get("JOURNEY_PICTURES", "")
WIDTHS = (320, 360, 1280)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


def pages(on_site: Callable[[str], None]) -> dict[str, str]:
    """What client and operator see on their way, by name."""
    anna = people.account(people.ANNA, email=people.ANNA.email)
    line, other = stage.annas_visit(anna)
    client, seen = Client(), {}
    client.force_login(anna)

    def look(name: str, address: str, browser: Client, answers: dict[str, Any] | None = None) -> None:
        answer = browser.post(address, answers) if answers is not None else browser.get(address)
        assert answer.status_code == 200
        seen[name] = answer.content.decode()

    form = f"/cabinet/services/lines/{line.pk}/dispute/"
    look("form", f"{form}?kind=not_given", client)
    look("form refused", form, client, {"kind": "not_given", "text": ""})
    opened = stage.dispute(line, anna)
    way = f"/cabinet/services/disputes/{opened}/"
    look("open", way, client)
    look("visit", f"/cabinet/services/{line.encounter_id}/", client)
    on_site("staff")
    operator = browser_of(Role.OPERATOR)
    look("queue", "/desk/disputes/", operator)
    look("answering", f"/desk/disputes/{opened}/", operator)
    look("answering refused", f"/desk/disputes/{opened}/", operator, {"decision": "", "answer": ""})
    commands.reject_dispute(
        dispute_id=opened, answer="В карте ваша подпись, время совпадает.", by=colleague("olga"), at=NOW
    )
    on_site("portal")
    look("rejected", way, client)
    look("complaint", f"{way}complain/", client)
    by = Actor.user(anna.pk)
    commands.complain(dispute_id=opened, user_id=anna.pk, text="Подпись не моя", on=TODAY, by=by, at=NOW)
    look("complained", way, client)
    on_site("staff")
    stage.dispute(other, User.objects.get(pk=anna.pk))
    look("queue with a complaint", "/desk/disputes/", operator)
    look("answering a complaint", f"/desk/disputes/{opened}/", operator)
    return seen


@pytest.mark.django_db
def test_nothing_is_wrong_with_the_pages(on_site: Callable[[str], None]) -> None:
    on_site("portal")
    with clock.moved_to(NOW):
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
                        page.screenshot(path=f"{PICTURES}/dispute-{name}-{width}-{scheme}.png", full_page=True)
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
