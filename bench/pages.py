"""`make bench-pages`: how fast the portal's pages are, beside the least that they could cost.

Ours is the portal as `make run` starts it. The limit is a program for the very same server (command, workers, threads,
size of the connection pool) that runs the same statements through psycopg and sends the same bytes ready-made. Both
answer the same 200 signed-in people in turn, to 8 clients of the same generator, round about, on the same database.

Assumed, and where the two differ:
- A demonstration's network and people with a year of care (`pages_people`, `pages_history`); nobody writes meanwhile.
- The statements are recorded from one request of each person and page through all middleware, with their values in
  them. So the limit asks for the same instant over and over, and saves itself the binding of values; both favour it.
- The limit's pool looks, as the portal's does, whether a connection is alive before it gives it to a request.
- The limit keeps headers but sets no cookie; its bytes are those of the recorded answer, tokens included.
- The generator runs on the same processors and takes its part of both figures, so a share says a little less of the
  server's own work than a generator on another machine would.
- `p50_ms` and `p95_ms` are of all rounds together; `per_s` and `share` are medians of the rounds.
- The shop's page is the first one, with an empty calculator.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.harness import Measurement, interleaved, measurement, median, percentile, progress, rate_share, run
from bench.load import Client as Connection
from bench.load import Load, load, request
from setup import children, ports, services
from setup.console import Problem
from setup.settings import ROOT
from setup.waiting import wait_until

if TYPE_CHECKING:
    from bench.pages_recording import Recording

PAGES = ("shop", "home", "directory", "clinic", "booking", "services")
PEOPLE = 200
CLIENTS = 8
ROUNDS = 5
SECONDS = 2.0
START_SECONDS = 60.0


def main() -> None:
    """Prepare, record, load in turn, tell."""
    with measurement("pages") as bench:
        bench.system.manage("seed_demo")
        bench.enter_django("portal")
        recordings = recorded(bench)
        bench.system.start("portal")
        with limit_server(bench, [one for some in recordings.values() for one in some]) as limit_port:
            measure(bench, recordings, limit_port)


def recorded(bench: Measurement) -> dict[str, list[Recording]]:
    """The people, and each page of each of them."""
    from django.db import connection

    from bench.pages_history import years_of_care
    from bench.pages_people import insured_clients
    from bench.pages_recording import record
    from doctorlike.kit import clock

    at = clock.now()
    progress("people with a year of care")
    people = insured_clients(bench.scaled(PEOPLE, least=CLIENTS), at=at)
    years_of_care(people, at=at)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    progress("what their pages ask and answer")
    for page in PAGES:
        record(page, people[0])  # what a process learns once is learnt by then
    recordings = {page: [record(page, one) for one in people] for page in PAGES}
    connection.close_pool()
    return recordings


def measure(bench: Measurement, recordings: dict[str, list[Recording]], limit_port: int) -> None:
    """Fill in the figures."""
    portal_port = bench.system.port("portal")
    seconds = max(0.25, SECONDS * bench.scale)
    contestants = {}
    for page, some in recordings.items():
        for name, port in (("ours", portal_port), ("limit", limit_port)):
            requests = [wire(one, port) for one in some]
            warm_up(port, requests)
            contestants[page, name] = lambda port=port, requests=requests: rate(port, requests, seconds)
    results = interleaved({" ".join(key): compete for key, compete in contestants.items()}, rounds=ROUNDS)
    bench.figures["pages"], bench.limit = {}, {}
    for page, some in recordings.items():
        ours, limit = results[f"{page} ours"], results[f"{page} limit"]
        bench.figures["pages"][page] = speed(ours) | {
            "share": round(median(rate_share(one.per_s, its.per_s) for one, its in zip(ours, limit, strict=True)), 3),
            "queries": max(len(one.statements) for one in some),
            "bytes": round(median(len(one.body) for one in some)),
        }
        bench.limit[page] = speed(limit)


def speed(loads: Sequence[Load]) -> dict[str, Any]:
    """Times of all rounds together, the median of their rates."""
    times = [ms for one in loads for ms in one.times_ms]
    return {
        "p50_ms": round(percentile(times, 50), 2),
        "p95_ms": round(percentile(times, 95), 2),
        "per_s": round(median(one.per_s for one in loads), 1),
    }


def wire(recording: Recording, port: int) -> bytes:
    """The request as it was recorded."""
    return request("GET", recording.path, port=port, headers={"Cookie": recording.cookie})


def warm_up(port: int, requests: Sequence[bytes]) -> None:
    """Every person once, over connections enough to reach each worker."""
    numbers = count()
    for connection in [Connection(port) for _ in range(CLIENTS)]:
        for _ in range(-(-len(requests) // CLIENTS)):
            answer = connection.send(requests[next(numbers) % len(requests)])
            if answer.status != 200:
                raise Problem(
                    f"A page to measure answered {answer.status}:\n{answer.head.decode()}{answer.body[:300]!r}"
                )
        connection.close()


def rate(port: int, requests: Sequence[bytes], seconds: float) -> Load:
    """So many seconds of load, each request another person's."""
    return load(
        port,
        lambda client, number: requests[(number * CLIENTS + client) % len(requests)],
        clients=CLIENTS,
        seconds=seconds,
    )


@contextlib.contextmanager
def limit_server(bench: Measurement, recordings: Sequence[Recording]) -> Iterator[int]:
    """The limit behind the portal's own server command; yields its port."""
    from django.conf import settings

    from bench.pages_recording import write

    file = bench.system.var / "limit.jsonl"
    write(recordings, file)
    port = ports.free_port()
    environ = {
        **bench.system.environ,
        "LIMIT_FILE": str(file),
        "LIMIT_POOL": str(settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"]),
    }
    portal = next(one for one in services.product(ROOT, environ, bench.system.port_base) if one.name == "portal")
    command = limit_command(portal.command, portal_port=bench.system.port("portal"), port=port)
    limit = replace(portal, command=command, is_ready=services.healthy(port))
    with log_of(bench.system.var).open("ab") as log:
        program = children.start(limit.command, environ=limit.environ, folder=ROOT, output=log)
    try:
        wait_until(lambda: children.has_died(program.pid) or limit.is_ready(), seconds=START_SECONDS)
        if children.has_died(program.pid) or not limit.is_ready():
            raise Problem(f"The limit does not start:\n{log_of(bench.system.var).read_text()[-2000:]}")
        yield port
    finally:
        children.stop(program, signal.SIGTERM, seconds=10)


def limit_command(portal: Sequence[str], *, portal_port: int, port: int) -> list[str]:
    """The portal's command with the limit's port and application."""
    changed = {str(portal_port): str(port), "doctorlike.config.wsgi:application": "bench.pages_limit:application"}
    return [changed.get(word, word) for word in portal]


def log_of(var: Path) -> Path:
    return var / "log" / "limit.log"


if __name__ == "__main__":
    run(main)
