"""Registers as clinics send them: CSV in two encodings, XLSX, other column names, bad rows that stop nobody."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook

from doctorlike.care.cells import FIELD_KEYS, SEPARATOR, CellReader, joined, told_cells
from doctorlike.care.rules import FIELDS, ClaimedLine, UnreadableLine
from doctorlike.kit.money import Money
from doctorlike.kit.sheets import open_table
from doctorlike.kit.sheets.columns import find_heading, guess, places

HEADER = "Номер полиса;Дата рождения;Дата визита;Код услуги;Услуга;Количество;Цена;Сумма"
ROW = "ONDL-304821;04.05.1990;24.03.2026;B01.047.001;Приём терапевта;1;1 200,00;1200"


def csv_file(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join((HEADER, *rows)).encode(encoding)


def read_register(content: bytes) -> list[ClaimedLine | UnreadableLine]:
    """As a register is read: its heading among the first rows, its columns by name, its cells one by one."""
    rows = list(open_table(content, spread_merged=True).rows)
    heading = find_heading(rows, FIELDS)
    found = places(heading.columns, guess(FIELDS, heading.columns, whole_names=True))
    where, reader = [found.get(key) for key in FIELD_KEYS], CellReader()
    return [reader.read(number, joined(cells, where)) for number, cells in rows if number > heading.row_number]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_a_csv_is_read_in_the_encodings_clinics_use(encoding: str) -> None:
    assert read_register(csv_file(ROW, encoding=encoding)) == [
        ClaimedLine(
            row=2,
            clinic="",
            policy_number="ONDL-304821",
            born_on=date(1990, 5, 4),
            visit_on=date(2026, 3, 24),
            service_code="B01.047.001",
            service_name="Приём терапевта",
            quantity=1,
            price=Money.of("1200.00"),
            total=Money.of("1200.00"),
        )
    ]


def test_an_xlsx_is_read_with_its_dates_and_numbers() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Полис", "Др", "Дата услуги", "Код", "Стоимость"])
    sheet.append(["ONDL-304821", date(1990, 5, 4), date(2026, 3, 24), "В01.047.001", 1200.1])
    stored = io.BytesIO()
    book.save(stored)
    line = read_register(stored.getvalue())[0]
    assert isinstance(line, ClaimedLine)
    # The clerk's «В» was Cyrillic.
    assert (line.service_code, line.price, line.quantity) == ("B01.047.001", Money.of("1200.10"), 1)


def test_one_bad_row_does_not_stop_the_rest() -> None:
    bad = ROW.replace("24.03.2026", "31.02.2026")
    read = read_register(csv_file(ROW, bad, "", ROW.replace("1 200,00", "-5"), ROW))
    assert [type(line) for line in read] == [ClaimedLine, UnreadableLine, UnreadableLine, ClaimedLine]
    assert read[1] == UnreadableLine(row=3, column="visit_on", text="31.02.2026")


def test_cells_come_back_as_they_were_told_whatever_stands_in_them() -> None:
    cells = ["ONDL-1", f"a{SEPARATOR}b", "x" * 400]
    told = told_cells(joined(cells, [None, 0, 1, 2, None, 9, None, None, None]))
    assert told["policy_number"] == "ONDL-1"
    assert told["born_on"] == "a b"
    assert told["visit_on"] == "x" * 300
    assert (told["clinic"], told["service_name"]) == ("", "")


def test_nothing_is_taken_back_but_by_a_correction() -> None:
    row = joined(ROW.replace(";1;1 200", ";0;1 200").split(";"), [None, 0, 1, 2, 3, 4, 5, 6, None])
    assert isinstance(CellReader().read(2, row), UnreadableLine)
    taken_back = CellReader(corrects=True).read(2, row)
    assert isinstance(taken_back, ClaimedLine)
    assert taken_back.quantity == 0
