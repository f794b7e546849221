"""What a reader of a PDF can do with it: open it, trust it, select its words."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

# Typst shows every run of text as literal strings of two-byte glyph numbers, and gives each font a table of letters.
_PLAIN = rb"(?:\\.|[^\\()])*"
_NESTED = rb"(?:\\.|[^\\()]|\(" + _PLAIN + rb"\))*"  # balanced brackets may stand inside a string as they are
_LETTER = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
_TOKEN = re.compile(
    rb"(?P<block>\bBT\b)|ActualText\((?P<said>" + _NESTED + rb")\)|(?P<end>\bEMC\b)"
    rb"|/(?P<font>\w+) [\d.]+ Tf|\((?P<glyphs>" + _NESTED + rb")\)",
    re.DOTALL,
)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_NAMED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def is_signed(content: bytes) -> bool:
    """Whether one signature covers the whole file and not a byte has changed since. The certificate itself is trusted
    as it stands: the set-up makes its own."""
    # Aside, because it brings an event loop of its own and Playwright's is running here.
    with ThreadPoolExecutor(max_workers=1) as aside:
        return aside.submit(_is_signed, content).result()


def _is_signed(content: bytes) -> bool:
    (signature,) = PdfFileReader(BytesIO(content)).embedded_signatures
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[signature.signer_cert]))
    return bool(status.intact and status.valid and status.coverage.name == "ENTIRE_FILE")


def links(content: bytes) -> list[str]:
    """Addresses that can be followed from the pages; one of them is the QR code's."""
    pages = _pages(PdfFileReader(BytesIO(content)).root["/Pages"])
    notes = [note.get_object() for page in pages for note in page.get("/Annots", [])]
    return [str(note["/A"]["/URI"]) for note in notes if "/A" in note and "/URI" in note["/A"]]


def words(content: bytes) -> str:
    """All text that can be selected, divided words joined, with single spaces; a document of pictures has none."""
    text = "".join(_page_text(page) for page in _pages(PdfFileReader(BytesIO(content)).root["/Pages"]))
    return re.sub(r"\s+", " ", re.sub("\\s*\N{SOFT HYPHEN}\\s*", "", text))


def _pages(node: Any) -> list[Any]:
    kids = node.get("/Kids")
    return [node] if kids is None else [page for kid in kids for page in _pages(kid.get_object())]


def _page_text(page: Any) -> str:
    fonts = {name.lstrip("/"): _letters(font) for name, font in page["/Resources"]["/Font"].items()}
    told: list[str] = []
    letters: dict[bytes, str] = {}
    replaced = False
    for token in _TOKEN.finditer(page["/Contents"].data):
        match token.lastgroup:
            case "block":
                told.append(" ")
            case "said":  # the document's own words for the signs that follow, until the end of their span
                told.append(_plain(token["said"]))
                replaced = True
            case "end":
                replaced = False
            case "font":
                letters = fonts[token["font"].decode()]
            case _ if not replaced:
                glyphs = _ESCAPE.sub(_unescaped, token["glyphs"])
                told += [letters.get(glyphs[at : at + 2], "") for at in range(0, len(glyphs), 2)]
    return "".join(told)


def _plain(string: bytes) -> str:
    said = _ESCAPE.sub(_unescaped, string)
    return said[2:].decode("utf-16-be") if said.startswith(b"\xfe\xff") else said.decode("latin-1")


def _letters(font: Any) -> dict[bytes, str]:
    table = font.get_object()["/ToUnicode"].data
    return {bytes.fromhex(glyph.decode()): _utf16(letters) for glyph, letters in _LETTER.findall(table)}


def _utf16(figures: bytes) -> str:
    return bytes.fromhex(figures.decode()).decode("utf-16-be")


def _unescaped(escape: re.Match[bytes]) -> bytes:
    told = escape[1]
    return bytes([int(told, 8)]) if told.isdigit() else _NAMED.get(told, told)
