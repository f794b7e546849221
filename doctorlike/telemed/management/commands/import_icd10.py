"""./manage.py import_icd10 FILE: take over the health ministry's table of МКБ-10 (CSV with semicolons; the columns
MKB_CODE, MKB_NAME, ACTUAL). It can be repeated: codes that are not in the file any more stay as not actual."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.telemed import commands
from doctorlike.telemed.errors import UnreadableClassificationError

_LARGEST_FILE_BYTES = 20_000_000


class Command(BaseCommand):
    help = "Загрузить справочник МКБ-10 из CSV с точками с запятой."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        clock.refresh()
        path: Path = options["file"]
        try:
            if path.stat().st_size > _LARGEST_FILE_BYTES:
                raise CommandError(f"Файл больше {_LARGEST_FILE_BYTES // 1_000_000} МБ.")
            content = path.read_bytes()
        except OSError as wrong:
            raise CommandError(f"Файл не открылся: {wrong.strerror}") from None
        try:
            report = commands.import_icd10(content=content, by=Actor.system("console"), at=clock.now())
        except UnreadableClassificationError as wrong:
            raise CommandError(str(wrong)) from None
        self.stdout.write(
            f"Строк {report.rows}: добавлено {report.added}, изменено {report.changed}, "
            f"недействующих {report.closed}. Исчезли из файла и закрыты: {report.gone}"
        )
