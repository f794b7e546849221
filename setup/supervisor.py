"""Keeps the programs of the embedded set-up running and stops them all together (docs/adr/0002-supervisor.md)."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from setup import children
from setup.accounts import Account
from setup.logs import Log

# A program that dies is started again at once; one that keeps dying, after these pauses (the last one repeats).
PAUSES_SECONDS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
# Having lived so long, its next death counts as the first.
SETTLED_SECONDS = 30.0
STOP_SECONDS = 10.0
# Having died so often before it was ready once, it will not get there by itself.
HOPELESS_DEATHS = 4


@dataclass(frozen=True)
class Service:
    """A program to keep running. Those with a lower `stop_order` are stopped earlier; `death_signal` is sent when
    the supervisor itself is killed; `is_ready` tells whether the program does its work; `before_start` clears what an
    earlier life of it left behind."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    folder: Path
    stop_order: int
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM
    account: Account | None = None
    is_ready: Callable[[], bool] | None = None
    before_start: Callable[[], None] | None = None


@dataclass
class _Life:
    """A service and its present life, if any."""

    service: Service
    log: Log
    program: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    start_again_at: float | None = field(default=None)


class StopAskedFor(Exception):
    """Ctrl-C, SIGTERM or SIGHUP came in."""


class Supervisor:
    """One thread, one loop. Use as a context manager: leaving the block stops everything, whatever the reason.

    Only the thread that made it may use it: Linux ends the programs when that thread ends.
    """

    def __init__(self, *, logs: Path) -> None:
        self._logs = logs
        self._lives: list[_Life] = []
        self._selector = selectors.DefaultSelector()
        self._stop_asked = 0
        self._former_handlers: dict[int, object] = {}

    def __enter__(self) -> Supervisor:
        # Signals write a byte to this pair, so that a signal between two checks still ends the wait at once.
        self._wakes, self._wakened = socket.socketpair()
        self._wakes.setblocking(False)
        self._wakened.setblocking(False)
        self._selector.register(self._wakes, selectors.EVENT_READ)
        self._former_wakeup = signal.set_wakeup_fd(self._wakened.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue  # started under nohup: it is to outlive the terminal
            self._former_handlers[number] = signal.signal(number, self._note_stop)
        self._former_handlers[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
        finally:
            signal.set_wakeup_fd(self._former_wakeup)
            for number, former in self._former_handlers.items():
                signal.signal(number, former)  # type: ignore[arg-type]  # as signal.signal itself gave it
            self._selector.close()
            self._wakes.close()
            self._wakened.close()

    def start(self, service: Service) -> None:
        """Start and from now on keep running."""
        life = _Life(service, Log(service.name, self._logs, colour=len(self._lives)))
        self._lives.append(life)
        self._begin(life)

    def wait_ready(self, names: Sequence[str], *, seconds: float, told: Callable[[str], None]) -> list[str]:
        """Supervise until each of these services is ready, telling each name once; the names of those that were not
        within `seconds`, or at once when one of them keeps dying. StopAskedFor when asked to stop meanwhile."""
        deadline = time.monotonic() + seconds
        waiting = [life for life in self._lives if life.service.name in names]
        while waiting and time.monotonic() < deadline:
            self._turn(0.1)
            for life in list(waiting):
                if life.program and (life.service.is_ready is None or life.service.is_ready()):
                    waiting.remove(life)
                    told(life.service.name)
            if any(life.deaths >= HOPELESS_DEATHS for life in waiting):
                break
        return [life.service.name for life in waiting]

    def complete(self, name: str, command: Sequence[str], *, environ: Mapping[str, str], folder: Path) -> int:
        """Run a command to its end while supervising; its exit code."""
        log = Log(name, self._logs, colour=len(self._lives))
        program = children.start(command, environ=environ, folder=folder)
        self._read(program, log)
        try:
            while not children.has_died(program.pid):
                self._turn(0.2)
        finally:
            children.stop(program, signal.SIGTERM, seconds=5.0)
            self._unread(program, log)
            log.close()
        return program.returncode

    def watch(self, stop_when: Callable[[], bool]) -> None:
        """Supervise until asked to stop, or `stop_when`, asked every second, says so."""
        with contextlib.suppress(StopAskedFor):
            while not stop_when():
                self._turn(1.0)

    def stop(self) -> None:
        """Stop everything in order. Being asked again while at it kills what is left at once."""
        asked_before = self._stop_asked
        for order in sorted({life.service.stop_order for life in self._lives}):
            going = {
                life.program.pid: life for life in self._lives if life.service.stop_order == order and life.program
            }
            for pid, life in going.items():
                life.log.say("stopping")
                os.kill(pid, life.service.stop_signal)
            deadline = time.monotonic() + STOP_SECONDS
            while not all(map(children.has_died, going)) and time.monotonic() < deadline:
                self._read_output(0.05)
                if self._stop_asked > asked_before:
                    break
            for life in going.values():
                self._end(life)
                life.log.say("stopped")
        for life in self._lives:
            life.log.close()
        self._lives.clear()

    def _note_stop(self, number: int, frame: object) -> None:
        self._stop_asked += 1

    def _turn(self, seconds: float) -> None:
        self._read_output(seconds)
        if self._stop_asked:
            raise StopAskedFor
        now = time.monotonic()
        for life in self._lives:
            if life.program and children.has_died(life.program.pid):
                self._bury(life, now)
            if life.start_again_at is not None and now >= life.start_again_at:
                self._begin(life)

    def _begin(self, life: _Life) -> None:
        service = life.service
        if service.before_start:
            service.before_start()
        program = children.start(
            service.command,
            environ=service.environ,
            folder=service.folder,
            account=service.account,
            death_signal=service.death_signal,
        )
        life.program, life.started_at, life.start_again_at = program, time.monotonic(), None
        life.log.say(f"started, process {program.pid}")
        self._read(program, life.log)

    def _bury(self, life: _Life, now: float) -> None:
        program = self._end(life)
        life.deaths = 1 if now - life.started_at > SETTLED_SECONDS else life.deaths + 1
        pause = PAUSES_SECONDS[min(life.deaths, len(PAUSES_SECONDS)) - 1]
        life.start_again_at = now + pause
        code = program.returncode
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        life.log.say(f"{how}; starting again" + (f" in {pause} s" if pause else ""))

    def _end(self, life: _Life) -> subprocess.Popen[bytes]:
        """Reap the service's program and kill what is left of its group."""
        program = cast(subprocess.Popen[bytes], life.program)
        children.kill_group(program)
        self._unread(program, life.log)
        life.program = None
        return program

    def _read(self, program: subprocess.Popen[bytes], log: Log) -> None:
        output = cast(IO[bytes], program.stdout)
        os.set_blocking(output.fileno(), False)
        self._selector.register(output, selectors.EVENT_READ, log)

    def _unread(self, program: subprocess.Popen[bytes], log: Log) -> None:
        """Take its last words and close the pipe."""
        output = cast(IO[bytes], program.stdout)
        log.copy_from(output)
        with contextlib.suppress(KeyError):
            self._selector.unregister(output)
        output.close()

    def _read_output(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                self._wakes.recv(4096)
            elif not key.data.copy_from(cast(IO[bytes], key.fileobj)):
                self._selector.unregister(key.fileobj)
