"""The system and the browsers of the journeys. Both live as long as this package's tests: what is started after them
must not find their event loop or their processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from setup import settings
from setup.own_system import own_system
from tests.journeys.person import Person
from tests.journeys.world import World

SERVICES = ("sandbox", "worker", "portal", "telemed", "staff", "streams")
PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1280, "height": 900}
# The machine may be doing ten things at once: a wait this long ends a journey that is truly stuck.
PATIENCE_MS = 15_000

FLAGS = [
    # Nothing of the browser's own goes out, and nothing of it disturbs a journey.
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"),
    # A camera that shows a clock, and a microphone that beeps.
    "--use-fake-device-for-media-stream",
    # Chromium's sandbox does not work for root.
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]

SitDown = Callable[..., Person]


@pytest.fixture(scope="package")
def running_world() -> Iterator[World]:
    """The whole system over a database of its own, filled with the demo."""
    with own_system("journeys", settings.read(), durable=False) as system:
        system.manage("seed_demo")
        system.start(*SERVICES)
        yield World(system)


@pytest.fixture
def world(running_world: World) -> World:
    """The system with its clock at the next noon, for one journey."""
    running_world.begin_anew()
    return running_world


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def sits_down(browser: Browser, world: World) -> Iterator[SitDown]:
    """`sits_down("anna", PHONE)` is a person at a browser of their own; no page they saw may have had a fault.
    `closely` looks at each also in the dark and on other screens; `beside` somebody opens another window of their
    browser."""
    people: list[Person] = []
    with ExitStack() as closing:

        def sit_down(
            name: str, screen: dict[str, int] = DESKTOP, *, closely: bool = False, beside: Person | None = None
        ) -> Person:
            if beside is not None:
                people.append(Person.at(beside.context, world, name, closely=closely))
                return people[-1]
            context = browser.new_context(viewport=screen, locale="ru-RU", timezone_id="Europe/Moscow")
            context.set_default_timeout(PATIENCE_MS)
            closing.callback(context.close)
            people.append(Person.at(context, world, name, closely=closely))
            return people[-1]

        yield sit_down
    told = [fault for person in people for fault in person.all_faults()]
    assert not told, "\n".join([*told, *world.tracebacks()])
