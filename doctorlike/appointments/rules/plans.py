"""What a change of hours does to the time that is published already (docs/rules/booking.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from doctorlike.appointments.rules.changes import DAY, Timetable, days_of
from doctorlike.appointments.rules.schedules import SlotTime, Span, instants, slots_of_day


@dataclass(frozen=True, slots=True)
class Standing:
    """A published slot that is still to come, with the live visit in it. Service and room are filled in; the service of
    a visit is its own. `may_move`: the patient has not come yet."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    visit_on: date
    zone: str
    place: int
    service_code: str
    room: str
    is_withdrawn: bool = False
    visit_id: UUID | None = None
    may_move: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """A visit that was to be moved and need not any more: its slot counts again, at this place."""

    slot: Standing
    place: int


@dataclass(slots=True)
class Plan:
    """For one doctor: free slots that go, slots to be made, visits that are hit (their slots go, they stand), visits
    that were hit and stand again, and slots whose room is another now. `kept` visits stay where they are."""

    doctor_id: UUID
    gone: list[Standing] = field(default_factory=list)
    made: list[SlotTime] = field(default_factory=list)
    hit: list[Standing] = field(default_factory=list)
    restored: list[Placed] = field(default_factory=list)
    rooms: dict[UUID, str] = field(default_factory=dict)
    kept: int = 0


def touched_days(before: Timetable, after: Timetable, doctor_id: UUID, from_on: date, until_on: date) -> list[date]:
    """Working days on which the doctor's hours differ: a change has nothing to say about all others, whatever their
    slots look like (they may have been made by another zone)."""
    return [day for day in days_of(from_on, until_on) if before.spans(doctor_id, day) != after.spans(doctor_id, day)]


def working_day(slot: Standing, timetable: Timetable, doctor_id: UUID) -> date:
    """The working day a slot was made for, told by the clock it was made by: after midnight it may be the night of the
    day before."""
    local = slot.starts_at.astimezone(ZoneInfo(slot.zone)).replace(tzinfo=None)
    eve = slot.visit_on - DAY
    at_night = any(span.opens <= local < span.closes for span in timetable.spans(doctor_id, eve))
    return eve if at_night else slot.visit_on


def plan(
    doctor_id: UUID,
    days: Collection[date],
    before: Timetable,
    after: Timetable,
    standing: Sequence[Standing],
    at: datetime,
) -> Plan:
    """What becomes of the doctor's published time on those working days.

    A visit stays when its whole time lies in hours of its service, within their capacity; it never moves by itself. A
    free slot stays when the new hours have the same slot. New ones are made beside the visits that stay, so that with
    the buffers nobody's time is used beyond the capacity. What has begun by `at` is left alone.
    """
    outcome = Plan(doctor_id)
    zone = ZoneInfo(after.zone)
    by_day: dict[date, list[Standing]] = defaultdict(list)
    for slot in standing:
        if slot.starts_at > at:
            by_day[working_day(slot, before, doctor_id)].append(slot)
    for day in days:
        _Day(outcome, day, after, zone, at).settle(by_day[day])
    return outcome


