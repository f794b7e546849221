"""./manage.py clock [--reset] [--advance 31d]: show, set back or move the demo clock."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from doctorlike.audit import commands
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import DomainError
from doctorlike.kit.jobs import sweep_now

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_shift(text: str) -> timedelta:
    """«31d», «2w», «90m», «1d12h», «10s»; ValueError for anything else or nothing."""
    if not re.fullmatch(r"(\d+[smhdw])+", text):
        raise ValueError(text)
    return sum(
        (timedelta(**{UNITS[unit]: int(number)}) for number, unit in re.findall(r"(\d+)([smhdw])", text)), timedelta()
    )


class Command(BaseCommand):
    help = "Показать или сдвинуть часы демонстрации."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--advance", metavar="31d", help="вперёд на столько: s, m, h, d, w («1d12h»)")
        parser.add_argument("--reset", action="store_true", help="вернуть настоящее время")

    def handle(self, *args: Any, **options: Any) -> None:
        clock.refresh()
        by = Actor.system("console")
        try:
            if options["reset"]:
                commands.reset_clock(by=by, at=clock.real_now())
            if options["advance"]:
                try:
                    shift = parse_shift(options["advance"])
                except ValueError:
                    raise CommandError(f"--advance: не понимаю «{options['advance']}», пример: 31d") from None
                commands.move_clock(by=by, at=clock.real_now(), shift=shift)
                # What became due by the jump is not left to wait for its next turn.
                sweep_now()
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        clock.refresh()
        moment = clock.now().astimezone(clock.insurer_zone())
        self.stdout.write(f"{moment:%Y-%m-%d %H:%M:%S %Z}, сдвиг {clock.shift()}")
