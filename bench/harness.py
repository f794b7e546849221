"""What every measurement stands on: a system of its own on free ports, rounds, and the one line at the end.

    def main() -> None:
        with measurement("pages", services=("portal",)) as bench:
            bench.manage("seed_demo")
            rounds = interleaved({"ours": ours, "limit": limit})
            bench.figures = {"per_s": median(rounds["ours"]), "share": rate_share(...)}
            bench.limit = {"per_s": median(rounds["limit"])}

    if __name__ == "__main__":
        run(main)

A measurement that fails prints no figures and ends with a code other than 0.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import psycopg
from psycopg import conninfo, sql

from setup import children, one_start, ports, postgres, preparing, services, settings
from setup.console import Problem, step
from setup.waiting import wait_until

__all__ = [
    "Measurement",
    "interleaved",
    "measurement",
    "median",
    "percentile",
    "progress",
    "rate_share",
    "run",
    "time_share",
]

Result = TypeVar("Result")
READY_SECONDS = 60.0


def progress(text: str) -> None:
    """A line on the console of errors; the figures alone go to the other one."""
    step(text)


def interleaved(contestants: Mapping[str, Callable[[], Result]], *, rounds: int = 3) -> dict[str, list[Result]]:
    """Run each contestant in turn, `rounds` times over, so that what disturbs the machine disturbs them alike."""
    if rounds < 3:
        raise ValueError("a median needs three rounds")
    results: dict[str, list[Result]] = {name: [] for name in contestants}
    for number in range(rounds):
        for name, compete in contestants.items():
            progress(f"round {number + 1} of {rounds}: {name}")
            results[name].append(compete())
    return results


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of 100 of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def rate_share(ours: float, limit: float) -> float:
    """Ours ÷ limit, for what is the better the higher."""
    return ours / limit


def time_share(ours: float, limit: float) -> float:
    """Limit ÷ ours, for what is the better the lower."""
    return limit / ours


@dataclass
class Measurement:
    """A running system, and what has been measured on it. `figures` and `limit` are for the measurement to fill."""

    name: str
    scale: float
    trial_data: Path | None
    port_base: int
    var: Path
    environ: dict[str, str]
    database_url: str
    figures: dict[str, Any] = field(default_factory=dict)
    limit: Any = None
    _programs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def scaled(self, full: int, *, least: int = 1) -> int:
        """So many of `full` as BENCH_SCALE asks for."""
        return max(least, round(full * self.scale))

    def port(self, service: str) -> int:
        """Where this service listens, on 127.0.0.1."""
        return self.port_base + ports.OFFSETS[service]

    def manage(self, *arguments: str) -> str:
        """What a console command printed; `Problem` when it failed."""
        progress(f"manage.py {' '.join(arguments)}")
        return preparing.manage(settings.ROOT, self.environ, *arguments)

    def enter_django(self, site: str = "console") -> None:
        """Make this process one of the product, to prepare rows or to call a command directly. Once, before anything
        of `doctorlike` that needs Django is imported."""
        import django

        os.environ.update(self.environ | {"SITE": site, "DJANGO_SETTINGS_MODULE": "doctorlike.config.settings"})
        django.setup()

    def start(self, *names: str, **environ: str) -> None:
        """Start services and wait until they answer; `environ` is added to theirs (a latency of the sandbox…)."""
        known = {
            service.name: service for service in services.product(settings.ROOT, self.environ | environ, self.port_base)
        }
        for name in names:
            progress(f"starting {name}")
            with (self.var / "log" / f"{name}.log").open("ab") as log:
                self._programs[name] = children.start(
                    known[name].command,
                    environ=known[name].environ,
                    folder=settings.ROOT,
                    death_signal=signal.SIGTERM,
                    output=log,
                )
        for name in names:
            is_ready, program = known[name].is_ready, self._programs[name]
            if is_ready and not wait_until(is_ready, seconds=READY_SECONDS):
                raise Problem(f"{name} does not answer:\n{(self.var / 'log' / f'{name}.log').read_text()[-2000:]}")
            if children.has_died(program.pid):
                raise Problem(f"{name} ended:\n{(self.var / 'log' / f'{name}.log').read_text()[-2000:]}")

    def program(self, name: str) -> int:
        """Process number of a started service, to measure its memory or to kill it."""
        return self._programs[name].pid

    def kill(self, name: str) -> None:
        """End a service as `kill -9` does, with all of its group; `start` brings it back."""
        children.kill_group(self._programs.pop(name))

    def stop(self) -> None:
        """Stop the services, the last started first."""
        while self._programs:
            _, program = self._programs.popitem()
            children.stop(program, signal.SIGTERM, seconds=10)


@contextlib.contextmanager
def measurement(name: str, *, services: Sequence[str] = (), migrate: bool = True) -> Iterator[Measurement]:
    """A PostgreSQL (fsync on) with an empty migrated database of its own, and `services` over it, for the block.

    Everything started is stopped at its end. Then, if it went well, the one line of JSON is printed.
    """
    begun = time.monotonic()
    chosen = settings.read()
    scale, trial_data = _scale(), _trial_data()
    _sweep(chosen.var)
    var = chosen.var / f"bench-{os.getpid()}"
    with one_start.only_one(var):
        try:
            preparing.make_folders(var)
            preparing.build(settings.ROOT, var)
            with _database(chosen, var) as database_url:
                port_base = ports.free_port_base()
                environ = _environ(var, port_base, database_url)
                bench = Measurement(name, scale, trial_data, port_base, var, environ, database_url)
                try:
                    preparing.collect_static(settings.ROOT, environ)
                    if migrate:
                        bench.manage("migrate", "-v", "0")
                    bench.start(*services)
                    yield bench
                finally:
                    bench.stop()
        finally:
            one_start.remove_folder(var)
    line = {
        **bench.figures,
        "limit": bench.limit,
        "scale": scale,
        "seconds": round(time.monotonic() - begun, 1),
        "cpus": len(os.sched_getaffinity(0)),
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


def run(main: Callable[[], None]) -> None:
    """Carry out a measurement as a program; being stopped stops what it started too."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        main()
    except Problem as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)


