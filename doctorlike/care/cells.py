"""What the cells of a register mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from doctorlike.care.rules import FIELDS, MOST_QUANTITY, ClaimedLine, UnreadableLine
from doctorlike.kit.money import Money
from doctorlike.policies.rules import normal_number

FIELD_KEYS = tuple(field.key for field in FIELDS)
# Between the cells of a row while it waits; a cell has none of its own.
SEPARATOR = "\x1f"
LONGEST_CELL = 300
# Instead of its cells: the row has more of them than the heading has columns, so that they may stand in wrong ones.
SPILLED = ""
# Registers say the same days, codes and prices again and again, while policies and people differ.
_MOST_KNOWN = 20_000


def joined(cells: Sequence[str], places: Sequence[int | None]) -> str:
    """The fields' cells of a row, in the order of `FIELD_KEYS`, as one text."""
    width = len(cells)
    told = [cells[at][:LONGEST_CELL] if at is not None and at < width else "" for at in places]
    text = SEPARATOR.join(told)
    return (
        text if text.count(SEPARATOR) == len(told) - 1 else SEPARATOR.join(one.replace(SEPARATOR, " ") for one in told)
    )


def told_cells(text: str) -> dict[str, str]:
    """The other way round: cells by field; none of a row that spilled."""
    return {} if text == SPILLED else dict(zip(FIELD_KEYS, text.split(SEPARATOR), strict=True))


class CellReader:
    """Reads the rows of one register and remembers what its cells meant. With `corrects` a quantity of 0 is one."""

    def __init__(self, *, corrects: bool = False) -> None:
        readers: Mapping[str, Callable[[str], Any]] = {
            **_READERS,
            "quantity": _quantity_or_none if corrects else _quantity,
        }
        self._known = [_Meanings(readers[key]) for key in FIELD_KEYS]

    def read(self, row: int, text: str) -> ClaimedLine | UnreadableLine:
        """A row as `joined` wrote it."""
        if text == SPILLED:
            return UnreadableLine(row=row, column="", text="")
        cells = text.split(SEPARATOR)
        try:
            return ClaimedLine(row, *[known[cell] for known, cell in zip(self._known, cells, strict=True)])
        except (ValueError, InvalidOperation):
            return self._unreadable(row, cells)

    def _unreadable(self, row: int, cells: Sequence[str]) -> UnreadableLine:
        """Which is the first cell that means nothing."""
        for key, known, cell in zip(FIELD_KEYS, self._known, cells, strict=True):
            try:
                known[cell]
            except (ValueError, InvalidOperation):
                return UnreadableLine(row=row, column=key, text=cell[:100])
        raise ValueError("every cell can be read")


class _Meanings(dict[str, Any]):
    """What the cells of one column meant, the last so many."""

    def __init__(self, reader: Callable[[str], Any]) -> None:
        super().__init__()
        self._reader = reader

    def __missing__(self, cell: str) -> Any:
        value = self._reader(cell)
        if len(self) >= _MOST_KNOWN:
            self.clear()
        self[cell] = value
        return value


def _needed(cell: str) -> str:
    if not cell:
        raise ValueError
    return cell


def _day(cell: str) -> date:
    # A spreadsheet's own dates come as ISO text, some with midnight behind them.
    text = _needed(cell).removesuffix(" 00:00:00")
    for form in ("%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  # a calendar date has no zone
        except ValueError:
            continue
    raise ValueError


def _amount(cell: str) -> Money:
    # A spreadsheet's float is written out as the shortest decimal that is it: 1200.1 stays 1200.1.
    text = re.sub(r"[\s\u00a0₽]|руб\.?", "", _needed(cell)).replace(",", ".")
    amount = Money.of(text)
    if amount.amount < 0 or amount.amount >= Decimal(10) ** 9:
        raise ValueError
    return amount


def _amount_or_nothing(cell: str) -> Money | None:
    return _amount(cell) if cell else None


def _quantity_or_none(cell: str) -> int:
    quantity = Decimal(cell.replace(",", ".") or "1")
    if quantity != int(quantity) or not 0 <= quantity <= MOST_QUANTITY:
        raise ValueError
    return int(quantity)


def _quantity(cell: str) -> int:
    quantity = _quantity_or_none(cell)
    if not quantity:
        raise ValueError
    return quantity


def _number(cell: str) -> str:
    return normal_number(_needed(cell))


def _code(cell: str) -> str:
    # The «А» and «В» of service codes are Latin in order 804н and Cyrillic on half of all keyboards.
    return re.sub(r"\s", "", _needed(cell)).upper().translate(str.maketrans("АВ", "AB"))


_READERS: Mapping[str, Callable[[str], Any]] = {
    "clinic": str,
    "policy_number": _number,
    "born_on": _day,
    "visit_on": _day,
    "service_code": _code,
    "service_name": str,
    "quantity": _quantity,
    "price": _amount,
    "total": _amount_or_nothing,
}


def read_cell(field: str, cell: str) -> Any:
    """What one cell means; ValueError or InvalidOperation for one that means nothing."""
    return _READERS[field](cell)
