"""./manage.py reset_second_factor ADDRESS: somebody at work has lost their phone; they set up another proof at their
next sign-in."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from doctorlike.accounts import commands
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError


class Command(BaseCommand):
    help = "Сотрудник потерял телефон: забыть его вторые способы входа. Сеансы завершаются, при входе он заведёт новый."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="рабочая почта")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            forgotten = commands.reset_factors(email=options["email"], by=Actor.system("console"), at=clock.real_now())
        except NotFoundError:
            raise CommandError("no account at work has this address") from None
        self.stdout.write(f"second proofs forgotten: {forgotten}")
