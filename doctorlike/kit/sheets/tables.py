"""What a table is once it is open, and a cell as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# A row's place in the file as a spreadsheet shows it, from 1, and its cells.
NumberedRow = tuple[int, list[str]]

# «="8495…"»: how people keep a spreadsheet from taking figures for a number.
_TEXT_FORMULA = re.compile(r'="(?P<text>.*)"\Z', re.DOTALL)
# What a spreadsheet would compute when the text is written into one again. A phone's plus is none, nor is a lone dash.
_FORMULA = re.compile(r"[=@]|[+-](?=[^\W\d_]|[(=@])")


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` can be read once. `sheet` is the name of the sheet they are of, `others` the other sheets that hold
    something; a text file has neither."""

    rows: Iterator[NumberedRow]
    sheet: str = ""
    others: tuple[str, ...] = ()


def plain(cell: Any) -> str:
    """A cell as trimmed text that no spreadsheet computes."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).replace("\0", "").strip()  # PostgreSQL keeps no NUL
    if not text or text[0] not in "=@+-":
        return text
    if quoted := _TEXT_FORMULA.match(text):
        text = quoted["text"].replace('""', '"').strip()
    while _FORMULA.match(text):
        text = text[1:].lstrip()
    return text
