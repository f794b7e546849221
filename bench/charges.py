"""`make bench-charges`: a large day of charges. First the rate, beside a bare loop; then the proof, with faults and
with programs killed in between, that nothing is debited twice and nothing forgotten.

The rate: no fault, the acquirer answering after 50 ms, `AT_ONCE` charges under way, shared out among as many processes
as `run_charges` starts. The limit has the same processes and threads and leaves as many rows (`rows_each`), but it is
told what to charge, writes the rows without deciding anything and has nothing enciphered: it takes one ready value.
The proof: `run_charges` twice beside each other, the worker and the portal (which is told of each payment twice and out
of order) at work meanwhile; each of them is killed with -9 in turn as the day goes on. At the end charges, ledger and
the acquirer's debits are compared for each charge, and `check_ledger` goes through the acquirer's whole register.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg

from bench.harness import Measurement, interleaved, measurement, median, progress, rate_share, run
from setup.console import Problem
from setup.settings import ROOT

CHARGES = 10_000
CHARGES_A_ROUND = 500
ROUNDS = 5
PAYERS = 200
KILLS = 50
AT_ONCE = 16
ANSWERS_AFTER_MS = 50
TIME_LIMIT_SECONDS = 3
# A fifth of all debits meets one of these.
FAULTS: tuple[tuple[str, float, dict[str, Any]], ...] = (
    ("timeout_before", 2, {"ms": 4_000}),
    ("timeout_after", 3, {"ms": 4_000}),
    ("lost_before", 2, {}),
    ("lost_reply", 3, {}),
    ("error_before", 2, {}),
    ("error_after", 2, {}),
    ("late_settlement", 2, {"ms": 3_000}),
    ("decline_soft", 2, {}),
    ("decline_hard", 2, {}),
)
SETTLED_WITHIN_SECONDS = 1_200
_PAUSE_SECONDS = 2.0
_LOOK_EVERY_SECONDS = 0.2
_VICTIMS = ("sweep", "worker", "part of a sweep", "portal")


def main() -> None:
    with measurement("charges", services=("sandbox",)) as bench:
        bench.system.environ["ACQUIRER_TIMEOUT_SECONDS"] = str(TIME_LIMIT_SECONDS)
        bench.enter_django()
        with httpx.Client(base_url=f"http://127.0.0.1:{bench.system.port('sandbox')}", timeout=30) as sandbox:
            _measure(bench, sandbox)


def _measure(bench: Measurement, sandbox: httpx.Client) -> None:
    from bench import charges_day
    from doctorlike.kit import clock

    now, today = clock.now(), clock.today()
    payers_count = bench.scaled(PAYERS, least=20)
    methods = charges_day.bound_methods(sandbox, bench.system.environ["ACQUIRER_SECRET_KEY"], payers_count)
    payers = charges_day.people(payers_count, methods=methods, at=now)

    def due(count: int) -> list[UUID]:
        return charges_day.charges_due(payers, count, on=today, at=now)

    sandbox.post("/control/notifications", json={"on": False}).raise_for_status()
    sandbox.post("/control/latency", json={"ms": ANSWERS_AFTER_MS}).raise_for_status()
    _rate(bench, due)
    progress("the proof: faults and kills")
    charge_ids = due(bench.scaled(CHARGES, least=40))
    faults, kills = _day_of_faults(bench, sandbox, seed=len(charge_ids))
    found = charges_day.verdict(charge_ids, sandbox)
    progress(bench.system.manage("check_ledger"))
    bench.figures = {
        "charges": len(charge_ids),
        "faults": faults,
        "kills": kills,
        "double": found.double,
        "missing": found.missing,
        "kopecks_apart": found.kopecks_apart,
        **bench.figures,
    }


def _rate(bench: Measurement, due: Callable[[int], list[UUID]]) -> None:
    from bench.charges_day import SHOP
    from bench.charges_limit import Bare
    from doctorlike.copay.commands import Sweep, run_apart
    from doctorlike.kit import clock, crypto
    from doctorlike.kit.actors import Actor

    count = bench.scaled(CHARGES_A_ROUND, least=32)
    secret = bench.system.environ["ACQUIRER_SECRET_KEY"]
    acquirer = f"http://127.0.0.1:{bench.system.port('sandbox')}/yookassa/v3"
    sealed = crypto.encrypt(b'{"item": "' + b"x" * 400 + b'"}')
    bare = Bare(bench.system.database_url, acquirer, (SHOP, secret), sealed)
    rows: dict[str, list[float]] = {"ours": [], "limit": []}
    processes = len(os.sched_getaffinity(0))

    def timed(name: str, charge: Callable[[list[UUID]], int]) -> float:
        charge_ids = due(count)
        before = _rows(bench)
        begun = time.monotonic()
        paid = charge(charge_ids)
        seconds = time.monotonic() - begun
        if paid != count:
            raise Problem(f"{name}: {paid} of {count} charges were paid though nothing was in their way")
        rows[name].append((_rows(bench) - before) / count)
        return count / seconds

    def ours(_charge_ids: list[UUID]) -> int:
        sweep = Sweep(on=clock.today(), by=Actor.system("bench"), now=clock.now)
        return run_apart(sweep, processes=processes, at_once=AT_ONCE).outcomes.get("paid", 0)

    rates = interleaved(
        {
            "ours": lambda: timed("ours", ours),
            "limit": lambda: timed("limit", lambda ids: bare.run(ids, processes=processes, at_once=AT_ONCE)),
        },
        rounds=ROUNDS,
    )
    per_s, limit = median(rates["ours"]), median(rates["limit"])
    bench.figures = {
        "per_s": round(per_s, 1),
        "share": round(rate_share(per_s, limit), 3),
        "rows_each": round(median(rows["ours"]), 1),
    }
    bench.limit = {
        "per_s": round(limit, 1),
        "at_once": AT_ONCE,
        "processes": processes,
        "rows_each": round(median(rows["limit"]), 1),
    }


def _rows(bench: Measurement) -> int:
    """Rows of the tables in which a charge leaves something."""
    counted = (
        "payments_payment, payments_attempt, copay_chargetry, audit_entry, notifications_message, procrastinate_jobs, "
        "payments_ledgerentry"
    )
    with psycopg.connect(bench.system.database_url) as connection:
        total = 0
        for table in counted.split(", "):
            if connection.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,):
                counted_rows = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - names above
                total += counted_rows[0] if counted_rows else 0
        return total


def _day_of_faults(bench: Measurement, sandbox: httpx.Client, *, seed: int) -> tuple[int, int]:
    """Carries the day out in the midst of faults and kills, then lets all of it settle; (faults, kills)."""
    for kind, percent, more in FAULTS:
        fault = {"kind": kind, "operation": "recurring", "percent": percent, "seed": seed, **more}
        sandbox.post("/control/faults", json=fault).raise_for_status()
    told = {"on": True, "copies": 2, "shuffle_ms": 5_000, "delay_ms": 500, "seed": seed}
    sandbox.post("/control/notifications", json=told).raise_for_status()
    bench.system.start("portal", "worker")
    kills = _charge_and_kill(bench, random.Random(seed))
    fired = sum(row["fired"] for row in sandbox.get("/control/faults.json").json()["faults"])
    sandbox.delete("/control/faults").raise_for_status()
    _settle()
    # Soft declines have their next try tomorrow.
    from datetime import timedelta

    from doctorlike.kit import clock

    progress(_run_charges(bench, (clock.today() + timedelta(days=1)).isoformat()).communicate()[0].strip())
    _settle()
    return fired, kills


def _charge_and_kill(bench: Measurement, chance: random.Random) -> int:
    """Two sweeps beside each other, again and again until nothing is due. As the day goes on, evenly over its charges,
    one program after the other is killed and started again."""
    from doctorlike.copay.commands.sweeping import due_charges
    from doctorlike.kit import clock

    on = clock.today()
    planned, killed = bench.scaled(KILLS, least=len(_VICTIMS)), 0
    count = len(list(due_charges(on=on)))
    sweeps: list[subprocess.Popen[str]] = []
    while left := len(list(due_charges(on=on))):
        sweeps = [one for one in sweeps if one.poll() is None]
        while len(sweeps) < 2:
            sweeps.append(_run_charges(bench, on.isoformat()))
        if killed < planned and left < count - count * killed // (planned + 1):
            victim = _VICTIMS[killed % len(_VICTIMS)]
            killed += 1
            progress(f"{left} due; kill {killed} of {planned}: {victim}")
            _kill(bench, victim, chance.choice(sweeps))
        time.sleep(_LOOK_EVERY_SECONDS)  # the load goes on meanwhile; this is no wait for a result
    for one in sweeps:
        one.communicate()
    return killed


def _kill(bench: Measurement, victim: str, sweep: subprocess.Popen[str]) -> None:
    match victim:
        case "sweep":
            sweep.kill()
            sweep.wait()
        case "part of a sweep":
            parts = Path(f"/proc/{sweep.pid}/task/{sweep.pid}/children").read_text().split()
            for part in parts[:1]:
                os.kill(int(part), signal.SIGKILL)
        case _:
            # The master alone: what it leaves behind is cleared as the supervisor does, before it is started again.
            os.kill(bench.system.pid(victim), signal.SIGKILL)
            bench.system.kill(victim)
            bench.system.start(victim)


def _run_charges(bench: Measurement, on: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "run_charges", "--on", on, "--at-once", str(AT_ONCE)],
        cwd=ROOT,
        env={**bench.system.environ, "SITE": "console"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _settle() -> None:
    """Asks the acquirer until nothing is under way, as the worker does each minute beside us."""
    from doctorlike.copay.models import Charge
    from doctorlike.copay.rules import ChargeState
    from doctorlike.kit import clock
    from doctorlike.payments import commands as payments

    end = time.monotonic() + SETTLED_WITHIN_SECONDS
    while under_way := Charge.objects.filter(state=ChargeState.CHARGING).count():
        if time.monotonic() > end:
            progress(f"{under_way} charges are still without a known fate")
            return
        progress(f"{under_way} under way")
        payments.settle_unknown(at=clock.now())
        time.sleep(_PAUSE_SECONDS)  # what is asked about again has to be so old


if __name__ == "__main__":
    run(main)
