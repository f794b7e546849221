"""./manage.py import_clinics PATH [--scope moscow] [--source NAME]: take a list of clinics; PATH is a table, or a
folder with clinics.csv (or .xlsx) and, beside it, coords.json (address → [longitude, latitude]). The run can be looked
at, mended and taken back at the desk (docs/operations/network-data.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from doctorlike.clinics import commands, queries
from doctorlike.clinics.errors import UnreadableListError
from doctorlike.clinics.rules import Outcome
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.sheets import LARGEST_FILE_BYTES
from doctorlike.products.rules import SCOPES

_WORDS = {
    Outcome.ADDED: "добавлена",
    Outcome.CHANGED: "изменена",
    Outcome.SAME: "без изменений",
    Outcome.REPEATED: "повтор",
    Outcome.REFUSED: "не принята",
}


class Command(BaseCommand):
    help = "Загрузить список клиник: таблица CSV или XLSX, или папка с clinics.csv и coords.json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument(
            "--scope", action="append", choices=SCOPES, default=[], help="только это покрытие; иначе все, куда входит"
        )
        parser.add_argument(
            "--source", default="", help="чей это список: его столбцы могли назвать на пульте, с ним сравнят следующий"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        clock.refresh()
        table = _table(options["path"])
        try:
            report = commands.import_clinics(
                content=_content(table),
                file_name=table.name,
                places=_places(table.with_name("coords.json")),
                scopes=tuple(options["scope"]),
                source=options["source"],
                by=Actor.system("console"),
                at=clock.now(),
                progress=self._tell,
            )
        except OSError as wrong:
            raise CommandError(f"Файл не открылся: {wrong.strerror}") from None
        except UnreadableListError as wrong:
            raise CommandError(str(wrong)) from None
        for row in report.rows:
            for remark in row.remarks:
                self.stdout.write(
                    f"строка {row.number} ({_WORDS[row.outcome]}), {remark.column or 'строка целиком'}: {remark.text}"
                )
        run = queries.run(report.run_id)
        if run.other_sheets:
            self.stdout.write(f"Прочитан лист «{run.sheet}». Другие не читали: {', '.join(run.other_sheets)}")
        counts = ", ".join(f"{words} {report.count(outcome)}" for outcome, words in _WORDS.items())
        self.stdout.write(
            f"Строк {len(report.rows)}: {counts}. Принято с замечаниями: {report.with_remarks}. "
            f"Новых участий в сети: {report.new_memberships}. Отчёт {report.run_id}"
        )

    def _tell(self, done: int, total: int) -> None:
        self.stderr.write(f"прочитано {done} из {total}")


def _table(path: Path) -> Path:
    if not path.is_dir():
        return path
    for name in ("clinics.csv", "clinics.xlsx"):
        if (path / name).is_file():
            return path / name
    raise CommandError(f"В папке нет clinics.csv или clinics.xlsx: {path}")


def _content(path: Path) -> bytes:
    """UnreadableListError for a file larger than any list: it is not read."""
    if path.stat().st_size > LARGEST_FILE_BYTES:
        raise UnreadableListError(row=0, reason=f"файл больше {LARGEST_FILE_BYTES // 1_000_000} МБ")
    return path.read_bytes()


def _places(path: Path) -> dict[str, tuple[float, float]]:
    """UnreadableListError when the file is there and holds something else."""
    if not path.is_file():
        return {}
    try:
        told = json.loads(path.read_bytes())
        return {address: (float(point[0]), float(point[1])) for address, point in told.items()}
    except (ValueError, TypeError, LookupError, AttributeError) as wrong:
        raise UnreadableListError(row=0, reason=f"{path.name}: {wrong}") from None
