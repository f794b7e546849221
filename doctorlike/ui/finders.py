"""The one stylesheet: the parts in `css/`, joined in the order of their names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

PARTS = Path(__file__).with_name("css")
NAME = "ui/ui.css"


def stylesheet() -> str:
    """The text of the stylesheet."""
    return "\n".join(part.read_text(encoding="utf-8").strip() for part in sorted(PARTS.glob("*.css"))) + "\n"


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
