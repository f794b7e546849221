"""The desk's pages of linking in Chromium: nothing for axe, nothing wider than the page, every target large enough."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from doctorlike.accounts.rules import Role
from doctorlike.kit import clock
from doctorlike.policies import commands
from tests.desk.test_pages import browser_of
from tests.policies.builders import ANNA, AT, BORIS, BY, Someone, account
from tests.policies.test_linking_at_desk import contract, link
from tests.ui.rendered import ORIGIN, WIDTHS, answer
from tests.ui.test_in_a_browser import TARGETS, TOO_WIDE

PICTURES = os.environ.get("JOURNEY_PICTURES", "")
PETROVA = Someone("Петрова", "Анна", ANNA.born_on, "female", "+79270000066")


def pages() -> dict[str, str]:
    """What the operator sees on the way, by name."""
    hers, operator = contract(), browser_of(Role.OPERATOR)
    anna, boris, petrova = account(ANNA, email=ANNA.email), account(BORIS), account(PETROVA)
    start = f"/desk/clients/{hers}/links/"
    seen = {}

    def look(name: str, address: str, answers: Mapping[str, str] | None = None) -> None:
        answer = operator.get(address) if answers is None else operator.post(address, answers)
        assert answer.status_code == 200
        seen[name] = answer.content.decode()

    look("nowhere", start)
    look("nobody found", start, {"contact": "nobody@mail.example"})
    look("fits", f"{start}{anna.pk}/")
    look("refused", f"{start}{anna.pk}/", {"series": "3608", "number": "000000"})
    look("another person", f"{start}{boris.pk}/")
    link(hers, anna)
    look("another name", f"{start}{petrova.pk}/")
    look("another name refused", f"{start}{petrova.pk}/", {"number": ""})
    look("stands here", start)
    look("taking away", f"{start}{anna.pk}/unlink/")
    look("taking away refused", f"{start}{anna.pk}/unlink/", {})
    commands.unlink_at_desk(policy_id=hers, user_id=anna.pk, reason=commands.UnlinkReason.CLIENT_ASKED, by=BY, at=AT)
    look("decided", start)
    return seen


@pytest.mark.django_db
def test_nothing_is_wrong_with_the_pages(on_site: Callable[[str], None]) -> None:
    on_site("staff")
    with clock.moved_to(AT):
        seen = pages()
    found: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            page = chromium.new_page(color_scheme="dark" if scheme == "dark" else "light")
            page.route("**/*", lambda route: answer(route, seen))
            for name in seen:
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 800})
                    page.goto(f"{ORIGIN}/{name.replace(' ', '-')}")
                    if PICTURES:
                        page.screenshot(path=f"{PICTURES}/linking-{name}-{width}-{scheme}.png", full_page=True)
                    found += [f"{name} {width}: {told}" for told in page.evaluate(TOO_WIDE)]
                    found += [f"{name} {width}: {told}" for told in page.evaluate(TARGETS)]
                results = Axe().run(page)
                if results.violations_count:
                    found.append(f"{name} {scheme}: {results.generate_report()}")
        chromium.close()
    assert found == []
