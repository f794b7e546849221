"""Tables that people send: CSV in the encodings and separators of the country, XLSX, XLS, ODS."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from doctorlike.kit.errors import DomainError

LARGEST_FILE_BYTES = 30_000_000
LARGEST_UNPACKED_BYTES = 300_000_000
MOST_ROWS = 200_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class UnreadableSheetError(DomainError):
    """The file is no table, or not one that can be trusted; `row` counts from 1, the header's included."""

    code = "unreadable_sheet"
    message = _("Файл не прочитан, строка {row}: {reason}")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`number` is the row's place in the file as a spreadsheet shows it; `cells` by the header's folded names.
    `spills` when the row has more cells than the header has columns, so that its cells may stand in wrong ones."""

    number: int
    cells: dict[str, str]
    spills: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read_sheet(content: bytes, *, most_bytes: int = LARGEST_FILE_BYTES) -> Sheet:
    """The first table of the file. The header is its first row that is not empty; empty rows are left out, cells come
    as trimmed text. UnreadableSheetError for another kind of file, one of more than `most_bytes`, or a broken one."""
    if len(content) > most_bytes:
        raise UnreadableSheetError(row=0, reason=_("файл больше {most} МБ").format(most=most_bytes // 1_000_000))
    if content.startswith((_ZIP, _OLE)):
        numbered = enumerate(_workbook_rows(content), start=1)
    else:
        numbered = enumerate(_csv_rows(content), start=1)
    filled = [(number, cells) for number, cells in numbered if any(cells)]
    if not filled:
        raise UnreadableSheetError(row=1, reason=_("в файле нет строк"))
    if len(filled) > MOST_ROWS:
        raise UnreadableSheetError(row=filled[MOST_ROWS][0], reason=_("в файле больше 200 000 строк"))
    (header_number, header), *body = filled
    columns = tuple(name.strip().lower() for name in header)
    while columns and not columns[-1]:
        columns = columns[:-1]
    named = [name for name in columns if name]
    if len(set(named)) != len(named):
        raise UnreadableSheetError(row=header_number, reason=_("названия столбцов повторяются"))
    return Sheet(columns, tuple(_row(number, columns, cells, width=len(header)) for number, cells in body))


def _row(number: int, columns: Sequence[str], cells: Sequence[str], *, width: int) -> SheetRow:
    padded = [*cells, *[""] * (len(columns) - len(cells))]
    named = {name: cell for name, cell in zip(columns, padded, strict=False) if name}
    return SheetRow(number, named, spills=len(cells) > width or any(cells[len(columns) :]))


def _csv_rows(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    first_line = text.lstrip().split("\n", 1)[0]
    separator = max(",;\t", key=first_line.count)
    read_count = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for cells in reader:
            read_count += 1
            yield [_text(cell) for cell in cells]
    except csv.Error as wrong:
        raise UnreadableSheetError(row=read_count + 1, reason=wrong) from None


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        tried: tuple[str, ...] = ("utf-16",)
    else:
        tried = ("utf-8-sig", "cp1251")
    if b"\0" not in content or tried == ("utf-16",):
        for encoding in tried:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise UnreadableSheetError(row=1, reason=_("это не таблица: нужен файл CSV или XLSX"))


def _workbook_rows(content: bytes) -> Iterator[list[str]]:
    if content.startswith(_ZIP):
        _refuse_bomb(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, IndexError):
        raise UnreadableSheetError(row=1, reason=_("это не таблица: нужен файл CSV или XLSX")) from None
    for row in rows:
        yield [_text(cell) for cell in row]


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked_bytes = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile:
        raise UnreadableSheetError(row=1, reason=_("файл повреждён")) from None
    if unpacked_bytes > LARGEST_UNPACKED_BYTES:
        raise UnreadableSheetError(row=0, reason=_("файл распаковывается больше чем в 300 МБ"))


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\0", "").strip()  # PostgreSQL keeps no NUL
