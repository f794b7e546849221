"""Files as people send them: other encodings, merged headings, formulas, several sheets; and files that are no list."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook

from doctorlike.clinics import commands, queries
from doctorlike.clinics.commands import ImportReport
from doctorlike.clinics.errors import UnreadableListError
from doctorlike.clinics.models import Clinic, ImportRun
from doctorlike.clinics.rules import ListKind, Outcome
from doctorlike.kit.actors import Actor
from doctorlike.kit.sheets import UnreadableSheetError, open_table
from doctorlike.regions import commands as regions

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
BY = Actor.system("tests")
ROW = ["ООО «Мак»", "г Москва, ул Садовая, д.1", "84950000001"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _regions() -> None:
    regions.load_shipped_regions(by=BY, at=NOW)


def take(content: bytes) -> ImportReport:
    return commands.import_clinics(content=content, file_name="list.xlsx", by=BY, at=NOW)


def workbook(fill: Callable[[Workbook], object]) -> bytes:
    book, content = Workbook(), io.BytesIO()
    fill(book)
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_file_is_read_in_the_encodings_of_the_country(encoding: str) -> None:
    content = f"Клиника;Адрес;Телефон\n{';'.join(ROW)}\n".encode(encoding)
    assert take(content).count(Outcome.ADDED) == 1
    assert Clinic.objects.get().name == "ООО «Мак»"


def test_a_title_above_and_a_heading_in_merged_cells_are_understood() -> None:
    def fill(book: Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        sheet["A1"] = "Список медицинских организаций на 1 марта 2026 года"
        sheet.merge_cells("A1:D1")
        sheet["A3"], sheet["B3"], sheet["C3"] = "Клиника", "Адрес", "Контакты"
        sheet.merge_cells("A3:A4")
        sheet.merge_cells("B3:B4")
        sheet.merge_cells("C3:D3")
        sheet["C4"], sheet["D4"] = "Телефон", "Сайт"
        sheet.append([*ROW, "mak.example"])

    report = take(workbook(fill))
    assert [(row.number, row.outcome) for row in report.rows] == [(5, Outcome.ADDED)]
    clinic = Clinic.objects.get()
    assert (clinic.phones, clinic.website) == ([["+74950000001", ""]], "https://mak.example")


def test_a_name_merged_over_several_addresses_is_the_name_of_each() -> None:
    def fill(book: Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        sheet.append(["Клиника", "Адрес"])
        sheet.append(["ООО «Мак»", "г Москва, ул Садовая, д.1"])
        sheet.append([None, "г Москва, ул Садовая, д.2"])
        sheet.merge_cells("A2:A3")

    assert take(workbook(fill)).count(Outcome.ADDED) == 2
    assert set(Clinic.objects.values_list("name", flat=True)) == {"ООО «Мак»"}


def test_formulas_of_a_text_file_become_words_that_nothing_computes() -> None:
    content = (
        "Клиника;Адрес;Телефон;Сайт\n"
        '=cmd|calc;"г Москва, ул Садовая, д.1";="84950000001";@mak.example\n'
        '+HYPERLINK("x");"г Москва, ул Садовая, д.2";+7 495 000-00-02;\n'
    ).encode()
    take(content)
    first, second = Clinic.objects.order_by("address")
    assert first.name == "cmd|calc"
    assert first.phones == [["+74950000001", ""]]
    assert second.name == 'HYPERLINK("x")'
    assert second.phones == [["+74950000002", ""]]


def test_of_a_workbooks_formula_the_value_is_taken() -> None:
    def fill(book: Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        sheet.append(["Клиника", "Адрес"])
        sheet.append(ROW[:2])

    content = workbook(fill)
    with_formula = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(with_formula, "w") as after:
        for part in before.infolist():
            text = before.read(part)
            if part.filename.endswith("sheet1.xml"):
                text = re.sub(rb'<c r="A2".*?</c>', b'<c r="A2" t="str"><f>B2</f><v>Mak</v></c>', text)
                assert b"<f>" in text
            after.writestr(part, text)
    take(with_formula.getvalue())
    assert Clinic.objects.get().name == "Mak"


def two_sheets(book: Workbook) -> None:
    first = book.active
    assert first is not None
    first.title = "Москва"
    for sheet, row in ((first, ROW), (book.create_sheet("Область"), ["ООО «Лён»", *ROW[1:]])):
        sheet.append(["Клиника", "Адрес", "Телефон"])
        sheet.append(row)
    book.create_sheet("Пустой")


def test_of_two_sheets_one_is_read_and_the_other_named() -> None:
    received = commands.receive_list(
        kind=ListKind.CLINICS, content=workbook(two_sheets), file_name="list.xlsx", by=BY, at=NOW
    )
    run = queries.run(received.run_id)
    assert (run.sheet, run.other_sheets) == ("Москва", ("Область",))
    commands.choose_sheet(run_id=run.id, sheet="Область", by=BY, at=NOW)
    with pytest.raises(UnreadableListError, match="нет листа"):
        commands.choose_sheet(run_id=run.id, sheet="Пустой", by=BY, at=NOW)
    commands.name_columns(
        run_id=run.id,
        columns={"clinic": "клиника", "address": "адрес"},
        source="",
        by=BY,
        at=NOW,
    )
    commands.read_list(run_id=run.id, by=BY, at=NOW)
    assert [row.meant["name"] for row in queries.list_rows(run.id)[:10]] == ["ООО «Лён»"]


def bomb_that_lies() -> bytes:
    """Says that its sheet unpacks to ten bytes; it unpacks to a hundred megabytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_000)
    content = bytearray(packed.getvalue())
    told = struct.pack("<I", 100_000_000)
    at = content.rindex(told)
    content[at : at + 4] = struct.pack("<I", 10)
    return bytes(content)


