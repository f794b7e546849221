"""Pages that a test client was given, shown again in a browser with the stylesheets and scripts they ask for."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from playwright.sync_api import Route

ORIGIN = "http://pages.test"
WIDTHS = (320, 360, 1280)
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


def answer(route: Route, seen: dict[str, str]) -> None:
    """A page among those `seen`, by its name in the address, or a static file."""
    path = route.request.url.removeprefix(ORIGIN)
    name = path.strip("/").replace("-", " ")
    if name in seen:
        route.fulfill(body=seen[name], content_type="text/html; charset=utf-8")
        return
    file = finders.find(path.removeprefix("/static/"))
    if not isinstance(file, str):
        route.fulfill(status=404, body="")
        return
    kind = _TYPES.get(Path(file).suffix, "application/octet-stream")
    route.fulfill(body=Path(file).read_bytes(), content_type=kind)
