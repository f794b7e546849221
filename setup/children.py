"""Starting programs that must not outlive us, and finding those that did."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from setup.accounts import Account
from setup.waiting import wait_until

LAUNCH = Path(__file__).with_name("launch.py")


def start(
    command: Sequence[str],
    *,
    environ: Mapping[str, str],
    folder: Path,
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    output: int | IO[bytes] | None = subprocess.PIPE,
) -> subprocess.Popen[bytes]:
    """Start `command` at the head of a process group of its own. It gets `death_signal` when the calling *thread*
    ends, so call this from the main thread."""
    return subprocess.Popen(
        [
            sys.executable,
            "-I",
            "-S",
            str(LAUNCH),
            str(os.getpid()),
            str(int(death_signal)),
            f"{account.uid}:{account.gid}" if account else "-",
            str(folder),
            *command,
        ],
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
    )


def has_died(pid: int) -> bool:
    """Whether our child `pid` has ended, leaving it unreaped: until it is, its number and group cannot be reused."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to every process of the group; quiet when there is none."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, number)


def kill_group(process: subprocess.Popen[bytes], *, seconds: float = 10.0) -> None:
    """End what is left of the group that `process` heads, and wait for it to be gone: a web server's workers outlive
    their killed master and go on holding its port."""
    if process.returncode is None:
        signal_group(process.pid, signal.SIGKILL)
        process.wait()
    wait_until(lambda: not list(_of_group(process.pid)), seconds=seconds, every_seconds=0.01)


def stop(process: subprocess.Popen[bytes], number: signal.Signals, *, seconds: float) -> None:
    """Ask the program to stop; when it has not within `seconds`, or left others of its group behind, kill them."""
    if process.returncode is None:
        os.kill(process.pid, number)
        wait_until(lambda: has_died(process.pid), seconds=seconds, every_seconds=0.02)
    kill_group(process)


def end_all(find: Callable[[], list[int]], *, signals: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn to the processes that `find` still finds, each time waiting so many seconds for them
    to be gone. `find` must tell them by something no other process has."""
    for number, seconds in signals:
        pids = find()
        if not pids:
            return
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        if wait_until(lambda: not find(), seconds=seconds):
            return


def with_environment(name: str, value: str) -> list[int]:
    """Processes, but for ourselves, that were started with NAME=VALUE in their environment, or by such."""
    mark = f"{name}={value}".encode()
    found = []
    for pid in _pids():
        try:
            if mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0") and _is_running(pid):
                found.append(pid)
        except OSError:
            # Another user's process, or one that has just ended.
            continue
    return [pid for pid in found if pid != os.getpid()]


def with_folder(folder: Path) -> list[int]:
    """Processes whose present folder is `folder`: PostgreSQL's server processes, each in its data folder, are told
    by this, whatever their groups, names and parents."""
    found = []
    for pid in _pids():
        try:
            if os.path.samefile(f"/proc/{pid}/cwd", folder) and _is_running(pid):
                found.append(pid)
        except OSError:
            continue
    return [pid for pid in found if pid != os.getpid()]


def _pids() -> Iterator[int]:
    return (int(entry) for entry in os.listdir("/proc") if entry.isdigit())


def _of_group(group: int) -> Iterator[int]:
    for pid in _pids():
        fields = _status(pid)
        if fields and fields[0] != "Z" and int(fields[2]) == group:
            yield pid


def _is_running(pid: int) -> bool:
    fields = _status(pid)
    return bool(fields) and fields[0] != "Z"


def _status(pid: int) -> list[str]:
    """State, parent, group, … of a process: the fields of /proc/PID/stat behind its name; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
