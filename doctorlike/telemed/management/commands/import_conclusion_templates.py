"""./manage.py import_conclusion_templates FILE: take over the house's templates of conclusions from a JSON list. It can
be repeated: one of the same speciality and title is replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.telemed import commands
from doctorlike.telemed.errors import EmptyTemplateError, UnreadableTemplatesError


class Command(BaseCommand):
    help = "Загрузить шаблоны заключений из JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        clock.refresh()
        try:
            content = options["file"].read_bytes()
            taken = commands.import_templates(content=content, by=Actor.system("console"), at=clock.now())
        except OSError as wrong:
            raise CommandError(f"Файл не открылся: {wrong.strerror}") from None
        except (UnreadableTemplatesError, EmptyTemplateError) as wrong:
            raise CommandError(str(wrong)) from None
        self.stdout.write(f"Шаблонов {taken}")