def far_cell() -> bytes:
    """Two cells, with sixteen thousand million empty ones between them."""

    def fill(book: Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        sheet["A1"], sheet["XFD1048576"] = "Клиника", "Адрес"

    return workbook(fill)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.4\n1 0 obj << >> endobj", "файл PDF"),
        ("{\\rtf1 Клиника}".encode(), "файл RTF"),
        (b"<html><table>", "HTML"),
        (b"\x00\x01\x02\x03" * 500, "это не таблица"),
        (b"   \n ", "нет строк"),
        ("Клиника;Адрес\n".encode(), "нет строк"),
        ("Фирма;Место;Кто\nа;б;в\n".encode(), "нет столбцов"),
        (bomb_that_lies(), "файл повреждён"),
        (far_cell(), "слишком далеко"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "это не таблица"),
    ],
    ids=["pdf", "rtf", "html", "noise", "blank", "heading alone", "other", "lying bomb", "far cell", "broken xls"],
)
def test_a_file_that_is_no_list_is_refused_in_words_and_leaves_nothing(content: bytes, words: str) -> None:
    with pytest.raises(UnreadableListError, match=words):
        take(content)
    assert not Clinic.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_broken_row_far_down_fails_the_run_and_keeps_no_row() -> None:
    good = "".join(f'Клиника {n};"г Москва, ул Садовая, д.{n}"\n' for n in range(2500))
    content = f'Клиника;Адрес\n{good}Мак;"г Москва\n'.encode()
    received = commands.receive_list(kind=ListKind.CLINICS, content=content, file_name="l.csv", by=BY, at=NOW)
    columns = {"clinic": "клиника", "address": "адрес"}
    commands.name_columns(run_id=received.run_id, columns=columns, source="", by=BY, at=NOW)
    commands.read_list(run_id=received.run_id, by=BY, at=NOW)
    run = queries.run(received.run_id)
    assert run.state == "failed"
    assert "строка 2502" in run.problem
    assert len(queries.list_rows(run.id)) == 0


def test_rows_are_handed_out_one_by_one() -> None:
    """A text that breaks off in its last row is found out there, and not before."""
    table = open_table(b'a;b\n1;2\n"3;4\n')
    assert next(table.rows) == (1, ["a", "b"])
    assert next(table.rows) == (2, ["1", "2"])
    with pytest.raises(UnreadableSheetError):
        next(table.rows)
