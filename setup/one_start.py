"""One running system per clone: the lock, its leftovers after a hard death, stopping it and removing its data."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from setup import children, places
from setup.console import Problem, note, step
from setup.waiting import wait_until

# Every program of a running system has this in its environment, and so have the ones they start.
MARK = "DOCTORLIKE_CLONE"


def mark_of(var: Path) -> str:
    """What tells this clone's programs from those of another."""
    return str(var.resolve())


@contextlib.contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the clone's lock; `Problem` when another start holds it. The kernel gives it back at any death."""
    with _lock_file(var) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Problem(
                f"The system of this clone is already running (process {lock.read().strip()}). "
                "Stop it with Ctrl-C in its window, or with: make stop"
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def end_leftovers(var: Path) -> None:
    """End programs of an earlier start that was killed before it could stop them. Only under the lock."""
    left = children.with_environment(MARK, mark_of(var))
    if left:
        step(f"Ending {len(left)} programs left over from a start that was killed")
        children.end_all(
            lambda: children.with_environment(MARK, mark_of(var)),
            signals=((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)),
        )


def stop(var: Path) -> int:
    """Stop the system of this clone from outside; 0 also when nothing runs."""
    with _lock_file(var) as lock:
        if _is_held(lock):
            pid = int(lock.read())
            step(f"Stopping the system (process {pid})")
            os.kill(pid, signal.SIGTERM)
            if not wait_until(lambda: not _is_held(lock), seconds=60):
                raise Problem(f"Process {pid} has not stopped within a minute.")
        end_leftovers(var)
    note("Nothing of this clone is running.")
    return 0


def clean_data(var: Path, *, without_asking: bool) -> int:
    """Remove everything the embedded set-up keeps: database, files, secrets, logs."""
    with only_one(var):
        end_leftovers(var)
        outside = _outside(var)
        print(f"This removes for good the database, files and keys in: {', '.join(map(str, [var, *outside]))}")
        if not without_asking:
            if not sys.stdin.isatty():
                raise Problem("Nothing removed: there is nobody to ask. Say it with: python3 -m setup clean-data --yes")
            if input("Type «yes» to go on: ").strip().lower() != "yes":
                print("Nothing removed.")
                return 1
        remove_folder(var)
    print("Removed.")
    return 0


def remove_folder(var: Path) -> None:
    """Remove `var` and what belongs to it outside the clone."""
    for folder in [*_outside(var), var]:
        shutil.rmtree(folder)


def _lock_file(var: Path) -> IO[str]:
    (var / "run").mkdir(parents=True, exist_ok=True)
    return (var / "run" / "lock").open("a+")


def _is_held(lock: IO[str]) -> bool:
    lock.seek(0)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _outside(var: Path) -> list[Path]:
    """Folders outside the clone that belong to `var` or a folder below it (tests, measurements)."""
    found = set()
    for record in [*var.glob("*.place"), *var.glob("*/*.place")]:
        folder = places.recorded(record.stem, record.parent)
        if folder and folder != record.parent and folder.exists():
            found.add(folder)
    return sorted(found)
