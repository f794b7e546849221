"""The network's pages in Chromium: nothing for axe, nothing wider than the page, every target large enough."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import sync_playwright

from doctorlike.accounts.rules import Role
from doctorlike.clinics.models import Clinic
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.regions import commands as regions
from tests.desk.test_network_lists import AT, COLUMNS, LIST, applied, read, sent
from tests.desk.test_pages import browser_of
from tests.jobs import run_jobs
from tests.ui.rendered import ORIGIN, answer
from tests.ui.test_in_a_browser import TARGETS, TOO_WIDE

PICTURES = os.environ.get("JOURNEY_PICTURES", "")
WIDTHS = (320, 1280)
PRICES = "клиника;услуга;цена;действует с\nООО «Ромашка»;Прием терапевта;{price};{on}\n"


def page(browser: Client, address: str, answers: dict[str, str] | None = None) -> str:
    told = browser.get(address) if answers is None else browser.post(address, answers)
    assert told.status_code == 200, address
    return told.content.decode()


def pages(expert: Client) -> dict[str, str]:
    """What the expert sees on the way, by name."""
    seen = {"nothing yet": page(expert, "/desk/network/"), "upload": page(expert, "/desk/network/upload/")}
    way, seen["columns"] = sent(expert)
    seen["columns refused"] = page(expert, way, {"column_clinic": "тел.", "column_phone": "тел."})
    expert.post(way, COLUMNS)
    way = way.removesuffix("columns/")
    seen["waiting"] = page(expert, way)
    run_jobs()
    seen["row"] = page(expert, f"{way}rows/3/")
    seen["row refused"] = page(expert, f"{way}rows/3/", {"clinic": "", "address": "нигде"})
    seen["apply"] = page(expert, f"{way}apply/")
    seen["apply refused"] = page(expert, f"{way}apply/", {"absent": "source", "absent_on": ""})
    applied(expert, way)
    way = read(expert, LIST.replace("84950000001;пн-пт 08:00-20:00", "84950000009;круглосуточно"))
    seen["differences"] = page(expert, way)
    seen["take back"] = page(expert, f"{way}take-back/")
    seen["index"] = page(expert, "/desk/network/")
    seen["clinics"] = page(expert, "/desk/network/clinics/?q=садовая")
    clinic = f"/desk/network/clinics/{Clinic.objects.get(name__contains='Ромашка').pk}/"
    for price, on in (("1900", "25.03.2026"), ("2100", "01.05.2026")):
        way, _page = sent(expert, PRICES.format(price=price, on=on), f"{price}.csv", kind="prices")
        if way.endswith("columns/"):
            columns = {"clinic": "клиника", "service": "услуга", "price": "цена", "from": "действует с"}
            expert.post(way, {"source": "Ромашка", **{f"column_{key}": name for key, name in columns.items()}})
            way = way.removesuffix("columns/")
        run_jobs()
        applied(expert, way)
    seen["clinic"] = page(expert, clinic)
    seen["in"] = page(expert, f"{clinic}in/", {"on": "01.01.2020"})
    seen["out"] = page(expert, f"{clinic}out/")
    return seen


@pytest.mark.django_db
def test_nothing_is_wrong_with_the_pages(on_site: Callable[[str], None]) -> None:
    on_site("staff")
    regions.load_shipped_regions(by=Actor.system("tests"), at=AT)
    with clock.moved_to(AT):
        seen = pages(browser_of(Role.MEDICAL_EXPERT))
    found: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            shown = chromium.new_page(color_scheme="dark" if scheme == "dark" else "light")
            shown.route("**/*", lambda route: answer(route, seen))
            shown.route("**/progress/", lambda route: route.fulfill(status=204))
            for name in seen:
                for width in WIDTHS if scheme == "light" else WIDTHS[:1]:
                    shown.set_viewport_size({"width": width, "height": 800})
                    shown.goto(f"{ORIGIN}/{name.replace(' ', '-')}")
                    if PICTURES:
                        shown.screenshot(path=f"{PICTURES}/network-{name}-{width}-{scheme}.png", full_page=True)
                    found += [f"{name} {width}: {told}" for told in shown.evaluate(TOO_WIDE)]
                    found += [f"{name} {width}: {told}" for told in shown.evaluate(TARGETS)]
                results = Axe().run(shown)
                if results.violations_count:
                    found.append(f"{name} {scheme}: {results.generate_report()}")
        chromium.close()
    assert found == []
