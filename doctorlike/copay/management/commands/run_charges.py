"""`./manage.py run_charges [--on DATE]`: tries what is due and says what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from doctorlike.copay.commands.charging import SweepReport, due_charges, try_charge
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor

_SHOW_EVERY = 100


class Command(BaseCommand):
    help = "Списывает доли клиентов, день которых наступил. Можно прервать и запустить снова."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="дата ГГГГ-ММ-ДД; по умолчанию сегодня")

    def handle(self, *args: Any, **options: Any) -> None:
        clock.refresh()
        on = options["on"] or clock.today()
        by = Actor.system("run_charges")
        report = SweepReport()
        failed = 0
        for charge_id in due_charges(on=on):
            report.due += 1
            try:
                report.count(try_charge(charge_id=charge_id, on=on, by=by, at=clock.now()))
            except Exception as error:  # one broken charge must not keep the others from being tried
                failed += 1
                self.stderr.write(f"{charge_id}: {type(error).__name__}")
            if report.due % _SHOW_EVERY == 0:
                self.stdout.write(f"… {report.due}")
        self.stdout.write(f"{on}: due {report.due}")
        for outcome, count in sorted(report.outcomes.items()):
            self.stdout.write(f"  {outcome}: {count}")
        if failed:
            raise CommandError(f"failed: {failed} of {report.due}")
