"""Tokens and weight of the one stylesheet."""

import re
from itertools import product
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured

from doctorlike.ui.finders import NAME, PARTS, brand_colours, stylesheet

TOKENS = (PARTS / "02-tokens.css").read_text(encoding="utf-8")
BLOCK = re.compile(r"(:root[^{]*)\{([^{}]*)\}")
TEXT_ON = [
    (text, ground)
    for text, grounds in {
        "ink": "paper surface brand-soft good-soft warn-soft bad-soft",
        "ink-soft": "paper surface brand-soft line",
        "brand": "paper surface",
        "brand-strong": "brand-soft",
        "on-brand": "brand brand-strong",
        "on-danger": "danger",
        "danger": "surface",
        "good": "good-soft surface",
        "warn": "warn-soft surface",
        "bad": "bad-soft surface paper",
        "paper": "ink",
        "on-card": "card-a card-b",
        "on-card-soft": "card-a card-b",
    }.items()
    for ground in grounds.split()
]
EDGES_ON = [("edge", "paper"), ("edge", "surface"), ("brand", "line"), ("warn", "line"), ("ink", "brand")]


def declarations(text: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", text))


def blocks() -> list[tuple[str, dict[str, str]]]:
    return [(selector.strip(), declarations(body)) for selector, body in BLOCK.findall(TOKENS)]


def palette(face: str, theme: str) -> dict[str, str]:
    """The tokens a page of that face has in that theme, later rules winning."""
    wanted = {":root"}
    if face == "telemed":
        wanted.add(':root[data-face="telemed"]')
    if theme == "dark":
        wanted.add(':root[data-theme="dark"]')
    if theme == "dark" and face == "telemed":
        wanted.add(':root[data-face="telemed"][data-theme="dark"]')
    found: dict[str, str] = {}
    for selector, tokens in blocks():
        if selector in wanted:
            found |= tokens
    return found


def luminance(colour: str) -> float:
    figures = colour.lstrip("#")
    figures = "".join(figure * 2 for figure in figures) if len(figures) == 3 else figures
    parts = [int(figures[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("face", "theme", "pair"), list(product(("client", "telemed"), ("light", "dark"), TEXT_ON)))
def test_text_can_be_read(face, theme, pair):
    colours = palette(face, theme)
    assert contrast(colours[pair[0]], colours[pair[1]]) >= 4.5


@pytest.mark.parametrize(("face", "theme", "pair"), list(product(("client", "telemed"), ("light", "dark"), EDGES_ON)))
def test_edges_can_be_seen(face, theme, pair):
    colours = palette(face, theme)
    assert contrast(colours[pair[0]], colours[pair[1]]) >= (1.5 if pair == ("ink", "brand") else 3)


def test_the_chosen_dark_is_the_devices_dark():
    found = blocks()
    by_device = [tokens for selector, tokens in found if ":not([data-theme" in selector]
    by_choice = [tokens for selector, tokens in found if '[data-theme="dark"]' in selector]
    assert len(by_device) == 2
    assert by_device == by_choice


def test_the_stylesheet_is_light():
    assert len(brotli.compress(stylesheet().encode())) < 20 * 1024


def test_every_used_token_is_defined():
    text = stylesheet()
    assert set(re.findall(r"var\(--([\w-]+)", text)) <= set(declarations(text))


def test_the_joined_file_is_found_and_collected():
    found = Path(finders.find(NAME))
    assert found.read_text(encoding="utf-8") == stylesheet()
    assert [name for finder in finders.get_finders() for name, _storage in finder.list([]) if name == NAME] == [NAME]


def test_scripts_are_light():
    import django_htmx

    ours = sum(len(brotli.compress(part.read_bytes())) for part in (PARTS.parent / "static/ui/js").glob("*.js"))
    htmx = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
    assert ours + len(brotli.compress(htmx.read_bytes())) <= 40 * 1024


def test_a_brand_may_have_its_own_colours():
    light, device, chosen = brand_colours({"light": {"brand": "#123456"}, "dark": {"on-brand": "#000000"}})
    assert light == "@layer tokens { :root { --brand: #123456; } }"
    assert ':root:not([data-theme="light"]) { --on-brand: #000000; }' in device
    assert device.count("{") == device.count("}")
    assert chosen.startswith('@layer tokens { :root[data-theme="dark"] {')
    assert brand_colours({}) == []


@pytest.mark.parametrize("wrong", [{"brand": "red; } body { display: none"}, {"br and": "#123456"}])
def test_what_is_no_colour_is_refused(wrong):
    with pytest.raises(ImproperlyConfigured):
        brand_colours({"light": wrong})
