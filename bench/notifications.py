"""`make bench-notifications`: a flood of the acquirer's notifications, repeated, shuffled and some of them forged, must
end where one of each, in order, ends. Two equal worlds, each with as many charges of the same fates: in one the events
come once and in order, in the other in disorder; then the two are laid beside each other and beside the acquirer."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from uuid_utils import compat

from bench.harness import Measurement, measurement, median, progress, run
from setup.console import Problem
from setup.settings import ROOT

if TYPE_CHECKING:
    from bench.notifications_mail import Letter
    from bench.notifications_worlds import Picture, Thing

SENT = 100_000
REPEATED, FORGED = 0.30, 0.05
PAYERS = 200
WORKERS = 2
SETTLED_WITHIN_SECONDS = 3_600
RAW_ROWS = 10_000
_PAUSE_SECONDS = 0.2
_RAW = """
    INSERT INTO bench_event (id, event, object_id, received_at, outcome) VALUES (%s, %s, %s, now(), 'waiting')
    ON CONFLICT DO NOTHING"""


def main() -> None:
    # Started at once, though the worlds take their time: ports found free do not stay so.
    with measurement("notifications", services=("sandbox", "portal")) as bench:
        bench.enter_django()
        _measure(bench)


def _measure(bench: Measurement) -> None:
    from bench import charges_day, notifications_fates, notifications_mail, notifications_worlds
    from doctorlike.kit import clock

    sent = bench.scaled(SENT, least=400)
    repeated, forged = round(sent * REPEATED), round(sent * FORGED)
    chance = random.Random(sent)
    now, true_now, folder = clock.now(), clock.real_now(), Path(bench.system.environ["SANDBOX_DIR"])
    chosen = notifications_fates.fates(sent - repeated - forged)
    payers = charges_day.people(PAYERS, methods=[f"method-{one:06d}" for one in range(PAYERS)], at=now)
    progress(f"two worlds of {len(chosen)} charges")
    orderly, disorderly = (
        notifications_worlds.world(payers, chosen, on=clock.today(), at=now, true_now=true_now) for _ in range(2)
    )
    notifications_worlds.tell_acquirer([*orderly, *disorderly], folder, true_now=true_now)
    port = bench.system.port("portal")
    with _workers(bench):
        progress("in order, each once")
        begun = time.monotonic()
        for told in _rounds(notifications_mail.true_letters(orderly)):
            notifications_mail.deliver(told, port)
            _wait_until_settled()
            notifications_worlds.decide(orderly, folder, true_now=clock.real_now())
        orderly_seconds = time.monotonic() - begun
        notifications_worlds.decide(disorderly, folder, true_now=clock.real_now())
        true = notifications_mail.true_letters(disorderly)
        letters = [*true, *chance.choices(true, k=repeated)]
        letters += notifications_mail.forged_letters(disorderly, sent - len(letters), chance)
        chance.shuffle(letters)
        progress(f"{len(letters)} in disorder")
        begun = time.monotonic()
        notifications_mail.deliver(letters, port)
        answered = time.monotonic() - begun
        _wait_until_settled()
        seconds = time.monotonic() - begun
    progress("the two beside each other")
    in_order, out_of_order = (notifications_worlds.pictures(one) for one in (orderly, disorderly))
    bench.figures = {
        "sent": len(letters),
        "repeated": repeated,
        "forged": sum(one.forged for one in letters),
        "objects": len(disorderly),
        "forged_accepted": _accepted(letters, disorderly, out_of_order),
        "states_apart": _apart(orderly, disorderly, in_order, out_of_order),
        "stored": _stored(letters),
        "per_s": round(len(letters) / seconds, 1),
        "answered_per_s": round(len(letters) / answered, 1),
        "in_order_per_s": round(len(true) / orderly_seconds, 1),
    }
    bench.limit = {"per_s": round(_raw_inserts(bench, letters), 1)}


def _rounds(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    """What the acquirer tells before it has decided, then what it tells of its decisions."""
    from bench.notifications_fates import HELD, PAID

    early = {
        (one.event, one.object_id)
        for one in letters
        if one.event == HELD or (one.event == PAID and one.thing is not None and one.thing.fate.ours == "succeeded")
    }
    yield [one for one in letters if (one.event, one.object_id) in early]
    yield [one for one in letters if (one.event, one.object_id) not in early]


@contextlib.contextmanager
def _workers(bench: Measurement) -> Iterator[None]:
    """Workers that take the acquirer's notifications and nothing else: no mail is delivered meanwhile, and no sweep
    asks the acquirer of its own accord."""
    command = [sys.executable, "manage.py", "procrastinate", "worker", "-q", "acquirer"]
    with bench.system.log("inbox").open("ab") as log:
        programs = [
            subprocess.Popen(
                command, cwd=ROOT, env={**bench.system.environ, "SITE": "worker"}, stdout=log, stderr=subprocess.STDOUT
            )
            for _ in range(WORKERS)
        ]
        try:
            yield
        finally:
            for one in programs:
                one.terminate()
            for one in programs:
                one.wait(timeout=30)


def _wait_until_settled() -> None:
    from doctorlike.payments.models import AcquirerEvent
    from doctorlike.payments.rules import OPEN_HINT

    end, told = time.monotonic() + SETTLED_WITHIN_SECONDS, time.monotonic()
    while waiting := AcquirerEvent.objects.filter(outcome__in=OPEN_HINT).count():
        if time.monotonic() > end:
            raise Problem(f"{waiting} notifications still wait to be asked about")
        if time.monotonic() - told > 10:
            progress(f"{waiting} wait")
            told = time.monotonic()
        time.sleep(_PAUSE_SECONDS)  # a look at the inbox, not a wait for a result


def _apart(
    orderly: Sequence[Thing], disorderly: Sequence[Thing], in_order: list[Picture], out_of_order: list[Picture]
) -> int:
    """Things that the two worlds show differently, or otherwise than the acquirer has them."""
    from bench.notifications_worlds import is_true

    apart = 0
    for one, other, picture, pictured in zip(orderly, disorderly, in_order, out_of_order, strict=True):
        if picture != pictured or not is_true(one, picture) or not is_true(other, pictured):
            apart += 1
            if apart <= 3:
                progress(f"{one.fate.name}:\n  in order     {picture}\n  in disorder  {pictured}")
    return apart


def _accepted(letters: Sequence[Letter], things: Sequence[Thing], found: list[Picture]) -> int:
    """Forged notifications that left a trace: their object is not as the acquirer has it, or they made one up."""
    from bench.notifications_worlds import is_true
    from doctorlike.payments.models import Attempt, Refund

    wrong = {one.charge_id for one, picture in zip(things, found, strict=True) if not is_true(one, picture)}
    forged = [one for one in letters if one.forged]
    made_up = [one.object_id for one in forged if one.thing is None]
    believed = Attempt.objects.filter(acquirer_id__in=made_up).count()
    believed += Refund.objects.filter(acquirer_id__in=made_up).count()
    return believed + sum(one.thing is not None and one.thing.charge_id in wrong for one in forged)


def _stored(letters: Sequence[Letter]) -> int:
    """Rows of the disorderly world's events; Problem unless each stands there once."""
    from doctorlike.payments.models import AcquirerEvent

    distinct = {(one.event, one.object_id) for one in letters}
    object_ids = list({object_id for _event, object_id in distinct})
    rows = list(AcquirerEvent.objects.filter(object_id__in=object_ids).values_list("event", "object_id"))
    if len(rows) != len(distinct) or set(rows) != distinct:
        raise Problem(f"{len(rows)} events are stored of {len(distinct)}")
    return len(rows)


def _raw_inserts(bench: Measurement, letters: Sequence[Letter]) -> float:
    """The same rows written one by one, each committed, by as many connections as send; rows a second."""
    from bench.notifications_mail import SENDERS

    rows = [(one.event, one.object_id) for one in letters[: bench.scaled(RAW_ROWS, least=400)]]

    def write(number: int) -> None:
        with psycopg.connect(bench.system.database_url, autocommit=True) as connection:
            for event, object_id in rows[number::SENDERS]:
                connection.execute(_RAW, [compat.uuid7(), event, object_id])

    rates = []
    with psycopg.connect(bench.system.database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE bench_event (LIKE payments_acquirerevent INCLUDING ALL)")
        for _ in range(3):
            connection.execute("TRUNCATE bench_event")
            begun = time.monotonic()
            with ThreadPoolExecutor(SENDERS) as threads:
                for one in [threads.submit(write, number) for number in range(SENDERS)]:
                    one.result()
            rates.append(len(rows) / (time.monotonic() - begun))
    return median(rates)


if __name__ == "__main__":
    run(main)
