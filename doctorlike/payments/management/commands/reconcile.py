"""`./manage.py reconcile [--from DATE --to DATE]`: our payments beside the acquirer's list of payments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from doctorlike.kit import clock
from doctorlike.payments import commands
from doctorlike.payments.gateways import SilentError

_SHOW_EVERY = 1000
_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


class Command(BaseCommand):
    help = "Сверяет платежи с эквайером по датам создания у него. Можно прервать и запустить снова."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="since", type=date.fromisoformat, help="первый день, ГГГГ-ММ-ДД")
        parser.add_argument("--to", dest="until", type=date.fromisoformat, help="последний день, ГГГГ-ММ-ДД")

    def handle(self, *args: Any, **options: Any) -> None:
        clock.refresh()
        since = _midnight(options["since"]) if options["since"] else _BEGINNING
        # Payments live by true time, whatever the demo's clock shows.
        until = _midnight(options["until"] + timedelta(days=1)) if options["until"] else clock.real_now()
        if since >= until:
            raise CommandError("--from is after --to")
        try:
            done = commands.reconcile(since=since, until=until, at=clock.now(), note=self._note)
        except SilentError as silent:
            raise CommandError(f"the acquirer's list was not read to its end: {silent}") from silent
        self.stdout.write(f"compared {done.compared}, settled {done.settled}, differ {len(done.differences)}")
        for one in done.differences:
            self.stdout.write(f"  {one.kind} {one.payment}: ours «{one.ours}», theirs «{one.theirs}»")
        if done.differences:
            raise CommandError(f"{len(done.differences)} differ")

    def _note(self, compared: int) -> None:
        if compared and compared % _SHOW_EVERY == 0:
            self.stdout.write(f"… {compared}")


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), clock.insurer_zone())
