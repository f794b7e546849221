"""The gallery in Chromium: nothing for axe, targets of 44 px, nothing wider than the page, keyboard first."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.ui.conftest import FACES

TARGETS = """() => [..."a[href], button, input:not([type=hidden]), select, textarea, summary".split(", ")]
  .flatMap((kind) => [...document.querySelectorAll(kind)])
  .filter((target) => {
    const inline = target.tagName === "A" && getComputedStyle(target).display === "inline";
    if (inline || target.closest(".vh, .skip, .summary, .notice, tbody th")) return false;
    const stretched = target.matches(".card-title, .item-title, .policy-number");
    const whole = target.closest(stretched ? ".card, .item, .policy" : "label") ?? target;
    const box = whole.getBoundingClientRect();
    return box.width && (box.height < 43.5 || box.width < 43.5);
  })
  .map((target) => `${target.tagName} ${target.className} ${target.textContent.trim()}`)"""

TOO_WIDE = """() => document.documentElement.scrollWidth > document.documentElement.clientWidth
  ? [...document.body.querySelectorAll("*")]
      .filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
      .filter((part) => !part.closest(".table-frame, .people, .days, .tabs, .places, .vh"))
      .map((part) => part.outerHTML.slice(0, 120)) : []"""


@pytest.mark.parametrize(
    ("face", "width", "scheme"),
    [("portal", 360, "light"), ("portal", 360, "dark"), ("portal", 1280, "dark"), ("telemed", 1280, "light"),
     ("telemed", 360, "dark"), ("desk", 1280, "light"), ("shop", 1280, "light"), ("signin", 360, "light")],
)  # fmt: skip
def test_axe_finds_nothing(open_gallery, face, width, scheme):
    found = Axe().run(open_gallery(face, width, scheme))
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("face", FACES)
def test_targets_are_large_enough(open_gallery, face):
    assert open_gallery(face, 320).evaluate(TARGETS) == []


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("width", [320, 640, 1280])
def test_nothing_is_wider_than_the_page(open_gallery, face, width):
    page = open_gallery(face, width)
    assert page.evaluate(TOO_WIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_summary_has_the_focus_when_the_page_opens(open_gallery):
    assert open_gallery("portal").evaluate("document.activeElement.className") == "summary"


def test_the_first_stop_of_the_keyboard_skips_to_the_content(open_gallery):
    page = open_gallery("portal", 1280, with_errors=False)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_slash_goes_to_the_search_but_not_from_a_field(open_gallery):
    page = open_gallery("desk", 1280)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find-anywhere"
    page.keyboard.type("1/2")
    assert page.input_value("#find-anywhere") == "1/2"


def test_the_pages_own_font_moves_nothing(open_gallery):
    page = open_gallery("portal", 360)
    assert page.evaluate("document.fonts.check('16px Manrope')")
    shift = page.evaluate(
        """() => new Promise((told) => { let sum = 0; new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += entry.value; }).observe({type: "layout-shift", buffered: true});
          requestAnimationFrame(() => requestAnimationFrame(() => told(sum))); })"""
    )
    assert shift < 0.01


def test_without_a_need_a_page_loads_no_script(gallery):
    assert not re.search(r"<script", gallery("portal"))


def test_a_chosen_theme_beats_the_device(open_gallery):
    by_choice = open_gallery("portal", 360, "light", theme="dark")
    by_device = open_gallery("portal", 360, "dark")
    colour = "getComputedStyle(document.body).backgroundColor"
    assert by_choice.evaluate(colour) == by_device.evaluate(colour)
    back = open_gallery("portal", 360, "dark", theme="light")
    assert back.evaluate(colour) == open_gallery("portal", 360, "light").evaluate(colour)