class _Day:
    """One working day of one doctor."""

    def __init__(self, outcome: Plan, day: date, after: Timetable, zone: ZoneInfo, at: datetime) -> None:
        self.outcome = outcome
        schedule = after.schedules[outcome.doctor_id]
        self.stretches = [(*instants(span, zone), span) for span in after.spans(outcome.doctor_id, day)]
        self.wanted: dict[tuple[datetime, datetime], list[SlotTime]] = defaultdict(list)
        for slot in slots_of_day(day, schedule, after.clinic_days, zone):
            if slot.starts_at > at:
                self.wanted[slot.starts_at, slot.ends_at].append(replace(slot, work=schedule.filled(slot.work)))
        self.visits: list[Standing] = []
        self.places: dict[datetime, set[int]] = defaultdict(set)

    def settle(self, standing: Sequence[Standing]) -> None:
        self._keep_visits([slot for slot in standing if slot.visit_id is not None])
        free = [slot for slot in standing if slot.visit_id is None]
        for wanted in self.wanted.values():
            free = self._fill(wanted, free)
        self.outcome.gone += free

    def _keep_visits(self, visits: Sequence[Standing]) -> None:
        # Those whose slots count go first: nobody loses a time to a visit that had lost its own.
        for slot in sorted(visits, key=lambda one: (one.may_move, one.is_withdrawn, one.starts_at, one.place)):
            span = self._span_of(slot)
            if slot.may_move and (span is None or self._beside(slot) >= span.work.capacity):
                if not slot.is_withdrawn:
                    self.outcome.hit.append(slot)
                continue
            place = slot.place
            if slot.is_withdrawn:
                place = self._free_place(slot.starts_at, slot.place)
                self.outcome.restored.append(Placed(slot, place))
            else:
                self.outcome.kept += 1
            self.visits.append(slot)
            self.places[slot.starts_at].add(place)
            if span is not None:
                self._note_room(slot, span.work.room)

    def _span_of(self, slot: Standing) -> Span | None:
        for opens_at, closes_at, span in self.stretches:
            if opens_at <= slot.starts_at and slot.ends_at <= closes_at and span.work.service_code == slot.service_code:
                return span
        return None

    def _beside(self, slot: Standing) -> int:
        return sum(one.starts_at < slot.ends_at and slot.starts_at < one.ends_at for one in self.visits)

    def _fill(self, wanted: Sequence[SlotTime], free: Sequence[Standing]) -> list[Standing]:
        """The places of one time: free ones that are there stay, missing ones are made; returns the free slots of other
        times."""
        model = wanted[0]
        room_for = len(wanted) - sum(1 for slot in self.visits if self._in_the_way(slot, model))
        there = [one for one in free if _same_time(one, model)]
        kept = sorted(there, key=lambda one: one.place)[: max(room_for, 0)]
        self.places[model.starts_at] |= {one.place for one in kept}
        for slot in kept:
            self._note_room(slot, model.work.room)
        for _missing in range(room_for - len(kept)):
            place = self._free_place(model.starts_at, 1)
            self.places[model.starts_at].add(place)
            self.outcome.made.append(replace(model, place=place))
        staying = {one.id for one in kept}
        return [one for one in free if one.id not in staying]

    def _in_the_way(self, visit: Standing, slot: SlotTime) -> bool:
        """A visit of the same time takes one of its places; another takes one too when the two overlap, in the same
        stretch of work together with the buffers behind them."""
        together = self._stretch(visit.starts_at) == self._stretch(slot.starts_at)
        buffer = timedelta(minutes=slot.work.buffer_minutes if together else 0)
        return visit.starts_at < slot.ends_at + buffer and slot.starts_at < visit.ends_at + buffer

    def _stretch(self, at: datetime) -> int | None:
        return next(
            (number for number, (opens, closes, _span) in enumerate(self.stretches) if opens <= at < closes), None
        )

    def _free_place(self, starts_at: datetime, first: int) -> int:
        taken = self.places[starts_at]
        return first if first not in taken else next(number for number in _counting() if number not in taken)

    def _note_room(self, slot: Standing, room: str) -> None:
        if slot.room != room:
            self.outcome.rooms[slot.id] = room


def _counting() -> Iterator[int]:
    number = 1
    while True:
        yield number
        number += 1


def _same_time(one: Standing, slot: SlotTime) -> bool:
    return (one.starts_at, one.ends_at, one.service_code) == (slot.starts_at, slot.ends_at, slot.work.service_code)


def gone_and_come(outcome: Plan, zone: ZoneInfo) -> Mapping[date, tuple[list[datetime], list[datetime]]]:
    """The free times that go and that come, by the day at the clinic."""
    by_day: dict[date, tuple[list[datetime], list[datetime]]] = defaultdict(lambda: ([], []))
    for slot in outcome.gone:
        by_day[slot.visit_on][0].append(slot.starts_at)
    for coming in outcome.made:
        by_day[coming.visit_on][1].append(coming.starts_at)
    return {day: (sorted(by_day[day][0]), sorted(by_day[day][1])) for day in sorted(by_day)}
