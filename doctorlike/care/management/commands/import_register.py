"""./manage.py import_register FILE: load a clinic's register (CSV or XLSX), adjudicate it, announce the charges."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from doctorlike.care import commands, queries
from doctorlike.care.errors import UnknownClinicError
from doctorlike.clinics import queries as clinics
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError


class Command(BaseCommand):
    _told = 0
    help = "Загрузить реестр услуг клиники (CSV или XLSX)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--clinic", help="код, номер или название клиники, если в файле нет столбца «Клиника»")

    def handle(self, *args: Any, **options: Any) -> None:
        clock.refresh()
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as broken:
            raise CommandError(f"{path.name}: {broken.strerror}") from None
        try:
            clinic_id = self._clinic(options["clinic"])
            report = commands.import_register(
                content=content,
                file_name=path.name,
                clinic_id=clinic_id,
                by=Actor.system("console"),
                at=clock.now(),
                tell=self._tell,
            )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        for refused in report.refused:
            self.stdout.write(f"строка {refused.row}: отказано. {refused.words}")
        for uncovered in report.not_covered:
            self.stdout.write(f"строка {uncovered.row}: не покрыто ({uncovered.words})")
        if report.repeated:
            self.stdout.write("Этот файл уже загружен раньше, ничего не изменилось.")
        self.stdout.write(
            f"Строк {report.rows}: принято {report.accepted}, отказано {len(report.refused)}, "
            f"не покрыто {len(report.not_covered)}. Списаний назначено {report.charges}. "
            f"Доля клиентов {report.share_total}, доля страховщика {report.insurer_total}."
        )

    def _tell(self, register_id: UUID) -> None:
        done = queries.register_progress(register_id)
        if done is not None and done != self._told:
            self._told = done
            self.stderr.write(f"{done} %")

    def _clinic(self, key: str | None) -> Any:
        if key is None:
            return None
        found = clinics.find_by_key([key])
        if key not in found:
            raise UnknownClinicError(clinic=key)
        return found[key]
