"""Reading a clinic's register: CSV or XLSX, with the column names clinics use."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from doctorlike.care.errors import UnreadableRegisterError
from doctorlike.care.rules import MOST_QUANTITY, ClaimedLine, UnreadableLine
from doctorlike.kit.money import Money
from doctorlike.policies.rules import normal_number

MOST_BYTES = 50 * 1024 * 1024

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

Row = Sequence[Any]


def read_register(content: bytes, file_name: str) -> list[ClaimedLine | UnreadableLine]:
    """Every row below the header, in order; empty rows are passed over. UnreadableRegisterError when the file as a
    whole cannot be read: another kind of file, no header, a column missing."""
    if len(content) > MOST_BYTES:
        raise UnreadableRegisterError(file_name=file_name, what="файл больше 50 МБ")
    rows = list(_xlsx_rows(content, file_name) if content[:2] == b"PK" else _csv_rows(content, file_name))
    if not rows:
        raise UnreadableRegisterError(file_name=file_name, what="файл пуст")
    places = _places(rows[0], file_name)
    return [
        _line(number, row, places) for number, row in enumerate(rows[1:], start=2) if any(_text(cell) for cell in row)
    ]


def _xlsx_rows(content: bytes, file_name: str) -> Iterator[Row]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        yield from sheet.to_python(skip_empty_area=False)
    except CalamineError as broken:
        raise UnreadableRegisterError(file_name=file_name, what="это не таблица XLSX") from broken


def _csv_rows(content: bytes, file_name: str) -> Iterable[Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1251")
        except UnicodeDecodeError as broken:
            raise UnreadableRegisterError(file_name=file_name, what="кодировка не UTF-8 и не Windows-1251") from broken
    if "\0" in text:
        raise UnreadableRegisterError(file_name=file_name, what="это не CSV")
    header = text.partition("\n")[0]
    delimiter = max(";,\t", key=header.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as broken:
        raise UnreadableRegisterError(file_name=file_name, what=f"CSV испорчен: {broken}") from broken


def _places(header: Row, file_name: str) -> dict[str, int]:
    names = {_plain(_text(cell)): place for place, cell in reversed(list(enumerate(header)))}
    places = {}
    for field, known_as in COLUMNS.items():
        found = next((names[_plain(name)] for name in known_as if _plain(name) in names), None)
        if found is not None:
            places[field] = found
        elif field not in OPTIONAL:
            raise UnreadableRegisterError(file_name=file_name, what=f"строка 1: нет столбца «{known_as[0]}»")
    return places


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-zа-я№]", "", name.casefold().replace("ё", "е"))


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _line(number: int, row: Row, places: dict[str, int]) -> ClaimedLine | UnreadableLine:
    told: dict[str, Any] = {}
    for field, read in _READERS.items():
        cell = row[places[field]] if field in places and places[field] < len(row) else ""
        try:
            told[field] = read(cell)
        except (ValueError, InvalidOperation):
            return UnreadableLine(row=number, column=COLUMNS[field][0], text=_text(cell)[:100])
    return ClaimedLine(row=number, **told)


def _needed(cell: Any) -> str:
    text = _text(cell)
    if not text:
        raise ValueError
    return text


def _day(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _needed(cell)
    for form in ("%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  # a calendar date has no zone
        except ValueError:
            continue
    raise ValueError


def _amount(cell: Any) -> Money:
    # A spreadsheet's float is written out as the shortest decimal that is it: 1200.1 stays 1200.1.
    text = re.sub(r"[\s\u00a0₽]|руб\.?", "", _needed(cell)).replace(",", ".")
    amount = Money.of(text)
    if amount.amount < 0 or amount.amount >= Decimal(10) ** 9:
        raise ValueError
    return amount


def _amount_or_nothing(cell: Any) -> Money | None:
    return _amount(cell) if _text(cell) else None


def _quantity(cell: Any) -> int:
    text = _text(cell).replace(",", ".") or "1"
    quantity = Decimal(text)
    if quantity != int(quantity) or not 1 <= quantity <= MOST_QUANTITY:
        raise ValueError
    return int(quantity)


def _number(cell: Any) -> str:
    return normal_number(_needed(cell))


def _code(cell: Any) -> str:
    # The «А» and «В» of service codes are Latin in order 804н and Cyrillic on half of all keyboards.
    return re.sub(r"\s", "", _needed(cell)).upper().translate(str.maketrans("АВ", "AB"))


_READERS: dict[str, Callable[[Any], Any]] = {
    "clinic": _text,
    "policy_number": _number,
    "born_on": _day,
    "visit_on": _day,
    "service_code": _code,
    "service_name": _text,
    "quantity": _quantity,
    "price": _amount,
    "total": _amount_or_nothing,
}
