"""Which files a list of policies sold elsewhere may come in, and what the console tells of one."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from doctorlike.audit.models import Entry
from doctorlike.kit import clock
from doctorlike.kit.money import Money
from doctorlike.policies import commands, queries
from doctorlike.policies.commands.importing import ImportReport
from doctorlike.policies.errors import UnreadablePolicyListError
from doctorlike.policies.importing import Outcome
from doctorlike.policies.models import Policy
from doctorlike.products import commands as products
from doctorlike.products.commands.publishing import DEMO_CODE
from tests.policies.builders import AT, BY
from tests.policies.lists import ANNAS, annas, as_csv, as_xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sold() -> None:
    products.seed_demo_product(by=BY, at=AT)


def outcomes(report: ImportReport) -> list[Outcome]:
    return [row.outcome for row in report.rows]


def wrong(report: ImportReport) -> list[str]:
    return [remark.column for row in report.rows for remark in row.remarks]


class TestFiles:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
    @pytest.mark.parametrize("separator", [";", ",", "\t"])
    def test_the_usual_encodings_and_separators_are_read(self, encoding: str, separator: str) -> None:
        row = {**ANNAS, "Продукт": DEMO_CODE, "Премия, руб.": "9500.00"}
        row["Премия"] = row.pop("Премия, руб.")
        content = as_csv(row, separator=separator, encoding=encoding)
        report = commands.import_policies(content=content, apply=True, by=BY, at=AT)
        assert outcomes(report) == [Outcome.NEW]

    def test_a_spreadsheet_with_its_own_dates_and_numbers_is_read(self) -> None:
        row: dict[str, object] = {
            **ANNAS,
            "Продукт": DEMO_CODE,
            "Действует с": date(2026, 3, 10),
            "Дата заключения": datetime(2026, 2, 20, 15, 30),  # noqa: DTZ001 - spreadsheets know no zones
            "Премия, руб.": 9500.5,
            "Франшиза, %": 0.3,
            "Страхователь серия": 3608,
            "Страхователь телефон": 89270000012,
        }
        content = as_xlsx(list(row), list(row.values()))
        report = commands.import_policies(content=content, apply=True, by=BY, at=AT)
        assert outcomes(report) == [Outcome.NEW]
        stored = queries.find_by_number("ONDL-300100")
        assert stored.premium == Money.of("9500.50")
        assert stored.period.starts_on == date(2026, 3, 10)

    def test_a_formula_that_was_never_worked_out_refuses_its_row(self) -> None:
        row: dict[str, object] = {**ANNAS, "Продукт": DEMO_CODE, "Премия, руб.": "=SUM(A1:A2)"}
        report = commands.import_policies(content=as_xlsx(list(row), list(row.values())), apply=True, by=BY, at=AT)
        assert wrong(report) == ["premium"]

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "нет строк"),
            (b"%PDF-1.7\n\x00\x01", "не таблица"),
            (b"PK\x03\x04 broken", "повреждён"),
            ("кличка;порода\nШарик;нет\n".encode(), "нет столбцов номер полиса"),
            (as_csv({**ANNAS, "№ полиса": "1"}), "назван дважды: номер полиса"),
            ("Номер полиса;Номер полиса\n1;2\n".encode(), "повторяются"),
            ('Номер полиса\n"ONDL'.encode(), "Список не прочитан"),
        ],
        ids=["empty", "pdf", "broken zip", "other table", "named twice", "same name twice", "open quote"],
    )
    def test_a_file_that_cannot_be_trusted_leaves_nothing_behind(
        self, tmp_path: Path, content: bytes, words: str
    ) -> None:
        (tmp_path / "list.csv").write_bytes(content)
        with pytest.raises(CommandError, match=words):
            call_command("import_policies", str(tmp_path / "list.csv"), "--apply")
        assert not Policy.objects.exists()

    def test_a_zip_bomb_is_not_unpacked(self) -> None:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            for part in range(4):
                file.writestr(f"xl/{part}.xml", b"0" * 100_000_000)
        with pytest.raises(UnreadablePolicyListError, match="300 МБ"):
            commands.import_policies(content=packed.getvalue(), apply=True, by=BY, at=AT)

    def test_a_row_with_a_cell_too_many_is_refused(self) -> None:
        content = as_csv({**ANNAS, "Продукт": DEMO_CODE}) + as_csv(ANNAS).split(b"\r\n")[1] + b";x;y\r\n"
        report = commands.import_policies(content=content, apply=True, by=BY, at=AT)
        assert outcomes(report) == [Outcome.NEW, Outcome.REFUSED]

    def test_a_file_that_is_not_there_or_too_large_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="не открылся"):
            call_command("import_policies", str(tmp_path / "none.csv"))
        large = tmp_path / "large.csv"
        with large.open("wb") as file:
            file.truncate(150_000_001)
        with pytest.raises(CommandError, match="150 МБ"):
            call_command("import_policies", str(large))


def test_the_console_tells_rows_counts_and_that_it_was_a_preview(tmp_path: Path) -> None:
    rows = ({**ANNAS, "Продукт": DEMO_CODE, "Скидка": "5"}, {**annas(Номер_полиса="?"), "Продукт": DEMO_CODE})
    file = tmp_path / "list.csv"
    file.write_bytes(as_csv(*rows, encoding="cp1251"))
    with clock.moved_to(AT):
        told, progress = io.StringIO(), io.StringIO()
        call_command("import_policies", str(file), stdout=told, stderr=progress)
        assert "столбцы не узнаны и не прочитаны: скидка" in told.getvalue()
        assert "строка 3 (не принят), номер полиса: не номер полиса" in told.getvalue()
        assert "Строк 2: новый 1, без изменений 0, отличается 0, повтор 0, не принят 1." in told.getvalue()
        assert "предпросмотр, ничего не записано" in told.getvalue()
        assert "проверено 2 из 2" in progress.getvalue()
        assert not Policy.objects.exists()
        done = io.StringIO()
        call_command("import_policies", str(file), "--apply", stdout=done, stderr=io.StringIO())
        assert "Записано полисов: 1, сразу в кабинетах: 0." in done.getvalue()
    assert Entry.objects.filter(action="policy.imported", by="system:console").count() == 1
