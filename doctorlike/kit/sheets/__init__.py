"""Tables that people send: CSV in the encodings and separators of the country, XLSX, XLS, ODS.

Nothing of a file is believed before it is checked: its kind by its first bytes, its size packed and unpacked, how far
its cells reach. Rows are handed out one by one, so that a list of any length takes no more room than its file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.sheets.errors import UnreadableSheetError
from doctorlike.kit.sheets.tables import NumberedRow, Table
from doctorlike.kit.sheets.texts import csv_rows
from doctorlike.kit.sheets.workbooks import LARGEST_UNPACKED_BYTES, is_workbook, open_workbook

LARGEST_FILE_BYTES = 30_000_000
MOST_ROWS = 200_000

__all__ = [
    "LARGEST_FILE_BYTES",
    "LARGEST_UNPACKED_BYTES",
    "MOST_ROWS",
    "NumberedRow",
    "Sheet",
    "SheetRow",
    "Table",
    "UnreadableSheetError",
    "open_table",
    "read_sheet",
]


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


def open_table(
    content: bytes, *, sheet: str = "", spread_merged: bool = False, most_bytes: int = LARGEST_FILE_BYTES
) -> Table:
    """The named sheet of a workbook, or its first one that shows and holds anything; of a text file all of it. Its rows
    are read as they are asked for, empty ones left out. With `spread_merged` each cell of a merged area says what the
    area says. UnreadableSheetError for another kind of file, one of more than `most_bytes`, or a broken one: at once,
    or while the rows are read."""
    if len(content) > most_bytes:
        raise UnreadableSheetError(row=0, reason=_("файл больше {most} МБ").format(most=most_bytes // 1_000_000))
    if not content.strip():
        raise UnreadableSheetError(row=1, reason=_("в файле нет строк"))
    if is_workbook(content):
        return open_workbook(content, sheet=sheet, spread_merged=spread_merged)
    return Table(csv_rows(content))


def read_sheet(content: bytes, *, most_bytes: int = LARGEST_FILE_BYTES) -> Sheet:
    """The first table of the file at once. The header is its first row that is not empty; empty rows are left out,
    cells come as trimmed text. UnreadableSheetError for another kind of file, one of more than `most_bytes`, or a
    broken one."""
    filled = open_table(content, most_bytes=most_bytes).rows
    header_number, header = next(filled, (0, []))
    if not header:
        raise UnreadableSheetError(row=1, reason=_("в файле нет строк"))
    columns = tuple(name.strip().lower() for name in header)
    while columns and not columns[-1]:
        columns = columns[:-1]
    named = [name for name in columns if name]
    if len(set(named)) != len(named):
        raise UnreadableSheetError(row=header_number, reason=_("названия столбцов повторяются"))
    rows: list[SheetRow] = []
    for number, cells in filled:
        if len(rows) == MOST_ROWS:
            raise UnreadableSheetError(row=number, reason=_("в файле больше 200 000 строк"))
        rows.append(_row(number, columns, cells, width=len(header)))
    return Sheet(columns, tuple(rows))


def _row(number: int, columns: Sequence[str], cells: Sequence[str], *, width: int) -> SheetRow:
    padded = [*cells, *[""] * (len(columns) - len(cells))]
    named = {name: cell for name, cell in zip(columns, padded, strict=False) if name}
    return SheetRow(number, named, spills=len(cells) > width or any(cells[len(columns) :]))
