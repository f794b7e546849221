"""The one stylesheet, the parts in `css/` joined in the order of their names; and what we serve of Leaflet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import js_lib_leaflet
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage

PARTS = Path(__file__).with_name("css")
NAME = "ui/ui.css"
LEAFLET = "js_lib_leaflet"
TOKEN = re.compile(r"[a-z]+(-[a-z]+)*")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def stylesheet() -> str:
    """The text of the stylesheet, with the brand's own colours at its end."""
    parts = [part.read_text(encoding="utf-8").strip() for part in sorted(PARTS.glob("*.css"))]
    return "\n".join([*parts, *brand_colours(settings.BRAND.colours)]) + "\n"


def brand_colours(colours: dict[str, dict[str, str]]) -> list[str]:
    """Rules for tokens a brand gives another colour; ImproperlyConfigured for what is no token or no colour."""
    blocks = {theme: _declarations(colours.get(theme, {})) for theme in ("light", "dark")}
    rules = {
        ":root": blocks["light"],
        '@media (prefers-color-scheme: dark) { :root:not([data-theme="light"])': blocks["dark"],
        ':root[data-theme="dark"]': blocks["dark"],
    }
    return [
        f"@layer tokens {{ {selector} {{ {block} }} {'}' if selector.startswith('@media') else ''}}}"
        for selector, block in rules.items()
        if block
    ]


def _declarations(tokens: dict[str, str]) -> str:
    for token, colour in tokens.items():
        if not TOKEN.fullmatch(token) or not COLOUR.fullmatch(colour):
            raise ImproperlyConfigured(f"brand colours: {token} = {colour} is not a token with a colour like #0a6a5f")
    return " ".join(f"--{token}: {colour};" for token, colour in tokens.items())


class StylesheetFinder(BaseFinder):
    """Lets `collectstatic` and a development server find the joined file; it is written anew when a part changed."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.VAR_DIR / "stylesheet")

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        self._write()
        yield NAME, self.storage

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path != NAME:
            return []
        written = str(self._write())
        return [written] if find_all else written

    def _write(self) -> Path:
        text, target = stylesheet(), Path(self.storage.path(NAME))
        if not target.is_file() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return target


class LeafletFinder(BaseFinder):
    """Of Leaflet's package what a page loads. Its sources, six times as much, would be hashed and compressed for nobody
    at each start."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=Path(js_lib_leaflet.__file__).with_name("static"))

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in ("leaflet.js", "leaflet.js.map", "leaflet.css"):
            yield f"{LEAFLET}/{name}", self.storage
        for name in self.storage.listdir(f"{LEAFLET}/images")[1]:
            yield f"{LEAFLET}/images/{name}", self.storage

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if not any(path == name for name, _storage in self.list(())):
            return []
        written = self.storage.path(path)
        return [written] if find_all else written
