"""`make bench-purchase`: complete purchases by six buyers at once over HTTP, from the calculator to the issued policy,
with the documents made, signed and mailed by the worker; and one signed set on one core. Beside them raw inserts of the
same rows, and Typst alone on the same documents."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psutil
import psycopg

from bench import purchase_limit
from bench.harness import (
    Measurement,
    interleaved,
    measurement,
    median,
    percentile,
    progress,
    rate_share,
    run,
    time_share,
)
from bench.purchase_walk import buy, first_number
from setup.console import Problem

BUYERS = 6
WEB_WORKERS = 3
PURCHASES_A_ROUND = 200
SETS_A_ROUND = 40
MAILED_WITHIN_SECONDS = 300.0
_LOOK_EVERY_SECONDS = 0.25


def main() -> None:
    with measurement("purchase", services=("sandbox",)) as bench:
        # As it is sold with: only in a demo is each request asked how far the clock was moved.
        bench.system.start("worker", "portal", PORTAL_WORKERS=str(WEB_WORKERS), DEMO="0")
        bench.enter_django()
        try:
            _measure(bench)
        except AssertionError:
            progress(bench.system.log("worker").read_text(errors="replace")[-2000:])
            raise


def _measure(bench: Measurement) -> None:
    from doctorlike.kit import clock
    from doctorlike.kit.actors import Actor
    from doctorlike.products import commands as products

    products.seed_demo_product(by=Actor.system("bench"), at=clock.now())
    progress("warming up; the rows of one purchase are learned")
    Round(bench, 2 * WEB_WORKERS).run()
    before = purchase_limit.newest_transaction(bench.system.database_url)
    Round(bench, 1).run()
    rows = purchase_limit.rows_since(bench.system.database_url, before)
    count = bench.scaled(PURCHASES_A_ROUND, least=BUYERS)
    database_url = bench.system.database_url
    rounds: dict[str, list[Any]] = interleaved(
        {
            "ours": Round(bench, count).run,
            "inserts": lambda: purchase_limit.run(database_url, rows, count, clients=BUYERS),
        }
    )
    ours = rounds["ours"]
    per_s, inserts = median(one["per_s"] for one in ours), median(rounds["inserts"])
    papers = _documents(bench)
    seconds = [one.seconds for done in ours for one in done["purchases"]]
    bench.figures = {
        "per_s": round(per_s, 2),
        "p95_ms": round(1000 * percentile(seconds, 95), 1),
        "document_set_ms": round(papers["ours"], 2),
        "document_share": round(time_share(papers["ours"], papers["typst"]), 3),
        "share": round(rate_share(per_s, inserts), 4),
        "document_set_cpu_ms": round(papers["ours_cpu"], 2),
        "cpu_ms": {name: round(median(one["cpu_ms"][name] for one in ours), 1) for name in ours[0]["cpu_ms"]},
        "pages_ms": _pages(ours),
        "purchases": sum(len(one["purchases"]) for one in ours),
        "load_average": round(os.getloadavg()[0], 2),
    }
    bench.limit = {
        "per_s": round(inserts, 1),
        "rows": sum(len(one) for one in rows),
        "transactions": len(rows),
        "document_set_ms": round(papers["typst"], 2),
    }


class Round:
    """So many purchases by all buyers, counted until the last mail is out."""

    def __init__(self, bench: Measurement, count: int) -> None:
        self._system, self._count = bench.system, count

    def run(self) -> dict[str, Any]:
        from doctorlike.kit import clock

        portal, sandbox, today = self._system.port("portal"), self._system.port("sandbox"), clock.today()
        first, sent_before = first_number(), self._sent()
        begun = time.perf_counter()
        with self._cpu() as cpu, ThreadPoolExecutor(BUYERS) as buyers:
            numbers = range(first, first + self._count)
            done = list(buyers.map(lambda one: buy(one, portal=portal, sandbox=sandbox, today=today), numbers))
            self._wait_for_mail(sent_before + self._count)
            seconds = time.perf_counter() - begun
        return {
            "per_s": self._count / seconds,
            "purchases": done,
            "cpu_ms": {name: 1000 * spent / self._count for name, spent in cpu.items()},
        }

    def _sent(self) -> int:
        with psycopg.connect(self._system.database_url) as connection:
            ((sent,),) = connection.execute(
                "SELECT count(*) FROM notifications_message WHERE topic = 'order' AND state = 'accepted'"
                " AND jsonb_array_length(attachments) >= 4"
            ).fetchall()
            return int(sent)

    def _wait_for_mail(self, wanted: int) -> None:
        end = time.monotonic() + MAILED_WITHIN_SECONDS
        while (sent := self._sent()) < wanted:
            if time.monotonic() > end:
                raise Problem(f"{wanted - sent} purchases are without their documents")
            time.sleep(_LOOK_EVERY_SECONDS)  # the worker is what is waited for, and measured

    @contextmanager
    def _cpu(self) -> Iterator[dict[str, float]]:
        """Seconds of processor spent by each program within the block, whoever else loads the machine."""
        spent: dict[str, float] = {}
        before = self._spent()
        yield spent
        after = self._spent()
        for name, programs in after.items():
            held = before.get(name, {})
            spent[name] = sum(seconds - held.get(pid, 0.0) for pid, seconds in programs.items())

    def _spent(self) -> dict[str, dict[int, float]]:
        groups = {name: _family(self._system.pid(name)) for name in ("portal", "worker", "sandbox")}
        groups["buyers"] = [os.getpid()]
        with psycopg.connect(self._system.database_url, autocommit=True) as connection:
            asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            groups["database"] = [pid for (pid,) in connection.execute(asked)]
        return {name: dict(_seconds(pids)) for name, pids in groups.items()}


def _seconds(pids: list[int]) -> Iterator[tuple[int, float]]:
    for pid in pids:
        with suppress(psutil.NoSuchProcess):  # a connection may end at any moment
            yield pid, sum(psutil.Process(pid).cpu_times()[:2])


def _family(pid: int) -> list[int]:
    return [pid, *(one.pid for one in psutil.Process(pid).children(recursive=True))]


def _pages(rounds: list[dict[str, Any]]) -> dict[str, float]:
    """The median of each page, in the order of the walk."""
    times: dict[str, list[float]] = {}
    for one in (purchase for done in rounds for purchase in done["purchases"]):
        for page, ms in one.pages_ms.items():
            times.setdefault(page, []).append(ms)
    return {page: round(median(ms), 1) for page, ms in times.items()}


def _documents(bench: Measurement) -> dict[str, float]:
    """Milliseconds of a set on one core: through the product (set, signed, enciphered, kept, entered) and by Typst."""
    from django.utils import translation

    from doctorlike.documents import commands as documents
    from doctorlike.documents.typesetting import typeset
    from doctorlike.kit import clock
    from doctorlike.kit.actors import Actor

    count, by, at = bench.scaled(SETS_A_ROUND, least=5), Actor.system("bench"), clock.now()
    # Equal documents would come out of Typst's memory: everybody in them is somebody else.
    new_sets = _sets(count)

    def ours() -> tuple[float, float]:
        return _timed(lambda papers: documents.make_documents(papers, by=by, at=at), new_sets())

    def typst() -> tuple[float, float]:
        marked = {"mark": {"code": "0000 0000 0000 0000", "address": "http://localhost/verify/0", "site": "localhost"}}

        def set_alone(papers: Any) -> None:
            for one in papers:
                if not one.is_shared:
                    typeset(one.template, {**one.facts, **marked}, made_at=at)

        return _timed(set_alone, new_sets())

    allowed = os.sched_getaffinity(0)
    with translation.override("ru"):
        ours(), typst()
        os.sched_setaffinity(0, {min(allowed)})
        try:
            rounds = interleaved({"set": ours, "typst": typst})
        finally:
            os.sched_setaffinity(0, allowed)
    return {
        "ours": median(wall for wall, _ in rounds["set"]),
        "ours_cpu": median(cpu for _, cpu in rounds["set"]),
        "typst": median(wall for wall, _ in rounds["typst"]),
    }


def _timed(make: Callable[[Any], Any], sets: list[Any]) -> tuple[float, float]:
    """The median set in milliseconds, by the clock and by the processor."""
    walls, cpus = [], []
    for papers in sets:
        wall, cpu = time.perf_counter(), time.process_time()
        make(papers)
        walls.append(1000 * (time.perf_counter() - wall))
        cpus.append(1000 * (time.process_time() - cpu))
    return median(walls), median(cpus)


def _sets(count: int) -> Callable[[], list[Any]]:
    """Documents of so many purchases of one insured each, different at every call."""
    from django.conf import settings

    from doctorlike.policies import queries as policies
    from doctorlike.policies.models import Policy
    from doctorlike.shop import papers, queries

    policy = policies.policy(Policy.objects.order_by("-concluded_at").values_list("pk", flat=True)[0])
    payment = queries.payment_of(policy.order_id) if policy.order_id else None
    if payment is None:
        raise Problem("the newest policy was not paid for")
    at = iter(range(100_000_000))

    def one() -> list[Any]:
        number = next(at)
        person = replace(policy.insured, surname=f"Иванов-{_word(number)}", given_name=f"Анна-{_word(7 * number + 3)}")
        own = replace(policy, id=uuid4(), number=f"ONDL-30{number:06d}", insured=person, policyholder=person)
        order_id = uuid4()
        return [
            *papers.papers_of(own, settings.SITE_URLS["portal"]),
            papers.receipt_of(order_id, [own], replace(payment, id=uuid4())),
        ]

    return lambda: [one() for _ in range(count)]


def _word(number: int) -> str:
    letters = "абвгдежзиклмнопрстуфхцчшщэюя"
    return "".join(letters[number // 28**place % 28] for place in range(4))


if __name__ == "__main__":
    run(main)
