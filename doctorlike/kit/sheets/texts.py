"""Tables as text files."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.sheets.errors import UnreadableSheetError
from doctorlike.kit.sheets.tables import NumberedRow, plain

_SEPARATORS = ",;\t"
_PIECE_BYTES = 1_000_000
_LOOKED_AT_LINES = 20
# Latin, Cyrillic, dashes and signs of money.
_USUAL = ((" ", "~"), ("\u00a0", "\u00ff"), ("\u0400", "\u04ff"), ("\u2000", "\u22ff"))
# How a cell begins that may have to be changed. A file with NULs is not read at all.
_COMPUTED = frozenset("=@+-")
_QUOTED = re.compile(r'"[^"]*"')
_KINDS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "RTF"),
    (b"<", "HTML, XML"),
)


def csv_rows(content: bytes) -> Iterator[NumberedRow]:
    """Rows that are not empty. UnreadableSheetError at once when it is another kind of file."""
    for mark, kind in _KINDS:
        if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(mark):
            raise UnreadableSheetError(
                row=1, reason=_("это не таблица, а файл {kind}: нужен CSV или XLSX").format(kind=kind)
            )
    encoding = _encoding(content)
    with _text(content, encoding) as text:
        separator = _separator([line for line, _number in zip(text, range(_LOOKED_AT_LINES), strict=False)])
    return _rows(content, encoding, separator)


def _rows(content: bytes, encoding: str, separator: str) -> Iterator[NumberedRow]:
    number = 0
    with _text(content, encoding) as text:
        try:
            for number, told in enumerate(csv.reader(text, delimiter=separator, strict=True), start=1):
                cells = [plain(said) if (said := cell.strip())[:1] in _COMPUTED else said for cell in told]
                if any(cells):
                    yield number, cells
        except csv.Error as wrong:
            raise UnreadableSheetError(row=number + 1, reason=wrong) from None


def _text(content: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")


def _encoding(content: bytes) -> str:
    """The first encoding that all of the file is written in."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tried: tuple[str, ...] = ("utf-16",)
    elif b"\0" in content[:_PIECE_BYTES]:
        tried = ("utf-16-le", "utf-16-be")  # without a mark at its beginning
    else:
        tried = ("utf-8-sig", "cp1251")
    for encoding in tried:
        if _is_written_in(content, encoding):
            return encoding
    raise UnreadableSheetError(row=1, reason=_("это не таблица: нужен файл CSV или XLSX"))


def _is_written_in(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for at in range(0, len(content), _PIECE_BYTES):
            text = decoder.decode(content[at : at + _PIECE_BYTES], final=at + _PIECE_BYTES >= len(content))
            if "\0" in text or (at == 0 and encoding.startswith("utf-16") and not _looks_written(text)):
                return False
    except UnicodeDecodeError:
        return False
    return True


def _looks_written(text: str) -> bool:
    """Bytes of another kind of file taken two by two give signs of all the world's scripts."""
    looked_at = text[:2000]
    usual = sum(sign.isspace() or any(first <= sign <= last for first, last in _USUAL) for sign in looked_at)
    return usual > 0.9 * len(looked_at)


def _separator(lines: list[str]) -> str:
    """What parts the most lines alike, outside quotation marks."""
    bare = [_QUOTED.sub("", line) for line in lines if line.strip()]

    def agreement(separator: str) -> tuple[int, int]:
        counts = Counter(count for line in bare if (count := line.count(separator)))
        count, agreed = max(counts.items(), key=lambda found: (found[1], found[0]), default=(0, 0))
        return agreed, count

    return max(_SEPARATORS, key=agreement)
