"""Tables as workbooks. A workbook is a packed file: what it unpacks to is measured, not believed, and a cell at the far
end of an otherwise empty sheet is refused before anything makes room for all that lies between."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from doctorlike.kit.sheets.errors import UnreadableSheetError
from doctorlike.kit.sheets.tables import NumberedRow, Table, plain

LARGEST_UNPACKED_BYTES = 300_000_000
MOST_CELLS = 8_000_000
_MOST_PARTS = 5_000
_MOST_SHEETS = 20
_MOST_MERGED = 50_000
_PIECE_BYTES = 1_000_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,7})["']""")
_CELL_BYTES = 24
# First row, first column, last row, last column, from 0.
_Area = tuple[int, int, int, int]


def is_workbook(content: bytes) -> bool:
    return content.startswith((_ZIP, _OLE))


def open_workbook(content: bytes, *, sheet: str, spread_merged: bool) -> Table:
    """UnreadableSheetError for a bomb, another kind of packed file, a locked or broken one, an unknown sheet."""
    if content.startswith(_ZIP):
        _refuse_bomb(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        filled = _filled_sheets(workbook)
        if sheet and sheet not in filled:
            raise UnreadableSheetError(row=0, reason=_("в файле нет листа «{sheet}»").format(sheet=sheet))
        chosen = sheet or next(iter(filled), "")
        if not chosen:
            raise UnreadableSheetError(row=1, reason=_("в файле нет строк"))
        opened = workbook.get_sheet_by_name(chosen)
    except PasswordError:
        raise UnreadableSheetError(row=1, reason=_("файл закрыт паролем: сохраните его без пароля")) from None
    except (CalamineError, IndexError):
        raise UnreadableSheetError(row=1, reason=_("это не таблица: нужен файл CSV или XLSX")) from None
    return Table(_rows(opened, spread_merged), chosen, tuple(name for name in filled if name != chosen))


def _filled_sheets(workbook: CalamineWorkbook) -> list[str]:
    shown = [
        one.name
        for one in workbook.sheets_metadata
        if one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet
    ]
    return [name for name in shown[:_MOST_SHEETS] if workbook.get_sheet_by_name(name).height]


def _rows(sheet: CalamineSheet, spread_merged: bool) -> Iterator[NumberedRow]:
    before = [""] * (sheet.start[1] if sheet.start else 0)
    merged = sorted(_areas(sheet), reverse=True) if spread_merged else []
    open_areas: list[tuple[_Area, str]] = []
    for at, told in enumerate(sheet.iter_rows()):
        cells = [*before, *(plain(cell) for cell in told)]
        while merged and merged[-1][0] <= at:
            area = merged.pop()
            open_areas.append((area, cells[area[1]] if area[1] < len(cells) else ""))
        open_areas = [(area, text) for area, text in open_areas if area[2] >= at]
        for area, text in open_areas:
            for column in range(area[1], min(area[3] + 1, len(cells))):
                cells[column] = text
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield at + 1, cells


def _areas(sheet: CalamineSheet) -> Sequence[_Area]:
    areas = sheet.merged_cell_ranges or []
    return [(*first, *last) for first, last in areas[:_MOST_MERGED]]


def _refuse_bomb(content: bytes) -> None:
    """Both what the file says it unpacks to and what it really does. UnreadableSheetError for too much or a lie."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
        told_bytes = sum(part.file_size for part in parts)
        if len(parts) > _MOST_PARTS or told_bytes > LARGEST_UNPACKED_BYTES:
            raise UnreadableSheetError(row=0, reason=_("файл распаковывается больше чем в 300 МБ"))
        for part in parts:
            _measure(content, part)
    # The last one is how zipfile says that a part is packed in a way it does not know.
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError):
        raise UnreadableSheetError(row=1, reason=_("файл повреждён")) from None


def _measure(content: bytes, part: zipfile.ZipInfo) -> None:
    """BadZipFile when the part unpacks to something else than it says."""
    mark, name_length, extra_length = _LOCAL_HEADER.unpack_from(content, part.header_offset)
    starts = part.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    if mark != _ZIP or part.flag_bits & 1 or starts + part.compress_size > len(content):
        raise zipfile.BadZipFile
    packed = memoryview(content)[starts : starts + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        pieces: Iterator[bytes] = (bytes(packed[at : at + _PIECE_BYTES]) for at in range(0, len(packed), _PIECE_BYTES))
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        pieces = _inflated(packed)
    else:
        raise zipfile.BadZipFile
    is_sheet = "/worksheets/" in part.filename
    real_bytes = last_row = last_column = 0
    tail = b""
    for piece in pieces:
        real_bytes += len(piece)
        if real_bytes > part.file_size:
            raise zipfile.BadZipFile
        if is_sheet:
            looked_at = tail + piece
            for column, row in _CELL.findall(looked_at):
                last_row = max(last_row, int(row))
                last_column = max(last_column, _column_number(column))
            tail = looked_at[-_CELL_BYTES:]
    if last_row * max(last_column, 1) > MOST_CELLS:
        raise UnreadableSheetError(
            row=last_row, reason=_("таблица тянется слишком далеко: удалите пустые строки и столбцы в её конце")
        )


def _inflated(packed: memoryview) -> Iterator[bytes]:
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    for at in range(0, len(packed), _PIECE_BYTES):
        given: bytes | memoryview = packed[at : at + _PIECE_BYTES]
        while given and not inflate.eof:
            yield inflate.decompress(given, _PIECE_BYTES)
            given = inflate.unconsumed_tail
    yield inflate.flush()


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
