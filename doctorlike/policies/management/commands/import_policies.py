"""`./manage.py import_policies FILE [--apply]`: the insurer's list of policies sold elsewhere. Without `--apply` it is
looked through and nothing is written (docs/operations/import-policies.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.policies import commands
from doctorlike.policies.commands.importing import LARGEST_LIST_BYTES, ImportReport
from doctorlike.policies.errors import UnreadablePolicyListError
from doctorlike.policies.importing import Outcome, title

_WORDS = {
    Outcome.NEW: "новый",
    Outcome.SAME: "без изменений",
    Outcome.DIFFERS: "отличается",
    Outcome.REPEATED: "повтор",
    Outcome.REFUSED: "не принят",
}


class Command(BaseCommand):
    help = "Загрузить полисы, проданные не в магазине: список CSV или XLSX. Без --apply только показывает, что будет."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="записать новые полисы")

    def handle(self, *args: Any, **options: Any) -> None:
        clock.refresh()
        try:
            report = commands.import_policies(
                content=_content(options["file"]),
                apply=options["apply"],
                by=Actor.system("console"),
                at=clock.now(),
                progress=self._tell,
            )
        except UnreadablePolicyListError as wrong:
            raise CommandError(str(wrong)) from None
        self._show(report, applied=options["apply"])

    def _show(self, report: ImportReport, *, applied: bool) -> None:
        if report.unknown:
            self.stdout.write(f"столбцы не узнаны и не прочитаны: {', '.join(report.unknown)}")
        for row in report.rows:
            for remark in row.remarks:
                self.stdout.write(f"строка {row.number} ({_WORDS[row.outcome]}), {title(remark.column)}: {remark.text}")
        counts = ", ".join(f"{words} {report.count(outcome)}" for outcome, words in _WORDS.items())
        self.stdout.write(f"Строк {len(report.rows)}: {counts}.")
        if applied:
            self.stdout.write(f"Записано полисов: {report.count(Outcome.NEW)}, сразу в кабинетах: {report.linked}.")
        else:
            self.stdout.write("Это предпросмотр, ничего не записано. Записать новые: та же команда с --apply.")

    def _tell(self, done: int, total: int) -> None:
        if done == total or done % 10_000 == 0:
            self.stderr.write(f"проверено {done} из {total}")


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_LIST_BYTES:
            raise CommandError(f"Файл больше {LARGEST_LIST_BYTES // 1_000_000} МБ. Разделите его на части.")
        return path.read_bytes()
    except OSError as wrong:
        raise CommandError(f"Файл не открылся: {wrong.strerror}") from None
