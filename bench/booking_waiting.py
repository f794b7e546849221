"""Those of the crowd who wait: they stand in the list for a doctor's hours, and take, refuse or forget what they are
offered. Whether the list's order was kept is told afterwards by a reckoning of its own, from the rows alone.

An offer is out of order when somebody stood further ahead for that very time and could have had it. Instants of deeds
that overlap do not tell which came first, so only who could have had it from `UNSURE` before until `UNSURE` behind the
offer counts.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from bench.booking_crowd import Known, Taps

WAITING = "/cabinet/visits/waiting/"
# The clock of the crowd goes a minute in a second: some seconds of a program that is killed and comes back.
UNSURE = timedelta(minutes=10)
_OFFER = re.compile(rb'href="(/cabinet/visits/waiting/offer/[0-9a-f-]{36}/)"')
_ALWAYS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Wanted:
    """A hot slot as a person waits for it: its doctor, and four hours of its day at the clinic."""

    slot_id: UUID
    doctor_id: UUID
    clinic_id: UUID
    specialty: str
    on: date
    hour: int

    def form(self) -> dict[str, str]:
        day = f"{self.on:%d.%m.%Y}"
        hours = {"from_local": f"{self.hour:02}:00", "until_local": f"{self.hour + 4:02}:00"}
        return {"where": str(self.doctor_id), "from_on": day, "last_on": day, **hours}


def wait(tap: Taps, known: Known, wanted: Sequence[Wanted], dice: random.Random) -> str:
    """One deed of somebody who waits; what it came to."""
    if not known.places or (len(known.places) < 3 and dice.random() < 0.3):
        return _join(tap, known, dice.choice(wanted))
    place = dice.choice(known.places)
    if dice.random() < 0.03:
        tap.post(known.person, f"{place}leave/")
        known.places.remove(place)
        return "left the list"
    shown = tap.get(known.person, place)
    if shown is None:
        return "unanswered"
    found = _OFFER.search(shown.body)
    if found is None:
        if b"leave/" not in shown.body:
            known.places.remove(place)
        return "still waiting"
    end = dice.random()
    if end < 0.2:
        return "offer forgotten"
    offer = found[1].decode()
    if end < 0.4:
        tap.post(known.person, f"{offer}refuse/")
        return "offer refused"
    return "offer taken" if known.note_booked(tap.post(known.person, offer), slot_id=None) else "offer lost"


def _join(tap: Taps, known: Known, one: Wanted) -> str:
    path = f"{WAITING}join/{one.clinic_id}/{one.specialty}/?doctor={one.doctor_id}"
    answer = tap.post(known.person, path, **one.form())
    where = answer.location if answer is not None else ""
    if where.startswith(WAITING):
        if where not in known.places:
            known.places.append(where)
        return "joined the list"
    return "not joined"


_SLOTS = """
    select s.id, s.doctor_id, s.visit_on, s.starts_at, s.ends_at, s.zone from appointments_slot s
    where s.id in (select slot_id from appointments_waitingoffer)"""
_ENTRIES = """
    select id, patient_key, policy_id, doctor_id, from_on, until_on, from_local, until_local, joined_at, state,
        changed_at
    from appointments_waitingentry"""
_OFFERS = "select entry_id, slot_id, offered_at, state, changed_at from appointments_waitingoffer order by offered_at"
_HOLDS = "select slot_id, policy_id, held_at from appointments_hold"
_VISITS = "select patient_key, starts_at, ends_at from appointments_appointment"


def order_kept(database: Any) -> dict[str, int]:
    """`offers` made, `contested` ones (somebody else waited for that time too), and `out_of_order`."""

    def rows(asked: str) -> list[Any]:
        return list(database.execute(asked).fetchall())

    slots = {row[0]: row for row in rows(_SLOTS)}
    entries, offers = {row[0]: row for row in rows(_ENTRIES)}, rows(_OFFERS)
    offered: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    for entry_id, _slot_id, offered_at, state, changed_at in offers:
        offered[entries[entry_id][1]].append((offered_at, _ALWAYS if state == "open" else changed_at))
    held: dict[tuple[UUID, UUID], datetime] = {}
    for slot_id, policy_id, held_at in rows(_HOLDS):
        held[slot_id, policy_id] = min(held_at, held.get((slot_id, policy_id), _ALWAYS))
    visits: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    for patient_key, starts_at, ends_at in rows(_VISITS):
        visits[patient_key].append((starts_at, ends_at))
    contested = out_of_order = 0
    for entry_id, slot_id, offered_at, _state, _changed_at in offers:
        slot, since, until = slots[slot_id], offered_at - UNSURE, offered_at + UNSURE
        mine = entries[entry_id]
        others = [
            one for one in entries.values() if one[0] != entry_id and _fits(one, slot) and _waits(one, since, until)
        ]
        contested += bool(others)
        for one in others:
            ahead = (one[8], one[0]) < (mine[8], mine[0])
            had_one = any(begun < until and ended > since for begun, ended in offered[one[1]])
            knew_it = held.get((slot_id, one[2]), _ALWAYS) < until
            elsewhere = any(begun < slot[4] and ended > slot[3] for begun, ended in visits[one[1]])
            if ahead and not (had_one or knew_it or elsewhere):
                out_of_order += 1
                break
    return {"offers": len(offers), "contested": contested, "out_of_order": out_of_order}


def _waits(entry: Any, since: datetime, until: datetime) -> bool:
    return entry[8] < since and (entry[9] == "waiting" or entry[10] > until)


def _fits(entry: Any, slot: Any) -> bool:
    there: time = slot[3].astimezone(ZoneInfo(slot[5])).time()
    _id, _patient, _policy, doctor_id, from_on, until_on, from_local, until_local, *_rest = entry
    in_hours = from_local <= there and (until_local is None or there < until_local)
    return doctor_id == slot[1] and from_on <= slot[2] < until_on and in_hours
