"""./manage.py import_regions FILE: add or change regions from a table (CSV or XLSX); without FILE, the shipped ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.sheets import UnreadableSheetError
from doctorlike.regions import commands
from doctorlike.regions.errors import WrongRegionListError


class Command(BaseCommand):
    help = "Загрузить регионы из таблицы; без файла добавить недостающие субъекты ISO 3166-2:RU."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="CSV или XLSX со столбцами, как в regions/data")

    def handle(self, *args: Any, **options: Any) -> None:
        clock.refresh()
        by, at = Actor.system("console"), clock.now()
        if options["file"] is None:
            self.stdout.write(f"Добавлено регионов: {commands.load_shipped_regions(by=by, at=at)}")
            return
        try:
            content = options["file"].read_bytes()
            report = commands.import_regions(content=content, by=by, at=at)
        except OSError as wrong:
            raise CommandError(f"Файл не открылся: {wrong.strerror}") from None
        except UnreadableSheetError as wrong:
            raise CommandError(str(wrong)) from None
        except WrongRegionListError as wrong:
            for number, reason in wrong.facts["wrongs"]:
                self.stderr.write(f"строка {number}: {reason}")
            raise CommandError(str(wrong)) from None
        for words, rows in (("добавлен", report.added), ("изменён", report.changed), ("без изменений", report.same)):
            for number, name in rows:
                self.stdout.write(f"строка {number}: {name}: {words}")
        self.stdout.write(
            f"Строк {len(report.added) + len(report.changed) + len(report.same)}: добавлено {len(report.added)}, "
            f"изменено {len(report.changed)}, без изменений {len(report.same)}"
        )
