"""`make bench-register`: registers of ten thousand, a hundred thousand and a million lines for two hundred thousand
policies, from the file to adjudicated, priced lines and announced charges, by as many worker processes as there are
processors. Beside it the bare load: COPY of exactly the rows that it left behind, into tables with the same indexes.

Then the same as a workbook of a hundred thousand lines, and once more a hundred thousand lines with workers killed
(-9) fifty times: the same lines and charges as without. Everything is compared, row by row and to the kopeck, with a
slow reckoning that shares no line with the product. Notices to clients go out afterwards, by jobs of their own, and are
not in the time.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from bench import register_world as world
from bench.harness import Measurement, measurement, median, progress, run, time_share
from setup.console import Problem
from setup.settings import ROOT

SIZES = (10_000, 100_000, 1_000_000)
WORKBOOK_LINES = 100_000
KILLED_LINES = 100_000
KILLS = 50
ROUNDS = 3
TABLES = {
    "care_registerline": "register_id = '{register}'",
    "care_encounter": "true",
    "coverage_limituse": "true",
    "copay_charge": "true",
    "payments_ledgerentry": "true",
    "audit_entry": "subject_type = 'charge'",
}
_EMPTIED = (
    "truncate care_registerpiece, care_claimedrow, care_registerline, care_register, care_encounter,"
    " coverage_limituse, copay_charge, payments_ledgerentry, audit_entry cascade"
)


def main() -> None:
    with measurement("register") as bench:
        bench.enter_django()
        policies = bench.scaled(world.POLICIES, least=2_000)
        progress(f"{policies} policies")
        world.fill(policies)
        _ask(bench, "analyze")
        sizes = {size: bench.scaled(size, least=200) for size in SIZES}
        lines, limits, apart = {}, {}, 0
        for size, count in sizes.items():
            # A million takes its minute; three of them would say no more.
            rounds = ROUNDS if size < SIZES[-1] else 1
            measured = [_measured(bench, count, policies, rounds=rounds, number=number) for number in range(rounds)]
            seconds, bare = median([one["seconds"] for one in measured]), median([one["bare"] for one in measured])
            apart += sum(one["apart"] for one in measured)
            lines[str(size)] = {
                "seconds": round(seconds, 2),
                "share": round(time_share(seconds, bare), 3),
                "peak_mib": round(max(one["peak_mib"] for one in measured)),
            }
            limits[str(size)] = round(bare, 2)
        book = _measured(bench, bench.scaled(WORKBOOK_LINES, least=200), policies, rounds=1, number=0, workbook=True)
        killed = _killed(bench, bench.scaled(KILLED_LINES, least=2_000), policies)
        bench.figures = {
            "lines": lines,
            "exponent": round(_exponent({sizes[int(size)]: one["seconds"] for size, one in lines.items()}), 3),
            "kopecks_apart": apart + book["apart"] + killed["apart"],
            "workbook": {
                str(WORKBOOK_LINES): {"seconds": round(book["seconds"], 2), "peak_mib": round(book["peak_mib"])}
            },
            "kills": killed["kills"],
            "policies": policies,
        }
        bench.limit = {"seconds": limits}


def _exponent(seconds: dict[int, float]) -> float:
    """Of growth between the sizes that take long enough to tell, the largest two."""
    (small, little), (large, much) = sorted(seconds.items())[-2:]
    return math.log(much / little) / math.log(large / small)


def _measured(
    bench: Measurement, count: int, policies: int, *, rounds: int, number: int, workbook: bool = False
) -> dict[str, Any]:
    progress(f"{count} lines{' of a workbook' if workbook else ''}, round {number + 1} of {rounds}")
    content = _workbook(count, policies) if workbook else world.text_file(count, policies=policies)
    _ask(bench, _EMPTIED)
    with _workers(bench) as workers:
        begun = time.monotonic()
        register_id = _receive(content, f"{count}.{'xlsx' if workbook else 'csv'}")
        del content
        _until_answered(bench, register_id)
        seconds = time.monotonic() - begun
    progress(f"{seconds:.1f} s; the bare load")
    bare = _bare_load(bench, register_id)
    progress(f"{bare:.1f} s; the reckoning")
    apart = _apart(bench, register_id, world.reckon(count, policies=policies))
    progress(f"{apart} kopecks or outcomes apart, {sum(workers.peaks) / 1024:.0f} MiB")
    return {"seconds": seconds, "bare": bare, "apart": apart, "peak_mib": sum(workers.peaks) / 1024}


class Workers:
    """The processes of `bench.register_workers`, as they are told of."""

    def __init__(self, program: subprocess.Popen[str]) -> None:
        self.program = program
        self.pids: list[int] = []
        self.peaks: list[int] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.program.stdout is not None  # noqa: S101 - it was asked for
        for told in self.program.stdout:
            what, number = told.split()
            {"up": self.pids, "peak": self.peaks}[what].append(int(number))

    def end(self) -> None:
        self.program.communicate("end\n", timeout=60)
        self._listener.join()


@contextlib.contextmanager
def _workers(bench: Measurement) -> Iterator[Workers]:
    count = len(os.sched_getaffinity(0))
    environ = (
        os.environ | bench.system.environ | {"SITE": "worker", "DJANGO_SETTINGS_MODULE": "doctorlike.config.settings"}
    )
    program = subprocess.Popen(
        [sys.executable, "-m", "bench.register_workers", str(count)],
        cwd=ROOT, env=environ, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    workers = Workers(program)
    try:
        while len(workers.pids) < count:
            if program.poll() is not None:
                raise Problem("the workers do not start")
            time.sleep(0.05)  # processes start
        yield workers
    finally:
        with contextlib.suppress(ValueError, OSError):
            workers.end()


def _receive(content: bytes, name: str) -> UUID:
    from bench.register_workers import AT
    from doctorlike.care import commands
    from doctorlike.care.rules import CameBy
    from doctorlike.kit.actors import Actor

    received = commands.receive_register(
        content=content, file_name=name, came_by=CameBy.CONSOLE, by=Actor.system("bench"), at=AT
    )
    if not received.ready:
        raise Problem("the columns of the register were not recognised")
    return received.register_id


def _state(bench: Measurement, register_id: UUID) -> str:
    (told,) = _ask(bench, "select state from care_register where id = %s", register_id)
    return str(told[0])


def _until_answered(bench: Measurement, register_id: UUID) -> None:
    while (state := _state(bench, register_id)) != "answered":
        if state == "failed":
            raise Problem("the register could not be read")
        time.sleep(0.05)  # asked from outside, as an operator would look


def _bare_load(bench: Measurement, register_id: UUID) -> float:
    """The rows that were left, by COPY into tables with the same indexes and checks, one after the other on one
    connection and then in one transaction: nothing read, nothing decided."""
    with (
        psycopg.connect(bench.system.database_url, autocommit=True) as connection,
        tempfile.TemporaryDirectory() as kept,
    ):
        files = {}
        for table, which in TABLES.items():
            files[table] = Path(kept) / table
            rows = f"select * from {table} where {which.format(register=register_id)}"  # noqa: S608 - both stand above
            with files[table].open("wb") as file, connection.cursor().copy(f"copy ({rows}) to stdout") as told:
                for piece in told:
                    file.write(piece)
            connection.execute(f"create table bare_{table} (like {table} including all)")
        begun = time.monotonic()
        for table, path in files.items():
            with connection.cursor().copy(f"copy bare_{table} from stdin") as copy, path.open("rb") as file:
                while piece := file.read(1_000_000):
                    copy.write(piece)
        seconds = time.monotonic() - begun
        for table in files:
            connection.execute(f"drop table bare_{table}")
    return seconds


def _apart(bench: Measurement, register_id: UUID, must: world.Reckoned) -> int:
    """Kopecks by which lines and charges differ from the reckoning; a line of another outcome, or one that is not
    there, counts as one at least."""
    lines = _ask(
        bench,
        "select row, outcome, (share * 100)::bigint, (insurer_part * 100)::bigint from care_registerline"
        " where register_id = %s",
        register_id,
    )
    apart = abs(len(lines) - len(must.lines))
    for row, *told in lines:
        outcome, share, part = must.lines[row]
        apart += abs(told[1] - share) + abs(told[2] - part) or int(told[0] != outcome)
    charges = _ask(
        bench,
        "select p.number, k.source_key, c.visit_on, (c.amount * 100)::bigint from copay_charge c"
        " join policies_policy p on p.id = c.policy_id join care_encounter e on e.id = c.encounter_id"
        " join clinics_clinic k on k.id = e.clinic_id where c.batch_id = %s",
        register_id,
    )
    left = dict(must.visits)
    for number, clinic, on, amount in charges:
        apart += abs(amount - left.pop((number, clinic, on), 0))
    return int(apart + sum(left.values()))


def _killed(bench: Measurement, count: int, policies: int) -> dict[str, int]:
    """Workers killed with -9 while they read, while they decide and while they charge."""
    progress(f"{count} lines, {KILLS} workers killed")
    _ask(bench, _EMPTIED)
    draw, kills = random.Random(KILLS), 0
    shares = {"received": KILLS // 5, "checked": KILLS * 3 // 5, "decided": KILLS - KILLS // 5 - KILLS * 3 // 5}
    with _workers(bench) as workers:
        register_id = _receive(world.text_file(count, policies=policies), f"{count}-killed.csv")
        # Whatever a stage is quick enough to escape is made up for in the next.
        owed = 0
        seen = ""
        while (state := _state(bench, register_id)) != "answered":
            if state != seen:
                seen, owed = state, owed + shares.get(state, 0)
            if owed:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(draw.choice(workers.pids[-2:]), signal.SIGKILL)
                    kills, owed = kills + 1, owed - 1
            time.sleep(draw.uniform(0.02, 0.25))  # a kill comes at any moment
    progress(f"{kills} killed")
    return {"kills": kills, "apart": _apart(bench, register_id, world.reckon(count, policies=policies))}


def _workbook(count: int, policies: int) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Реестр")
    sheet.append(world.HEADING.split(";"))
    for row in world.rows(count, policies=policies):
        sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _ask(bench: Measurement, question: LiteralString, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(bench.system.database_url, autocommit=True) as connection:
        answer = connection.execute(question, values or None)
        return answer.fetchall() if answer.description else []


if __name__ == "__main__":
    run(main)
