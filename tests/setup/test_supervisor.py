"""Programs under the supervisor come back after any death and go when it goes. Real processes, real signals."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from setup.ports import free_port
from setup.services import healthy
from setup.waiting import wait_until
from tests.setup.programs import ROOT

DEADLINE_SECONDS = 20


class Supervised:
    """A supervisor process and what its programs have said."""

    def __init__(self, logs: Path, *named: str, output: int | None = subprocess.DEVNULL) -> None:
        self.logs = logs
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.setup.programs", "supervisor", str(logs), *named],
            cwd=ROOT,
            stdout=output,
            # Whoever runs the tests under nohup hands on that SIGHUP is ignored, and the supervisor keeps to that.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
        )

    def said(self, name: str, what: str) -> list[int]:
        """The numbers after the word `what`, in the order the program said them."""
        log = self.logs / f"{name}.log"
        return [int(found) for found in re.findall(rf"^{what} (\d+)", log.read_text(), re.M)] if log.exists() else []

    def wait_for(self, name: str, what: str, times: int) -> int:
        assert wait_until(lambda: len(self.said(name, what)) >= times, seconds=DEADLINE_SECONDS), f"{name}: {what}"
        return self.said(name, what)[times - 1]

    def ends(self, *signals: signal.Signals) -> int:
        for number in signals:
            self.process.send_signal(number)
        return self.process.wait(DEADLINE_SECONDS)


Supervise = Callable[..., Supervised]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Supervise]:
    started: list[Supervised] = []

    def start(*named: str, **options: int | None) -> Supervised:
        started.append(Supervised(tmp_path, *named, **options))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()
        if one.process.stdout:
            one.process.stdout.close()


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended but is not reaped yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def is_gone(pid: int) -> bool:
    return wait_until(lambda: not is_alive(pid), seconds=DEADLINE_SECONDS)


def test_a_killed_server_comes_back_though_its_worker_held_the_port(supervise: Supervise) -> None:
    port = free_port()
    supervised = supervise(f"server:{port}")
    master, worker = supervised.wait_for("server", "master", 1), supervised.wait_for("server", "worker", 1)

    os.kill(master, signal.SIGKILL)

    second = supervised.wait_for("server", "master", 2)
    assert second != master
    assert not is_alive(worker)
    assert wait_until(healthy(port), seconds=DEADLINE_SECONDS)


def test_a_program_that_dies_again_and_again_comes_back_each_time(supervise: Supervise) -> None:
    supervised = supervise("stubborn")
    for life in (1, 2, 3):
        os.kill(supervised.wait_for("stubborn", "master", life), signal.SIGKILL)
    assert supervised.wait_for("stubborn", "master", 4)


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_asked_to_stop_it_stops_its_programs_first(supervise: Supervise, asked: signal.Signals) -> None:
    supervised = supervise(f"server:{free_port()}")
    master, worker = supervised.wait_for("server", "master", 1), supervised.wait_for("server", "worker", 1)

    assert supervised.ends(asked) == 0

    assert not is_alive(master)
    assert not is_alive(worker)


def test_asked_twice_it_kills_what_does_not_stop(supervise: Supervise) -> None:
    supervised = supervise("stubborn")
    stubborn = supervised.wait_for("stubborn", "master", 1)
    supervised.process.send_signal(signal.SIGTERM)
    stopping = supervised.logs / "stubborn.log"
    assert wait_until(lambda: "· stopping" in stopping.read_text(), seconds=DEADLINE_SECONDS)

    assert supervised.ends(signal.SIGTERM) == 0

    assert not is_alive(stubborn)


def test_its_programs_do_not_outlive_its_own_kill(supervise: Supervise) -> None:
    supervised = supervise(f"server:{free_port()}", "stubborn")
    ours = [supervised.wait_for("server", "master", 1), supervised.wait_for("server", "worker", 1)]
    ours.append(supervised.wait_for("stubborn", "master", 1))

    assert supervised.ends(signal.SIGKILL) == -signal.SIGKILL

    assert all(map(is_gone, ours))


def test_a_reader_that_has_stopped_reading_stops_nothing(supervise: Supervise) -> None:
    supervised = supervise("talker:20000", output=subprocess.PIPE)
    log = supervised.logs / "talker.log"
    assert wait_until(lambda: log.exists() and "all said" in log.read_text()[-20:], seconds=DEADLINE_SECONDS)
    assert log.read_text().count("line ") == 20_000
    assert supervised.ends(signal.SIGTERM) == 0
