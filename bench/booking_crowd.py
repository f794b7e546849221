"""A crowd before a thousand hot slots: holds that are confirmed, left to expire or let go, cancellations and moves, and
people who wait for what becomes free. Every acknowledged deed is remembered; and programs are killed in their midst."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from bench.booking_waiting import Wanted, wait
from bench.load import Client, request

if TYPE_CHECKING:
    from bench.pages_people import Client as Person

CONNECTIONS = 32
# Who waits waits for one of a few, so that many wait for the same.
WAITED_DOCTORS = 4
FORM = "application/x-www-form-urlencoded"
VISITS = "/cabinet/visits/"
# A program that was killed is back after some seconds; whoever finds nobody tries again.
TRIES, PAUSE_SECONDS = 60, 0.25


@dataclass
class Known:
    """What one person was told, and what nobody answered. The slot of a visit is None when it is not known, as after a
    move that nobody answered. One who `waits` books nothing by hand; `places` are their addresses in the list."""

    person: Person
    waits: bool = False
    visits: dict[UUID, UUID | None] = field(default_factory=dict)
    cancelled: set[UUID] = field(default_factory=set)
    perhaps_cancelled: set[UUID] = field(default_factory=set)
    places: list[str] = field(default_factory=list)

    def note_booked(self, answer: Reply | None, *, slot_id: UUID | None) -> bool:
        """Whether this answer is that of a booking; the visit is remembered then."""
        visit_id = answer.booked if answer is not None else None
        if visit_id is not None:
            self.visits[visit_id] = slot_id
        return visit_id is not None


@dataclass(frozen=True)
class Reply:
    """What a tap brought: where it leads, and the page."""

    location: str
    body: bytes

    @property
    def hold(self) -> str:
        """The address of a hold, or nothing."""
        return self.location if "/visits/hold/" in self.location else ""

    @property
    def booked(self) -> UUID | None:
        where = self.location
        return UUID(where.rstrip("/").split("/")[-2]) if where.endswith("/booked/") else None


@dataclass
class Crowd:
    """Everybody, shared out among so many connections: nobody is in two threads, so what each knows is theirs alone."""

    port: int
    people: Sequence[Known]
    wanted: Sequence[Wanted]
    attempts: int
    seed: int
    waited_for: Sequence[Wanted] = ()
    made: int = 0
    unanswered: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        few = sorted({one.doctor_id for one in self.wanted})[:WAITED_DOCTORS]
        self.waited_for = [one for one in self.wanted if one.doctor_id in few]

    def run(self) -> None:
        """Until all attempts are made."""
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for one in [pool.submit(self._walk, number) for number in range(min(CONNECTIONS, len(self.people)))]:
                one.result()

    def _walk(self, number: int) -> None:
        dice = random.Random(self.seed * CONNECTIONS + number)
        mine = self.people[number::CONNECTIONS]
        tap = Taps(self.port, self)
        while self._begin():
            known = dice.choice(mine)
            deed = dice.random()
            if known.visits and deed < 0.2:
                self._cancel(tap, known, dice)
            elif known.waits:
                self.told(wait(tap, known, self.waited_for, dice))
            elif known.visits and deed < 0.4:
                self._move(tap, known, dice)
            else:
                self._book(tap, known, dice)

    def _begin(self) -> bool:
        with self._counting:
            self.made += 1
            return self.made <= self.attempts

    def told(self, outcome: str) -> None:
        """Count what an attempt came to."""
        with self._counting:
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1

    def _book(self, tap: Taps, known: Known, dice: random.Random) -> None:
        slot_id = dice.choice(self.wanted).slot_id
        held = tap.post(known.person, f"{VISITS}hold/", slot=str(slot_id))
        if held is None or not (where := held.hold):
            self.told("refused" if held else "unanswered")
            return
        end = dice.random()
        if end < 0.1:
            self.told("left to expire")
        elif end < 0.2:
            tap.post(known.person, f"{where}release/")
            self.told("let go")
        elif known.note_booked(tap.post(known.person, where), slot_id=slot_id):
            self.told("booked")
        else:
            self.told("not confirmed")

    def _move(self, tap: Taps, known: Known, dice: random.Random) -> None:
        visit_id, slot_id = dice.choice(list(known.visits)), dice.choice(self.wanted).slot_id
        held = tap.post(known.person, f"{VISITS}{visit_id}/move/", slot=str(slot_id))
        if held is None or not (where := held.hold):
            self.told("refused" if held else "unanswered")
            return
        answer = tap.post(known.person, where)
        if answer is not None and answer.booked == visit_id:
            known.visits[visit_id] = slot_id
            self.told("moved")
        else:
            if answer is None:
                known.visits[visit_id] = None
            self.told("not moved")

    def _cancel(self, tap: Taps, known: Known, dice: random.Random) -> None:
        visit_id = dice.choice(list(known.visits))
        answer = tap.post(known.person, f"{VISITS}{visit_id}/cancel/")
        del known.visits[visit_id]
        (known.perhaps_cancelled if answer is None else known.cancelled).add(visit_id)
        self.told("cancelled")


class Taps:
    """One connection. A post that nobody answered is None: it may have happened or not; the next one waits until the
    program is back."""

    def __init__(self, port: int, crowd: Crowd) -> None:
        self._port, self._crowd, self._connection = port, crowd, Client(port)

    def post(self, person: Person, path: str, **fields: str) -> Reply | None:
        """Nothing where nobody answered."""
        csrf = person.cookies["portal_csrf"]
        body = urlencode({"csrfmiddlewaretoken": csrf, **fields}).encode()
        return self._send("POST", person, path, {"Content-Type": FORM}, body)

    def get(self, person: Person, path: str) -> Reply | None:
        """A page."""
        return self._send("GET", person, path, {}, b"")

    def _send(self, method: str, person: Person, path: str, headers: dict[str, str], body: bytes) -> Reply | None:
        raw = request(method, path, port=self._port, cookies=person.cookies, headers=headers, body=body)
        for _ in range(TRIES):
            try:
                answer = self._connection.send(raw)
            except ConnectionRefusedError:
                # Nothing reached the program: it is not there yet.
                self._anew()
                time.sleep(PAUSE_SECONDS)  # a killed program is on its way; this is no wait for a result
                continue
            except (OSError, ValueError, IndexError):
                self._anew()
                self._lost()
                return None
            if answer.status >= 500:
                self._lost()
                return None
            where = next(iter(answer.header("Location")), "") if answer.status == 302 else ""
            return Reply(where, answer.body)
        raise AssertionError("the portal did not come back")

    def _anew(self) -> None:
        self._connection.close()
        self._connection = Client(self._port)

    def _lost(self) -> None:
        with self._crowd._counting:
            self._crowd.unanswered += 1


_DOUBLE = """
    select count(*) from (
        select from appointments_appointment where state <> 'cancelled' group by slot_id having count(*) > 1
    ) as twice"""
_APART = """
    select count(*) from appointments_appointment a left join appointments_slot s on s.id = a.slot_id
    where a.state <> 'cancelled' and (s.id is null or s.starts_at <> a.starts_at or s.ends_at <> a.ends_at)"""
_IN_TWO_PLACES = """
    select count(*) from appointments_appointment a join appointments_appointment b
    on a.patient_key = b.patient_key and a.id < b.id and a.starts_at < b.ends_at and b.starts_at < a.ends_at
    where a.state <> 'cancelled' and b.state <> 'cancelled'"""


def verdict(crowd: Crowd, database: Any) -> dict[str, int]:
    """What must be nothing: slots with two live visits, visits apart from their slot or of a person in two places,
    acknowledged deeds that are not there."""

    def counted(asked: str) -> int:
        return int(database.execute(asked).fetchone()[0])

    rows = database.execute("select id, slot_id, state from appointments_appointment").fetchall()
    kept = {visit_id: (slot_id, state) for visit_id, slot_id, state in rows}
    lost = 0
    for known in crowd.people:
        for visit_id, slot_id in known.visits.items():
            there = kept.get(visit_id)
            lost += there is None or there[1] != "booked" or slot_id not in (None, there[0])
        lost += sum(kept.get(visit_id, (None, ""))[1] != "cancelled" for visit_id in known.cancelled)
    return {"double": counted(_DOUBLE), "orphans": counted(_APART) + counted(_IN_TWO_PLACES), "lost": lost}
