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
from django.db.models import BigIntegerField, Func, Q, TextField, Value
from django.db.models.functions import Cast

from doctorlike.copay.commands.charging import try_charge
from doctorlike.copay.models import Charge
from doctorlike.copay.rules import SWEPT
from doctorlike.kit.actors import Actor

log = logging.getLogger(__name__)

FAILED = "failed"
_IDS_AT_ONCE = 1000


@dataclass(slots=True)
class SweepReport:
    """What became of the charges that were due, by id of outcome («paid», «retrying», …), how many were due, and how
    many processes ended before their part of it."""

    due: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    broken: int = 0

    def count(self, outcome: str) -> None:
        self.due += 1
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1


@dataclass(slots=True)
class Sweep:
    """One run over what is due, or over one part of `parts` of it. `now` tells the business instant of each try, `tell`
    hears each outcome. `stopped` may be set at any moment, by anybody: tries under way are finished, no further one
    begins."""

    on: date
    by: Actor
    now: Callable[[], datetime]
    tell: Callable[[SweepReport, str], None] = lambda _report, _outcome: None
    part: int = 0
    parts: int = 1
    stopped: threading.Event = field(default_factory=threading.Event)
    report: SweepReport = field(default_factory=SweepReport)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def run(self, *, at_once: int = 1) -> SweepReport:
        """Tries every charge that is due on that business date or was before, so many at once, each on a connection of
        its own. Safe to repeat, to run beside itself, also on other machines, and to be killed at any moment."""
        due = due_charges(on=self.on, part=self.part, parts=self.parts)
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
                self.tell(self.report, outcome)

    def _try(self, charge_id: UUID) -> str:
        try:
            return try_charge(charge_id=charge_id, on=self.on, by=self.by, at=self.now())
        except Exception as error:  # one broken charge must not keep the others from being tried
            log.error("charge %s could not be tried: %s", charge_id, type(error).__name__)
            return FAILED


def run_due_charges(*, on: date, by: Actor, at: datetime) -> SweepReport:
    """Tries every charge that is due, one after the other (`Sweep`)."""
    return Sweep(on=on, by=by, now=lambda: at).run()


def due_charges(*, on: date, part: int = 0, parts: int = 1, ids_at_once: int = _IDS_AT_ONCE) -> Iterator[UUID]:
    """Ids of what is due, oldest day first, so many read at once as they are asked for: also in other threads, one
    after the other. Of several parts each charge is in exactly one, told by its id alone."""
    rows = Charge.objects.filter(state__in=SWEPT, next_try_on__lte=on).order_by("next_try_on", "pk")
    if parts > 1:
        hashed = Func(
            Cast("pk", TextField()), Value(0), function="hashtextextended", output_field=BigIntegerField()
        ).bitand(0xFFFFFF)
        rows = rows.annotate(part=hashed % parts).filter(part=part)
    left = rows
    while some := list(left.values_list("next_try_on", "pk")[:ids_at_once]):
        yield from (charge_id for _day, charge_id in some)
        day, last = some[-1]
        left = rows.filter(Q(next_try_on__gt=day) | Q(next_try_on=day, pk__gt=last))
