"""Registers as clinics send them: CSV in two encodings, XLSX, other column names, bad rows that stop nobody."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook

from doctorlike.care.errors import UnreadableRegisterError
from doctorlike.care.rules import ClaimedLine, UnreadableLine
from doctorlike.care.spreadsheet import read_register
from doctorlike.kit.money import Money

HEADER = "Номер полиса;Дата рождения;Дата визита;Код услуги;Услуга;Количество;Цена;Сумма"
ROW = "ONDL-304821;04.05.1990;24.03.2026;B01.047.001;Приём терапевта;1;1 200,00;1200"


def csv_file(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join((HEADER, *rows)).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_a_csv_is_read_in_the_encodings_clinics_use(encoding: str) -> None:
    assert read_register(csv_file(ROW, encoding=encoding), "март.csv") == [
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
    line = read_register(stored.getvalue(), "март.xlsx")[0]
    assert isinstance(line, ClaimedLine)
    # The clerk's «В» was Cyrillic.
    assert (line.service_code, line.price, line.quantity) == ("B01.047.001", Money.of("1200.10"), 1)


def test_one_bad_row_does_not_stop_the_rest() -> None:
    bad = ROW.replace("24.03.2026", "31.02.2026")
    read = read_register(csv_file(ROW, bad, "", ROW.replace("1 200,00", "-5"), ROW), "март.csv")
    assert [type(line) for line in read] == [ClaimedLine, UnreadableLine, UnreadableLine, ClaimedLine]
    assert read[1] == UnreadableLine(row=3, column="дата визита", text="31.02.2026")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "нет строк"),
        (b"PK\x03\x04 not a workbook", "повреждён"),
        ("Номер полиса;Цена\nONDL-1;5".encode(), "Нет столбца «дата рождения»."),
        (b"\x00\x01\x02", "не таблица"),
        (b"\x98\xff\x98", "не таблица"),
    ],
)
def test_another_kind_of_file_is_refused_as_a_whole(content: bytes, says: str) -> None:
    with pytest.raises(UnreadableRegisterError, match=says):
        read_register(content, "реестр")
