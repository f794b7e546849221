"""One sweep by several processes: a single one is bound by its interpreter's lock long before the acquirer is.

Each process has its part of what is due, by the charges' own ids, and asks the database for it itself. They end with
whoever started them, also when that one is killed: a pipe that nobody writes to is closed then.
"""

from __future__ import annotations

import multiprocessing
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import cast

from django.db import connections

from doctorlike.copay.commands.sweeping import Sweep, SweepReport

# How soon a stop is passed on to the processes.
_LOOK_EVERY_SECONDS = 0.2
# Django is ready in a fork; a fresh process would load it for longer than most days take.
_FORK = multiprocessing.get_context("fork")
# Its end and the one that the starter holds; each process watches for the second being closed.
_Lifeline = tuple[Connection, Connection]


def run_apart(sweep: Sweep, *, processes: int, at_once: int) -> SweepReport:
    """`Sweep.run` by so many processes, which together have `at_once` tries under way. The caller is in no transaction
    and has no other threads. Safe to repeat, to run beside itself and to be killed at any moment, it or any process of
    it: what a killed one was at is found out about, what it had not begun is left to the next run."""
    processes = min(processes, at_once)
    if processes == 1:
        return sweep.run(at_once=at_once)
    # A connection is not shared with a fork.
    connections.close_all()
    lifeline = _FORK.Pipe(duplex=False)
    try:
        threads = -(-at_once // processes)
        parts = [_begin(replace(sweep, part=part, parts=processes), threads, lifeline) for part in range(processes)]
        _listen(sweep, [one.told for one in parts], lifeline)
        for one in parts:
            one.process.join()
    finally:
        for end in lifeline:
            end.close()
    sweep.report.broken = sum(one.process.exitcode != 0 for one in parts)
    return sweep.report


@dataclass(frozen=True)
class _Part:
    process: BaseProcess
    told: Connection


def _begin(sweep: Sweep, at_once: int, lifeline: _Lifeline) -> _Part:
    told, telling = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_sweep_part, args=(sweep, at_once, lifeline, telling), daemon=True)
    process.start()
    telling.close()
    return _Part(process, told)


def _sweep_part(sweep: Sweep, at_once: int, lifeline: _Lifeline, telling: Connection) -> None:
    watched, held = lifeline
    held.close()

    def watch() -> None:
        with suppress(EOFError, OSError):  # nothing is ever sent over it
            watched.recv()
        sweep.stopped.set()

    def tell(_report: SweepReport, outcome: str) -> None:
        with suppress(BrokenPipeError):  # nobody listens any more; the watch ends the work
            telling.send(outcome)

    threading.Thread(target=watch, daemon=True).start()
    replace(sweep, tell=tell, report=SweepReport()).run(at_once=at_once)


def _listen(sweep: Sweep, told: list[Connection], lifeline: _Lifeline) -> None:
    """Counts what the processes tell until all have ended."""
    while told:
        if sweep.stopped.is_set():
            lifeline[1].close()
        for one in cast("list[Connection]", wait(told, timeout=_LOOK_EVERY_SECONDS)):
            try:
                outcome = one.recv()
            except EOFError:
                told.remove(one)
            else:
                sweep.report.count(outcome)
                sweep.tell(sweep.report, outcome)