def _environ(var: Path, port_base: int, database_url: str) -> dict[str, str]:
    """The settings of a measured system: none of the running one's, whatever `var/env` says."""
    from setup import keys

    return {
        **os.environ,
        **preparing.new_secrets(),
        **preparing.SANDBOX_ACCOUNTS,
        **keys.make_if_absent(var / "keys"),
        "DATABASE_URL": database_url,
        "PORT_BASE": str(port_base),
        "VAR_DIR": str(var),
        "SANDBOX_DIR": str(var / "sandbox"),
        "DEMO": "1",
        one_start.MARK: one_start.mark_of(var),
    }


@contextlib.contextmanager
def _database(chosen: settings.Settings, var: Path) -> Iterator[str]:
    if chosen.database_url is None:
        progress("starting a PostgreSQL for the measurement")
        cluster = postgres.cluster("postgres", var=var, port=ports.free_port(), programs=chosen.programs)
        with cluster.serving(var / "log" / "postgres.log") as url:
            yield url
        return
    name = f"bench_{os.getpid()}"
    with psycopg.connect(chosen.database_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield conninfo.make_conninfo(chosen.database_url, dbname=name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _sweep(var: Path) -> None:
    """Remove what measurements that were killed left behind."""
    for folder in var.glob("bench-*"):
        with contextlib.suppress(Problem), one_start.only_one(folder):
            one_start.end_leftovers(folder)
            one_start.remove_folder(folder)


def _scale() -> float:
    given = os.environ.get("BENCH_SCALE") or "1"
    try:
        scale = float(given)
    except ValueError:
        scale = math.nan
    if not 0 < scale <= 1:
        raise Problem(f"BENCH_SCALE is «{given}»; it must be a number above 0 and up to 1.")
    return scale


def _trial_data() -> Path | None:
    """The folder of real data for trials; `None`, and figures that need it `null`, where there is none."""
    given = os.environ.get("TRIAL_DATA")
    folder = Path(given) if given else settings.ROOT.parent / "shared" / "data"
    if given and not folder.is_dir():
        raise Problem(f"TRIAL_DATA is «{given}»; there is no such folder.")
    return folder if folder.is_dir() else None
