"""`make bench-enumeration`: whether the time of an answer tells a stranger who or what exists. At each door 500 tries
about somebody who exists and 500 about somebody who does not, in turn, over HTTP. The difference of the two medians is
laid beside how far medians of the same kind lie apart from run to run; and beside it stands how often a stranger would
guess right from one answer's time (0.5 is a coin), for two halves of the same kind too."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench.harness import Measurement, measurement, median, progress, run
from bench.load import Client, request
from setup.console import Problem

if TYPE_CHECKING:
    from bench.enumeration_doors import Door, Subject, Try

TRIES = 500
RUNS = 5
# From one address of the network: a code nobody knows may be asked for twenty times an hour.
PAIRS_AN_ADDRESS = 5


def main() -> None:
    with measurement("enumeration", services=("portal", "staff")) as bench:
        bench.enter_django("portal")
        bench.system.manage("seed_demo")
        measure(bench)


def measure(bench: Measurement) -> None:
    """Fill in the figures."""
    from bench.enumeration_doors import DOORS, cast, forget
    from doctorlike.kit import clock

    tries = bench.scaled(TRIES, least=2 * RUNS)
    progress(f"{tries} people who exist, {tries} who do not")
    pairs = cast(tries, at=clock.now())
    figures = {}
    for door in DOORS:
        forget()
        progress(door.name)
        figures[door.name] = told_by_time(times_at(bench, door, pairs))
    bench.figures = {
        "tries": tries,
        "doors": figures,
        "outside": sorted(name for name, one in figures.items() if one["ratio"] > 1),
    }
    bench.limit = {
        name: {"spread_ms": one["spread_ms"], "guessed": one["same_guessed"]} for name, one in figures.items()
    }


def times_at(
    bench: Measurement, door: Door, pairs: Sequence[tuple[Subject, Subject]]
) -> tuple[list[float], list[float]]:
    """Milliseconds of the answers about those who exist and those who do not, in the order of the tries; which of a
    pair comes first is drawn. Problem for an answer with another status than the door's."""
    chance = random.Random(door.name)
    port = bench.system.port(door.site)
    times: tuple[list[float], list[float]] = ([], [])
    prepared = [(door.prepare(known), door.prepare(unknown)) for known, unknown in pairs]
    connection = Client(port)
    for number, pair in enumerate(prepared):
        if number % PAIRS_AN_ADDRESS == 0:
            connection.close()
            connection = Client(port, source=f"127.1.{number // 250}.{1 + number % 250}")
            connection.send(request("GET", "/healthz", port=port))  # a new connection is no part of the answer
        for place in chance.sample((0, 1), 2):
            answer = connection.send(wire(pair[place], port))
            if answer.status != door.status:
                raise Problem(f"{door.name} answered {answer.status}:\n{answer.head.decode()}\n{answer.body[:600]!r}")
            times[place].append(answer.ms)
    connection.close()
    return times


def wire(one: Try, port: int) -> bytes:
    """The try as a browser sends it."""
    if one.form is None:
        return request("GET", one.path, port=port, cookies=one.cookies)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode(one.form).encode()
    return request("POST", one.path, port=port, cookies=one.cookies, headers=headers, body=body)


def told_by_time(times: tuple[list[float], list[float]]) -> dict[str, float]:
    """What the two rows of times tell apart, in their order: `ratio` above 1 is a difference outside the spread."""
    spread = max(spread_of_runs(kind) for kind in times)
    difference = abs(median(times[0]) - median(times[1]))
    return {
        "existing_ms": round(median(times[0]), 3),
        "missing_ms": round(median(times[1]), 3),
        "difference_ms": round(difference, 3),
        "spread_ms": round(spread, 3),
        "ratio": round(difference / spread, 3),
        "guessed": round(guessed(times[0], times[1]), 3),
        "same_guessed": round(max(guessed(kind[::2], kind[1::2]) for kind in times), 3),
    }


def spread_of_runs(times: Sequence[float]) -> float:
    """How far the medians of `RUNS` runs of the same kind lie apart. The runs go on beside each other, try by try, as
    the two kinds do: what disturbs the machine disturbs them alike and does not widen the spread."""
    medians = [median(times[place::RUNS]) for place in range(RUNS)]
    return max(medians) - min(medians)


def guessed(some: Sequence[float], others: Sequence[float]) -> float:
    """How often the better of the two guesses («slower means it exists», «faster means it does») is right about one
    answer of each kind: 0.5 when time tells nothing, 1 when it tells all."""
    ordered = sorted(others)
    faster = sum(bisect_left(ordered, ms) + bisect_right(ordered, ms) for ms in some) / 2
    slower = faster / (len(some) * len(others))
    return max(slower, 1 - slower)


if __name__ == "__main__":
    run(main)
