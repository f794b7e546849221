"""What PDF/A asks of a file (ISO 19005-2), as far as it can be read without a validator of its own: the identification
in its metadata, typefaces within, colours with a profile, nothing that runs or points outside, tags, language, and
signature fields that print. veraPDF knows several hundred rules more."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

PDFA_ID = "http://www.aiim.org/pdfa/ns/id/"
PRINTED, INVISIBLE, HIDDEN, NO_VIEW = 4, 1, 2, 32
FORBIDDEN_ACTIONS = {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/JavaScript", "/Hide", "/SetOCGState"}


def breaches(content: bytes) -> list[str]:
    """Every rule found broken; empty for a good file."""
    reader = PdfFileReader(BytesIO(content))
    root = reader.root
    found = [*_metadata(root), *_whole(root, reader)]
    for one in _objects(root):
        found += _of_object(one)
    return found


def _metadata(root: Any) -> Iterator[str]:
    stream = root["/Metadata"]
    if "/Filter" in stream:
        yield "metadata are packed"
    told = etree.fromstring(stream.data)
    identity = {
        name: (told.xpath(f"//@pdfaid:{name} | //pdfaid:{name}/text()", namespaces={"pdfaid": PDFA_ID}) or [""])[0]
        for name in ("part", "conformance")
    }
    if identity != {"part": "2", "conformance": "A"}:
        yield f"says it is PDF/A {identity}"


def _whole(root: Any, reader: PdfFileReader) -> Iterator[str]:
    if reader.encrypted:
        yield "is encrypted"
    if len(reader.trailer["/ID"]) != 2:
        yield "has no identifier"
    intents = _at(root, "/OutputIntents", [])
    intent = intents[0] if intents else {}
    if _at(intent, "/S", "") != "/GTS_PDFA1" or "/DestOutputProfile" not in intent:
        yield "has no colour profile"
    if not root["/MarkInfo"]["/Marked"]:
        yield "is not tagged"
    if "/Lang" not in root or "/StructTreeRoot" not in root:
        yield "has no language or no structure"
    if "/JavaScript" in _at(root, "/Names", {}) or "/AA" in root:
        yield "has something that runs"
    form = _at(root, "/AcroForm", {})
    if form.get("/NeedAppearances") or "/XFA" in form:
        yield "leaves the look of its form to the reader"


def _at(held: Any, key: str, default: Any) -> Any:
    # `get` leaves references as they are.
    try:
        return held[key]
    except KeyError:
        return default


def _objects(root: Any) -> Iterator[Any]:
    """Every dictionary and stream that can be reached."""
    seen: set[tuple[int, int]] = set()
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one, generic.IndirectObject):
            if (one.idnum, one.generation) in seen:
                continue
            seen.add((one.idnum, one.generation))
            one = one.get_object()
        if isinstance(one, generic.DictionaryObject):
            yield one
            waiting += [one.raw_get(key) for key in one]
        elif isinstance(one, generic.ArrayObject):
            waiting += [one.raw_get(at) for at in range(len(one))]


def _of_object(one: Any) -> Iterator[str]:
    kind, subtype = one.get("/Type"), one.get("/Subtype")
    if kind == "/FontDescriptor" and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(one):
        yield f"{one['/FontName']} is not embedded"
    if kind == "/Font" and subtype == "/Type0" and "/ToUnicode" not in one:
        yield f"{one['/BaseFont']} cannot be read back as text"
    if kind == "/Font" and subtype in ("/Type1", "/TrueType") and "/FontDescriptor" not in one:
        yield f"{one['/BaseFont']} is left to the reader"
    if kind == "/Annot" and not _prints(one):
        yield f"an annotation {subtype} does not print"
    if one.get("/S") in FORBIDDEN_ACTIONS:
        yield f"does {one['/S']}"
    if kind == "/StructElem" and one.get("/S") == "/Figure" and "/Alt" not in one:
        yield "a picture has no words"
    if one.get("/Filter") in ("/LZWDecode", "/Crypt"):
        yield f"is packed with {one['/Filter']}"


def _prints(annotation: Any) -> bool:
    flags = int(annotation.get("/F", 0))
    return bool(flags & PRINTED) and not flags & (INVISIBLE | HIDDEN | NO_VIEW)
