"""`make bench-booking`: how many visits a second are booked, and that no two people ever get one time.

Ours over HTTP is the portal as `make run` starts it: 8 clients, of 200 signed-in people, post a hold of a fresh slot
and then its confirmation; `per_s` counts bookings, `p95_ms` is of whole ones, both posts. `share` sets the command
itself (hold and confirm, called as the pages call it) against its own SQL through psycopg (`booking_limit`: the same
locks and rows, audit and job rows included), each by as many processes as there are processors, in turn with the load
over HTTP.

Then a crowd (`booking_crowd`): 32 connections want a thousand hot slots a hundred thousand times, with holds that
expire, moves and cancellations among them, while web workers and the worker are killed fifty times. Every fifth of
them waits for what becomes free (`booking_waiting`).

Assumed, and where the two differ:
- Slots, rows and people are of a demonstration; everybody has a doctor of their own, so that what is measured is
  booking and not a queue before one slot.
- Letters about visits are enqueued and delivered later: the worker does not run during the first part.
- The limit decides nothing: it knows that the visit is covered and what it costs.
- The generator runs on the same processors and takes its part of both figures.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import psutil
import psycopg

from bench.harness import Measurement, interleaved, measurement, median, percentile, progress, rate_share, run
from bench.load import Answer, Client, request
from setup.console import Problem
from setup.settings import ROOT

if TYPE_CHECKING:
    from bench.booking_world import Place, Places
    from bench.pages_people import Client as Person

PEOPLE = 200
CLIENTS = 8
SECONDS = 5.0
# More than any process books in a round.
LISTED = 4_000
HOT_SLOTS, ATTEMPTS, KILLS = 1_000, 100_000, 50
WAITS_OF_EVERY = 5
VICTIMS = ("web worker", "worker", "portal")
# So often the demonstration's clock is moved on by a minute.
CLOCK_EVERY_SECONDS = 1.0
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Booked:
    """What one round told; `cpu_s` is of the booking processes, where they are ours to ask."""

    count: int
    seconds: float
    cpu_s: float = 0.0
    times_ms: tuple[float, ...] = ()

    @property
    def per_s(self) -> float:
        return self.count / self.seconds


def main() -> None:
    """Fill, book in turn, then let the crowd in."""
    with measurement("booking") as bench:
        bench.system.manage("seed_demo")
        bench.enter_django("portal")
        people, places = filled(bench)
        # As it is sold with: only in a demo is each request asked how far the clock was moved.
        bench.system.start("portal", DEMO="0")
        measure_rate(bench, places)
        bench.system.kill("portal")
        measure_crowd(bench, people)


def filled(bench: Measurement) -> tuple[list[Person], Places]:
    """People, and time enough for all rounds."""
    from django.db import connection

    from bench.booking_world import Places
    from bench.pages_people import insured_clients
    from doctorlike.kit import clock

    at = clock.now()
    progress("people and their doctors")
    people = insured_clients(bench.scaled(PEOPLE, least=CLIENTS * 2), at=at)
    places = Places(people, at=at)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")
    connection.close_pool()
    return people, places


def measure_rate(bench: Measurement, places: Places) -> None:
    """Fill in `per_s`, `p95_ms` and `share`."""
    port, seconds = bench.system.port("portal"), max(0.5, SECONDS * bench.scale)
    over_http(port, places, 0.5)
    rounds = interleaved(
        {
            "over HTTP": lambda: over_http(port, places, seconds),
            "command": lambda: by_processes(bench, "command", places, seconds),
            "sql": lambda: by_processes(bench, "sql", places, seconds),
        }
    )
    http, command, sql = rounds["over HTTP"], rounds["command"], rounds["sql"]
    times = [ms for one in http for ms in one.times_ms]
    bench.figures |= {
        "per_s": round(median(one.per_s for one in http), 1),
        "p50_ms": round(percentile(times, 50), 1),
        "p95_ms": round(percentile(times, 95), 1),
        "command_per_s": round(median(one.per_s for one in command), 1),
        "command_cpu_ms": round(median(1000 * one.cpu_s / one.count for one in command), 2),
        "share": round(median(rate_share(ours.per_s, its.per_s) for ours, its in zip(command, sql, strict=True)), 3),
    }
    bench.limit = {
        "per_s": round(median(one.per_s for one in sql), 1),
        "cpu_ms": round(median(1000 * one.cpu_s / one.count for one in sql), 2),
    }
    progress(json.dumps({**bench.figures, "limit": bench.limit}))


def over_http(port: int, places: Places, seconds: float) -> Booked:
    """All clients for so many seconds."""
    deadline = time.perf_counter() + seconds

    def keep_booking(_client: int) -> list[float]:
        connection, times = Client(port), []
        try:
            while time.perf_counter() < deadline:
                times.append(book(connection, port, places.next()))
        finally:
            connection.close()
        return times

    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        times = [ms for some in pool.map(keep_booking, range(CLIENTS)) for ms in some]
    return Booked(len(times), time.perf_counter() - begun, times_ms=tuple(times))


def book(connection: Client, port: int, place: Place) -> float:
    """Milliseconds of both posts."""
    held = post(connection, port, place, "/cabinet/visits/hold/", slot=str(place.slot_id))
    where = next(iter(held.header("Location")), "")
    if held.status != 302 or "/visits/hold/" not in where:
        raise AssertionError(f"a fresh slot is not held: {held.status} {where}")
    booked = post(connection, port, place, where)
    where = next(iter(booked.header("Location")), "")
    if booked.status != 302 or not where.endswith("/booked/"):
        raise AssertionError(f"a held slot is not booked: {booked.status} {where}")
    return held.ms + booked.ms


def post(connection: Client, port: int, place: Place, path: str, **fields: str) -> Answer:
    """One tap of this person."""
    return connection.send(
        request(
            "POST",
            path,
            port=port,
            cookies={"portal_session": place.session, "portal_csrf": place.csrf},
            headers={"Content-Type": FORM},
            body=urlencode({"csrfmiddlewaretoken": place.csrf, **fields}).encode(),
        )
    )


def by_processes(bench: Measurement, name: str, places: Places, seconds: float) -> Booked:
    """As many processes as there are processors, each with its own fresh bookings."""
    environ = {**bench.system.environ, "SITE": "console", "DJANGO_SETTINGS_MODULE": "doctorlike.config.settings"}
    programs: list[subprocess.Popen[str]] = []
    processes = len(os.sched_getaffinity(0))
    fresh = [told(one) for one in places.some(processes * bench.scaled(LISTED, least=500))]
    for number in range(processes):
        file = bench.system.var / f"booking-{name}-{number}.jsonl"
        # Each has people of its own: whoever chooses a time lets go of the one they held before.
        file.write_text("\n".join(json.dumps(one) for one in fresh[number::processes]))
        command = [sys.executable, "-m", "bench.booking_work", name, str(seconds), str(file)]
        programs.append(
            subprocess.Popen(command, cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
    try:
        for program in programs:
            _line(program)
        for program in programs:
            print(file=program.stdin, flush=True)
        answers: list[Any] = [json.loads(_line(program)) for program in programs]
    finally:
        for program in programs:
            program.communicate()
    return Booked(sum(one[0] for one in answers), max(one[1] for one in answers), sum(one[2] for one in answers))


def told(place: Place) -> dict[str, str]:
    """A fresh booking as its process reads it."""
    from bench.booking_world import SPECIALTY
    from doctorlike.clinics.rules import SPECIALTIES

    return {
        **{name: str(value) for name, value in asdict(place).items()},
        "service_code": SPECIALTIES[SPECIALTY].service_code,
    }


def measure_crowd(bench: Measurement, people: list[Person]) -> None:
    """Fill in `attempts`, `double`, `orphans`, `lost` and what they stand among."""
    from django.db import connection

    from bench.booking_crowd import Crowd, Known, verdict
    from bench.booking_waiting import order_kept
    from bench.booking_world import hot_slots, move_clock, still_kept

    wanted = hot_slots(people, bench.scaled(HOT_SLOTS, least=20))
    connection.close_pool()
    with psycopg.connect(bench.system.database_url, autocommit=True) as database:
        # Of the letters so far, those of the limit are no letters.
        database.execute("truncate procrastinate_jobs, procrastinate_events, notifications_message cascade")
    # The clock is moved, so that holds expire by the hundred: a demonstration's clock.
    bench.system.start("sandbox", "worker", "portal")
    everybody = [Known(one, waits=number % WAITS_OF_EVERY == 0) for number, one in enumerate(people)]
    crowd = Crowd(bench.system.port("portal"), everybody, wanted, bench.scaled(ATTEMPTS, least=200), seed=7)
    kills, moved = bench.scaled(KILLS, least=2), 0
    crowding = threading.Thread(target=crowd.run, daemon=True)
    crowding.start()
    killed = 0
    while crowding.is_alive():
        crowding.join(CLOCK_EVERY_SECONDS)
        move_clock(timedelta(minutes=1))
        moved += 1
        if killed < kills and crowd.made > crowd.attempts * (killed + 1) // (kills + 1):
            victim = VICTIMS[killed % len(VICTIMS)]
            killed += 1
            progress(f"{crowd.made} attempts; kill {killed} of {kills}: {victim}")
            kill(bench, victim)
    move_clock(timedelta(minutes=30))
    with psycopg.connect(bench.system.database_url) as database:
        bench.figures |= {"attempts": crowd.attempts, **verdict(crowd, database), **order_kept(database)}
    bench.figures |= {
        "holds_beyond": still_kept(wanted),
        "kills": killed,
        "unanswered": crowd.unanswered,
        "outcomes": crowd.outcomes,
        "clock_moved_minutes": moved + 30,
    }


def kill(bench: Measurement, victim: str) -> None:
    """`kill -9` of one program; it is started again as the supervisor would."""
    if victim == "web worker":
        # The master starts another one itself.
        children_of = psutil.Process(bench.system.pid("portal")).children(recursive=True)
        workers = [one for one in children_of if not one.children()]
        random.choice(workers).kill()
        return
    os.kill(bench.system.pid(victim), signal.SIGKILL)
    bench.system.kill(victim)
    bench.system.start(victim)


def _line(program: subprocess.Popen[str]) -> str:
    if program.stdout is None or not (line := program.stdout.readline()):
        raise Problem(f"A booking process ended with {program.wait()}.")
    return line


if __name__ == "__main__":
    run(main)
