"""A whole day's charges, many at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from doctorlike.copay.commands.charging import try_charge
from doctorlike.copay.models import Charge
from doctorlike.copay.rules import SWEPT
from doctorlike.kit.actors import Actor

log = logging.getLogger(__name__)

FAILED = "failed"


@dataclass(slots=True)
class SweepReport:
    """What became of the charges that were due, by id of outcome («paid», «retrying», …), and how many were due."""

    due: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)

    def count(self, outcome: str) -> None:
        self.due += 1
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1


@dataclass(slots=True)
class Sweep:
    """One run over what is due. `now` tells the business instant of each try. `stopped` may be set at any moment, by
    anybody: tries under way are finished, no further one begins."""

    on: date
    by: Actor
    now: Callable[[], datetime]
    tell: Callable[[SweepReport], None] = lambda _report: None
    stopped: threading.Event = field(default_factory=threading.Event)
    report: SweepReport = field(default_factory=SweepReport)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def run(self, *, at_once: int = 1) -> SweepReport:
        """Tries every charge that is due on that business date or was before, so many at once, each on a connection of
        its own. Safe to repeat, to run beside itself, also on other machines, and to be killed at any moment."""
        due = due_charges(on=self.on)
        if at_once == 1:
            self._work(due)
            return self.report
        with ThreadPoolExecutor(at_once, thread_name_prefix="charging") as threads:
            working = [threads.submit(self._work_apart, due) for _ in range(at_once)]
            for one in working:
                one.result()
        return self.report

    def _work_apart(self, due: Iterator[UUID]) -> None:
        try:
            self._work(due)
        finally:
            connection.close()

    def _work(self, due: Iterator[UUID]) -> None:
        while not self.stopped.is_set():
            with self._guard:
                charge_id = next(due, None)
            if charge_id is None:
                return
            outcome = self._try(charge_id)
            with self._guard:
                self.report.count(outcome)
                self.tell(self.report)

    def _try(self, charge_id: UUID) -> str:
        try:
            return try_charge(charge_id=charge_id, on=self.on, by=self.by, at=self.now())
        except Exception as error:  # one broken charge must not keep the others from being tried
            log.error("charge %s could not be tried: %s", charge_id, type(error).__name__)
            return FAILED


def run_due_charges(*, on: date, by: Actor, at: datetime) -> SweepReport:
    """Tries every charge that is due, one after the other (`Sweep`)."""
    return Sweep(on=on, by=by, now=lambda: at).run()


def due_charges(*, on: date) -> Iterator[UUID]:
    """Ids of what is due, oldest day first."""
    rows = Charge.objects.filter(state__in=SWEPT, next_try_on__lte=on).order_by("next_try_on", "pk")
    return iter(list(rows.values_list("pk", flat=True)))
