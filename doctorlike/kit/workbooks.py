"""Spreadsheets that people open: every cell is text, and none of it is ever a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

# What XML cannot hold; openpyxl refuses it.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_CELL = 32_000
_SIGNS_OF_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_workbook(
    *, title: str, notes: Sequence[str], columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]
) -> bytes:
    """An XLSX of one table: `notes` above it a line each, `columns` as (heading, width in signs). Cells that begin like
    a formula are marked as text, so that they stay text when somebody saves the file as CSV from a spreadsheet."""
    book = Workbook(write_only=True)
    sheet: WriteOnlyWorksheet = book.create_sheet(_sheet_name(title))
    for number, (_heading, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    heading_row = len(notes) + 1
    sheet.freeze_panes = f"A{heading_row + 1}"
    for note in notes:
        sheet.append([_cell(sheet, note)])
    bold = Font(bold=True)
    sheet.append([_cell(sheet, heading, font=bold) for heading, _width in columns])
    count = 0
    for row in rows:
        sheet.append([_cell(sheet, text) if text.startswith(_SIGNS_OF_A_FORMULA) else _plain(text) for text in row])
        count += 1
    sheet.auto_filter.ref = f"A{heading_row}:{get_column_letter(len(columns))}{heading_row + count}"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _plain(text: str) -> str:
    return _UNWRITABLE.sub("", text)[:_LONGEST_CELL]


def _cell(sheet: WriteOnlyWorksheet, text: str, *, font: Font | None = None) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=_plain(text))
    cell.data_type = "s"
    if font is not None:
        cell.font, cell.alignment = font, Alignment(vertical="top")
    elif text.startswith(_SIGNS_OF_A_FORMULA):
        cell.style = "Normal"
        cell.quotePrefix = True
    return cell


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "1"
