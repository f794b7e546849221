"""Tables of the rule book, so that its figures and the tests cannot part."""

from __future__ import annotations

from pathlib import Path

BOOK = Path(__file__).parents[2] / "docs" / "rules" / "booking.md"


def rows(first_column: str, columns: int, *, last: str = "") -> list[tuple[str, ...]]:
    """The rows of the one table whose heading begins with `first_column`, has so many columns, and ends with `last`
    where several begin alike."""
    tables: list[list[tuple[str, ...]]] = [[]]
    for line in BOOK.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            tables[-1].append(tuple(cell.strip() for cell in line.strip("|").split("|")))
        elif tables[-1]:
            tables.append([])
    (found,) = [
        table
        for table in tables
        if table and table[0][0] == first_column and len(table[0]) == columns and last in ("", table[0][-1])
    ]
    assert len(found) > 2, f"the table of «{first_column}» has no rows"
    return found[2:]
