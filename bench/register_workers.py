"""Workers on registers, in processes of their own that stand ready: `python -m bench.register_workers N`.

Each process is a fork that takes pieces whenever there are any; one that is killed is followed by another, as a
supervisor would have it. On the console: «up PID» for each that begins; on a line «end» from the other side the workers
stop, and «peak KIB» is told for each.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
import time
from datetime import UTC, datetime

AT = datetime(2026, 7, 1, 9, tzinfo=UTC)


def main(count: int) -> None:
    import django

    django.setup()
    from django.db import connections

    # As the console's `main` does for a worker.
    from doctorlike.kit.collector import look_seldom

    look_seldom()
    # What a worker imports when it is first at work, it has from its parent.
    from doctorlike.care import commands, tasks  # noqa: F401 - for those it forks

    connections.close_all()
    ended = threading.Event()

    def listen() -> None:
        sys.stdin.readline()
        ended.set()
        for pid in list(living):
            os.kill(pid, signal.SIGTERM)

    living = {_begin() for _ in range(count)}
    threading.Thread(target=listen, daemon=True).start()
    while living:
        pid, status = os.wait()
        living.discard(pid)
        if os.WIFSIGNALED(status) and not ended.is_set():
            living.add(_begin())


def _begin() -> int:
    pid = os.fork()
    if pid:
        print(f"up {pid}", flush=True)
        return pid
    from doctorlike.care import commands
    from doctorlike.kit.actors import Actor

    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_told: asked.set())
    bench, by = commands.Bench(), Actor.system("bench")
    while not asked.is_set():
        if not commands.take_piece(bench, by=by, at=AT):
            time.sleep(0.02)  # the last pieces are with others
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}", flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
