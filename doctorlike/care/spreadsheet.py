"""Reading a clinic's register: the columns clinics use, and what their cells mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from doctorlike.care.errors import UnreadableRegisterError
from doctorlike.care.rules import MOST_QUANTITY, ClaimedLine, UnreadableLine
from doctorlike.kit.money import Money
from doctorlike.kit.sheets import SheetRow, UnreadableSheetError, read_sheet
from doctorlike.policies.rules import normal_number

# What our field is called in files; compared without case, spaces and punctuation.
COLUMNS: dict[str, tuple[str, ...]] = {
    "clinic": ("клиника", "код клиники", "лпу", "clinic"),
    "policy_number": ("номер полиса", "полис", "№ полиса", "policy number", "policy"),
    "born_on": ("дата рождения", "др", "birth date"),
    "visit_on": ("дата визита", "дата услуги", "дата оказания", "дата", "visit date", "date"),
    "service_code": ("код услуги", "код", "service code", "code"),
    "service_name": ("услуга", "наименование услуги", "название услуги", "service name", "service"),
    "quantity": ("количество", "кол-во", "кол", "quantity"),
    "price": ("цена", "цена услуги", "стоимость", "тариф", "price"),
    "total": ("сумма", "итого", "total", "amount"),
}
OPTIONAL = {"clinic", "service_name", "quantity", "total"}


def read_register(content: bytes, file_name: str) -> list[ClaimedLine | UnreadableLine]:
    """Every row below the header, in order; empty rows are passed over. UnreadableRegisterError when the file as a
    whole cannot be read: another kind of file, no header, a column missing."""
    try:
        sheet = read_sheet(content)
    except UnreadableSheetError as refusal:
        raise UnreadableRegisterError(file_name=file_name, what=str(refusal)) from refusal
    columns = _columns(sheet.columns, file_name)
    return [_line(row, columns) for row in sheet.rows]


def _columns(header: Sequence[str], file_name: str) -> dict[str, str]:
    """Which column of the file holds which of our fields."""
    names = {_plain(name): name for name in header}
    columns = {}
    for field, known_as in COLUMNS.items():
        found = next((names[_plain(name)] for name in known_as if _plain(name) in names), None)
        if found is not None:
            columns[field] = found
        elif field not in OPTIONAL:
            raise UnreadableRegisterError(
                file_name=file_name, what=_("Нет столбца «{column}».").format(column=known_as[0])
            )
    return columns


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-zа-я№]", "", name.casefold().replace("ё", "е"))


def _line(row: SheetRow, columns: dict[str, str]) -> ClaimedLine | UnreadableLine:
    told: dict[str, Any] = {}
    for field, read in _READERS.items():
        cell = row.cells.get(columns[field], "") if field in columns else ""
        try:
            told[field] = read(cell)
        except (ValueError, InvalidOperation):
            return UnreadableLine(row=row.number, column=COLUMNS[field][0], text=cell[:100])
    return ClaimedLine(row=row.number, **told)


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


def _quantity(cell: str) -> int:
    text = cell.replace(",", ".") or "1"
    quantity = Decimal(text)
    if quantity != int(quantity) or not 1 <= quantity <= MOST_QUANTITY:
        raise ValueError
    return int(quantity)


def _number(cell: str) -> str:
    return normal_number(_needed(cell))


def _code(cell: str) -> str:
    # The «А» and «В» of service codes are Latin in order 804н and Cyrillic on half of all keyboards.
    return re.sub(r"\s", "", _needed(cell)).upper().translate(str.maketrans("АВ", "AB"))


_READERS: dict[str, Callable[[str], Any]] = {
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
