"""Programs for a supervisor to keep running, and a supervisor over them in a process of its own.

Run as `python -m tests.setup.programs NAME ARGUMENTS`.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

from setup.services import healthy
from setup.supervisor import Service, Supervisor

ROOT = Path(__file__).resolve().parents[2]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def server(port: int) -> None:
    """Like a web server with a worker: the worker holds the port and outlives a killed master. Answers /healthz."""
    listening = socket.create_server(("127.0.0.1", port))
    say(f"master {os.getpid()}")
    worker = os.fork()
    if worker:
        say(f"worker {worker}")
        signal.signal(signal.SIGTERM, lambda *_: (os.kill(worker, signal.SIGKILL), sys.exit(0)))
        signal.pause()
    while True:
        connection, _ = listening.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")


def stubborn() -> None:
    """Does not stop when asked."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    say(f"master {os.getpid()}")
    while True:
        signal.pause()


def talker(lines: int) -> None:
    """Writes a lot, then tells that it is through."""
    for number in range(lines):
        say(f"line {number} " + "x" * 100)
    say("all said")
    signal.pause()


def supervisor(logs: Path, *named: str) -> None:
    """Supervise programs given as NAME:ARGUMENT."""
    with Supervisor(logs=logs) as supervising:
        for order, one in enumerate(named):
            name, _, argument = one.partition(":")
            supervising.start(
                Service(
                    name=name,
                    command=[sys.executable, "-m", "tests.setup.programs", name, *([argument] if argument else [])],
                    environ=dict(os.environ),
                    folder=ROOT,
                    stop_order=order,
                    death_signal=signal.SIGKILL if name == "stubborn" else signal.SIGTERM,
                    is_ready=healthy(int(argument)) if name == "server" else None,
                )
            )
        supervising.watch(lambda: False)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["server", port]:
            server(int(port))
        case ["stubborn"]:
            stubborn()
        case ["talker", lines]:
            talker(int(lines))
        case ["supervisor", logs, *named]:
            supervisor(Path(logs), *named)
