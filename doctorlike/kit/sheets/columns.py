"""What the columns of a table that people send are called, and where in the file its heading stands."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from doctorlike.kit.spelling import fold

# A title, a date and a few words may stand above the heading.
HEADING_AMONG_ROWS = 20


@dataclass(frozen=True, slots=True)
class Field:
    """`key` is what rules and stored rows call it, `title` what people do; `names` are the columns it is guessed by,
    folded, the likeliest first: a whole name, or with «…» at its end the beginning of one."""

    key: str
    title: Any
    names: tuple[str, ...]
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """`row_number` as a spreadsheet shows it; `columns` have a name each, all different; `fingerprint` is the same for
    the same names in any order."""

    row_number: int
    columns: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        folded = sorted(fold(column) for column in self.columns)
        return hashlib.sha256("\n".join(folded).encode()).hexdigest()


def find_heading(
    rows: Sequence[tuple[int, Sequence[str]]], fields: Sequence[Field], known: Collection[str] = ()
) -> Heading:
    """The heading among a file's first rows: one whose fingerprint is `known`, or that names the most fields, or else
    the first of the widest. LookupError when there are no rows."""
    found = [Heading(number, named(cells)) for number, cells in rows[:HEADING_AMONG_ROWS]]
    for heading in found:
        if heading.fingerprint in known:
            return heading
    guessed = [len(guess(fields, heading.columns)) for heading in found]
    best = max(guessed, default=0)
    if best > 1:
        return found[guessed.index(best)]
    widths = [sum(bool(cell) for cell in cells) for _number, cells in rows[:HEADING_AMONG_ROWS]]
    if not widths:
        raise LookupError
    return found[widths.index(max(widths))]


def named(cells: Sequence[str]) -> tuple[str, ...]:
    """Names for the columns: trimmed and in small letters; a column without one is called by its letter, and the second
    of a name gets a number."""
    names: list[str] = []
    for at, cell in enumerate(cells):
        name = " ".join(cell.lower().split()) or str(_("столбец {letter}")).format(letter=column_letter(at))
        alike = sum(other == name or other.startswith(f"{name} (") for other in names)
        names.append(f"{name} ({alike + 1})" if alike else name)
    return tuple(names)


def column_letter(at: int) -> str:
    """A, B … Z, AA …, as a spreadsheet shows it; `at` counts from 0."""
    letters, rest = "", at + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


def guess(fields: Sequence[Field], columns: Iterable[str], *, whole_names: bool = False) -> dict[str, str]:
    """Which column each field may be, by name; a column is one field at most. Fields without a likely column are left
    out. With `whole_names` the beginning of a name is not enough."""
    folded = {column: fold(column) for column in columns}
    found: dict[str, str] = {}
    for whole in (True,) if whole_names else (True, False):
        for field in fields:
            if field.key in found:
                continue
            column = _named_so(field, {one: name for one, name in folded.items() if one not in found.values()}, whole)
            if column:
                found[field.key] = column
    return found


def _named_so(field: Field, folded: Mapping[str, str], whole: bool) -> str | None:
    for name in field.names:
        if name.endswith("…") is whole:
            continue
        for column, told in folded.items():
            if told == name if whole else told.startswith(name[:-1]):
                return column
    return None


def places(headings: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Where in a row each named field stands, from 0; a column that is not there is left out."""
    return {field: headings.index(column) for field, column in columns.items() if column in headings}
