"""From facts to PDF/A by Typst. Templates lie in `templates/`; each imports `house.typ` for letterhead and type."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import font_manrope
import qrcode
import typst
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from fontTools.ttLib import TTFont

TEMPLATES = Path(__file__).with_name("templates")
# Tagged and with a Unicode value for each glyph: what a screen reader needs (ISO 19005-2, level A).
PDF_STANDARD: Final = "a-2a"
# What stands in place of a sign that no typeface of ours can show.
UNSHOWABLE = "?"

_FACES = Path(font_manrope.__file__).with_name("files")
_own = threading.local()


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    # Scanning fonts costs ten times a document, so it is done once a process. Typst's own typefaces follow ours: they
    # have the letters of the country's other languages.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[_cuts().name])


@lru_cache(maxsize=1)
def _cuts() -> tempfile.TemporaryDirectory[str]:
    """A folder, until the process ends, with the faces of constant weight. Beside them in the package lies the variable
    one, which Typst would prefer and have to draw each sign's weight from, for each document anew."""
    folder = tempfile.TemporaryDirectory(prefix="faces-")
    for face in _FACES.glob("*.ttf"):
        if "Variable" not in face.name:
            (Path(folder.name) / face.name).symlink_to(face)
    return folder


def _compiler() -> typst.Compiler:
    # It keeps what templates have in common from one document to the next, and serves one thread at a time.
    if not hasattr(_own, "compiler"):
        _own.compiler = typst.Compiler(root=TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True)
    compiler: typst.Compiler = _own.compiler
    return compiler


def typeset(template: str, facts: dict[str, Any], *, made_at: datetime) -> bytes:
    """The PDF/A-2a of a template («policy») filled with `facts` (JSON values; the brand is added, and to a `mark` the
    QR code of its address). A sign that no typeface can show (an emoji in a doctor's note) becomes a question mark, so
    that the document comes to be. `typst.TypstError` when the template does not understand the facts. The same facts
    and instant give the same bytes."""
    added: dict[str, Any] = {"brand": asdict(settings.BRAND)}
    if "mark" in facts:
        added["mark"] = {**facts["mark"], "picture": qr_picture(facts["mark"]["address"])}
    told = json.dumps({**facts, **added}, cls=DjangoJSONEncoder, ensure_ascii=False)
    try:
        return _compiled(template, told, made_at)
    except typst.TypstError:
        showable = _showable(told)
        if showable == told:
            raise
        return _compiled(template, showable, made_at)


def qr_picture(text: str) -> str:
    """The QR code of a text as SVG, without the quiet zone; level M survives a fold."""
    # Readers take the mask from the code itself; trying all eight costs six times the rest.
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0, mask_pattern=2)
    code.add_data(text)
    squares = code.get_matrix()
    path = "".join(
        f"M{left} {top}h{width}v1h-{width}z" for top, row in enumerate(squares) for left, width in _dark_runs(row)
    )
    size = len(squares)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path d="{path}"/></svg>'


def _dark_runs(row: list[bool]) -> Iterator[tuple[int, int]]:
    left = 0
    for dark, squares in groupby(row):
        width = sum(1 for _ in squares)
        if dark:
            yield left, width
        left += width


def _compiled(template: str, told: str, made_at: datetime) -> bytes:
    compiled = _compiler().compile(
        input=str(TEMPLATES / f"{template}.typ"),
        format="pdf",
        pdf_standards=[PDF_STANDARD],
        timestamp=int(made_at.timestamp()),
        sys_inputs={"facts": told},
    )
    if not isinstance(compiled, bytes):
        raise TypeError("a PDF is one file")
    return compiled


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    with TTFont(_FACES / "Manrope-Medium.ttf") as face:
        own = frozenset(face.getBestCmap())
    # The Cyrillic of the typefaces that follow; everything else stays with ours.
    return own | frozenset(range(0x0400, 0x0530))


def _showable(text: str) -> str:
    letters = _letters()
    return "".join(sign if ord(sign) in letters or sign.isspace() else UNSHOWABLE for sign in text)
