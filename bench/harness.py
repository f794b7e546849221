"""What every measurement stands on: a system of its own on free ports, rounds, and the one line at the end.

    def main() -> None:
        with measurement("pages", services=("portal",)) as bench:
            bench.system.manage("seed_demo")
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
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from setup import settings
from setup.console import Problem, step
from setup.own_system import OwnSystem, own_system

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

    system: OwnSystem
    scale: float
    trial_data: Path | None
    figures: dict[str, Any] = field(default_factory=dict)
    limit: Any = None

    def scaled(self, full: int, *, least: int = 1) -> int:
        """So many of `full` as BENCH_SCALE asks for."""
        return max(least, round(full * self.scale))

    def enter_django(self, site: str = "console") -> None:
        """Make this process one of the product, to prepare rows or to call a command directly. Once, before anything
        of `doctorlike` that needs Django is imported."""
        import django

        os.environ.update(self.system.environ | {"SITE": site, "DJANGO_SETTINGS_MODULE": "doctorlike.config.settings"})
        django.setup()


@contextlib.contextmanager
def measurement(name: str, *, services: Sequence[str] = (), migrate: bool = True) -> Iterator[Measurement]:
    """An empty migrated database (fsync and synchronous_commit on) and `services` over it, for the block.

    Everything started is stopped at its end. Then, if it went well, the one line of JSON is printed.
    """
    begun = time.monotonic()
    scale, trial_data = _scale(), _trial_data()
    progress(f"measuring {name}" + ("" if scale == 1 else f" at {scale} of its size"))
    with own_system("bench", settings.read(), start=services, migrate=migrate) as system:
        bench = Measurement(system, scale, trial_data)
        yield bench
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
