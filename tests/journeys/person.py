"""Somebody at a browser. Every page they come to is looked at by one hook, `Person.sees`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    FilePayload,
    Locator,
    Page,
    Response,
    ViewportSize,
    expect,
)

from tests.journeys.world import World
from tests.ui.test_in_a_browser import TARGETS

PICTURES = os.environ.get("JOURNEY_PICTURES", "")
PICTURE_WIDTHS = (360, 1280)
FORM_ERRORS = 422
NARROWEST: ViewportSize = {"width": 320, "height": 780}
WIDE: ViewportSize = {"width": 1280, "height": 900}

Words = str | re.Pattern[str]

_TOO_WIDE = """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? []
  : [...document.body.querySelectorAll("*")]
      .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
      .map((part) => part.outerHTML.slice(0, 120))"""
# What a page is made of, its words left out: only whether there are any. Two alike are alike to axe, too.
_MADE_OF = """() => {
  const telling = /^(class|type|role|for|aria-|scope|lang|hidden|open|disabled|checked)/;
  const plain = (value) => value.replace(/[0-9a-f-]{36}|\\d+/g, "");
  const said = ({name, value}) => telling.test(name) ? `${name}=${plain(value)}` : `${name}:${Boolean(value)}`;
  const speaks = (part) => [...part.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
  return [...document.querySelectorAll("*")]
    .map((part) => part.tagName + [...part.attributes].map(said) + speaks(part)).join();
}"""
_STRICT = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'")
_LOOSE = ("unsafe-inline", "unsafe-eval", "unsafe-hashes", "*", "http:", "https:", "blob:")


@dataclass
class Person:
    """`name` is for pictures and reports. What is wrong with pages gathers in `faults`, pages nobody has looked at
    yet in `unseen`. One who looks `closely` sees each of our pages dark, on the narrowest screen and on a wide one
    too."""

    name: str
    world: World
    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    closely: bool = False
    _expected: set[str] = field(default_factory=set)
    _judged: set[str] = field(default_factory=set)
    _pictures: int = 0

    @classmethod
    def at(cls, context: BrowserContext, world: World, name: str, *, closely: bool = False) -> Person:
        """Sits down at a new page of the context."""
        person = cls(name, world, context, context.new_page(), closely=closely)
        person.page.on("response", person._answered)
        person.page.on("console", person._complained)
        person.page.on("pageerror", lambda error: person.faults.append(f"{person.page.url}: {error}"))
        return person

    def opens(self, address: str) -> None:
        """Types an address: a path is one of the portal."""
        self.page.goto(address if "://" in address else self.world.address("portal") + address)

    def sees(self, heading: Words, *, told: Words | None = None) -> None:
        """The page with this heading, and with these words on it, has come; it is looked at through and through.
        A page that follows one with the same heading is told from it by its words."""
        try:
            expect(self.page.locator("h1")).to_have_text(heading)
            if told is not None:
                self.is_told(told)
        except AssertionError as missed:
            raise AssertionError(f"{missed}\n{self.name} is at {self.page.url}:\n{self._main.inner_text()}") from None
        self.page.wait_for_load_state()
        self._look()

    def is_told(self, words: Words) -> None:
        """These words stand somewhere on the page and can be seen."""
        if isinstance(words, re.Pattern):
            # A string is compared with spaces of any kind; a pattern must say so.
            words = re.compile(words.pattern.replace(" ", r"\s"))
        expect(self.page.get_by_text(words).filter(visible=True).first).to_be_visible()

    def presses(self, name: Words, *, within: Locator | None = None) -> None:
        (within or self._main).get_by_role("button", name=name).click()

    def follows(self, name: Words, *, within: Locator | None = None) -> None:
        """The first link of that name on the page."""
        (within or self._main).get_by_role("link", name=name).first.click()

    def address_of(self, link: Words) -> str:
        """Where a link of the page leads."""
        leads = self._main.get_by_role("link", name=link).first.get_attribute("href")
        assert leads is not None
        return urljoin(self.page.url, leads)

    def downloads(self, address: str) -> bytes:
        """A file, as this person's browser gets it."""
        answer = self.page.request.get(address)
        assert answer.status == 200, f"{self.name} got {answer.status} at {address}"
        return answer.body()

    def fetches(self, press: Callable[[], None]) -> bytes:
        """The file that comes when something on the page is pressed."""
        with self.page.expect_download() as coming:
            press()
        return coming.value.path().read_bytes()

    def attaches(self, label: str, name: str, content: bytes) -> None:
        """A file from this person's computer."""
        file: FilePayload = {"name": name, "mimeType": "application/pdf", "buffer": content}
        self._main.get_by_label(label).set_input_files(file)

    def goes_to(self, place: str) -> None:
        """One of the places in the bar or the rail."""
        self.page.get_by_role("navigation", name="Разделы").get_by_role("link", name=place).click()

    def types(self, label: str, text: str) -> None:
        """Into the field with this label."""
        self._main.get_by_label(label, exact=True).fill(text)

    def has_typed(self, label: str, text: str) -> None:
        """The field still holds what was typed."""
        expect(self._main.get_by_label(label, exact=True)).to_have_value(text)

    def chooses(self, label: Words) -> None:
        """A radio button or a tick box by its label."""
        self._main.get_by_label(label).check()

    def reads(self, pattern: str) -> str:
        """The part of the page's words that the pattern's group names, no-break spaces made plain."""
        words = self._main.inner_text().replace("\u00a0", " ").replace("\u202f", " ")
        found = re.search(pattern, words)
        assert found, f"{self.name} does not read «{pattern}» at {self.page.url}:\n{words}"
        return found[1]

    @property
    def _main(self) -> Locator:
        return self.page.locator("main")

    def meets_nothing_at(self, address: str) -> None:
        """The page is not there, for this person."""
        self._expected.add(address)
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == 404, f"{self.name} got {answer.status} at {address}"
        self._look()

    def all_faults(self) -> list[str]:
        """What was wrong with the pages of this person's journey; a page nobody looked at is a fault too."""
        told = [*self.faults, *(f"{url}: nobody looked at this page" for url in self.unseen)]
        return [f"{self.name}: {fault}" for fault in told]

    def _answered(self, response: Response) -> None:
        kind = response.headers.get("content-type", "")
        if response.status == FORM_ERRORS:
            # What a form was refused for is told on the page, also where it was sent without leaving it.
            self._judged.add(response.url)
        if not response.request.is_navigation_request() or response.status in range(300, 400) or "html" not in kind:
            return
        if response.status >= 400:
            self._judged.add(response.url)
            if response.status != FORM_ERRORS and response.url not in self._expected:
                self.faults.append(f"{response.url}: answered {response.status}")
        if self._is_ours(response.url):
            self.faults += [f"{response.url}: {wrong}" for wrong in _policy(response.headers)]
        self.unseen.append(response.url)

    def _complained(self, message: ConsoleMessage) -> None:
        # A page's own status is an «error» on the console too, and judged already.
        if message.type == "error" and message.location.get("url") not in self._judged:
            self.faults.append(f"{self.page.url}: on the console: {message.text} {message.location.get('url')}")

    def _is_ours(self, url: str) -> bool:
        return any(url.startswith(self.world.address(site) + "/") for site in ("portal", "telemed", "staff"))

    def _look(self) -> None:
        here = self.page.url.partition("#")[0]
        self.unseen = [url for url in self.unseen if url.partition("#")[0] != here]
        self._ask_axe(here)
        self._find_too_wide(here)
        if self.closely and self._is_ours(here):
            self._look_closer(here)
        if PICTURES:
            self._take_pictures()

    def _ask_axe(self, where: str, *, scheme: str = "light") -> None:
        """Half a second of the browser's time: a page made as one before on the same screen was judged with it."""
        screen = self.page.viewport_size or NARROWEST
        made_of = f"{scheme} {screen['width']} {self.page.evaluate(_MADE_OF)}"
        if made_of in self.world.judged:
            return
        self.world.judged.add(made_of)
        for rule in Axe().run(self.page, options={"resultTypes": ["violations"]}).response["violations"]:
            places = "; ".join(node["html"][:160] for node in rule["nodes"][:3])
            self.faults.append(f"{where}: axe {rule['id']}: {rule['help']}: {places}")

    def _find_too_wide(self, where: str) -> None:
        if wide := self.page.evaluate(_TOO_WIDE):
            self.faults.append(f"{where}: wider than the screen: {'; '.join(wide[:3])}")

    def _look_closer(self, here: str) -> None:
        before = self.page.viewport_size
        # Without motion, so that no colour is judged on its way to another.
        self.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        for screen in (WIDE, NARROWEST):
            self.page.set_viewport_size(screen)
            self._find_too_wide(f"{here} at {screen['width']}")
        self._ask_axe(f"{here} in the dark", scheme="dark")
        for small in self.page.evaluate(TARGETS):
            self.faults.append(f"{here}: too small to tap: {small}")
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        if before:
            self.page.set_viewport_size(before)

    def _take_pictures(self) -> None:
        self._pictures += 1
        heading = re.sub(r"\W+", "-", self.page.locator("h1").inner_text().strip().lower()).strip("-")[:40]
        before = self.page.viewport_size
        for width in PICTURE_WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            path = Path(PICTURES) / f"{self.name}-{self._pictures:02}-{heading}-{width}.png"
            self.page.screenshot(path=path, full_page=True)
        if before:
            self.page.set_viewport_size(before)


def _policy(headers: dict[str, str]) -> list[str]:
    """What is wrong with a page's Content-Security-Policy."""
    policy = headers.get("content-security-policy", "")
    missing = [f"its policy lacks {part}" for part in _STRICT if part not in policy]
    sources = policy.replace(";", " ").split()
    return missing + [f"its policy has {word}" for word in _LOOSE if word in sources or f"'{word}'" in sources]
