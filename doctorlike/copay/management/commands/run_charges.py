"""`./manage.py run_charges [--on DATE] [--at-once N] [--processes N]`: tries what is due and says what became of it."""

from __future__ import annotations

import os
import signal
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from doctorlike.copay.commands.sweeping import FAILED, Sweep, SweepReport
from doctorlike.copay.commands.sweeping_apart import run_apart
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor

_SHOW_EVERY = 100
_AT_ONCE = 16
_MOST_AT_ONCE = 64


class Command(BaseCommand):
    help = "Списывает доли клиентов, день которых наступил. Можно прервать и запустить снова, в том числе рядом."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="дата ГГГГ-ММ-ДД; по умолчанию сегодня")
        parser.add_argument("--at-once", type=int, default=_AT_ONCE, help="сколько списаний вести одновременно")
        help_text = "скольким процессам поделить их между собой; по умолчанию по числу процессоров"
        parser.add_argument("--processes", type=int, default=len(os.sched_getaffinity(0)), help=help_text)

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["at_once"] <= _MOST_AT_ONCE:
            raise CommandError(f"--at-once is from 1 to {_MOST_AT_ONCE}")
        if options["processes"] < 1:
            raise CommandError("--processes is at least 1")
        clock.refresh()
        on = options["on"] or clock.today()
        sweep = Sweep(on=on, by=Actor.system("run_charges"), now=clock.now, tell=self._show)
        before = {number: signal.signal(number, lambda *_: sweep.stopped.set()) for number in _STOPPING}
        try:
            report = run_apart(sweep, processes=options["processes"], at_once=options["at_once"])
        finally:
            for number, old in before.items():
                signal.signal(number, old)
        self.stdout.write(f"{on}: due {report.due}")
        for outcome, count in sorted(report.outcomes.items()):
            self.stdout.write(f"  {outcome}: {count}")
        if sweep.stopped.is_set():
            raise CommandError("stopped before the end: run it again")
        if report.broken:
            raise CommandError(f"processes that ended before their part was done: {report.broken}; run it again")
        if report.outcomes.get(FAILED):
            raise CommandError(f"failed: {report.outcomes[FAILED]} of {report.due}")

    def _show(self, report: SweepReport, _outcome: str) -> None:
        if report.due % _SHOW_EVERY == 0:
            self.stdout.write(f"… {report.due}")


# Both end the sweep after the tries under way; a second one is not needed, the acquirer has a time limit.
_STOPPING = (signal.SIGINT, signal.SIGTERM)
