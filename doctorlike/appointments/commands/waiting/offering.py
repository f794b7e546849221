"""A freed time goes to whoever waits for it first.

Who takes from one list is decided by one transaction at a time: a list is a specialty in a region, and every wish and
every slot belongs to exactly one. Whoever frees a time holds its row, and nobody who holds rows waits for a list: when
it is busy, the time is left to a job that takes the list first. So there is no circle to wait in, and a deed that frees
many times one by one may call this for each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from doctorlike.appointments import notices, rules
from doctorlike.appointments.models import Appointment, Hold, Slot, WaitingOffer
from doctorlike.appointments.queries.matching import (
    FITS,
    FREE,
    NEW_TO_THEM,
    NOWHERE_ELSE,
    OFFERED_NOTHING,
    SERVED_BY_HAND,
)
from doctorlike.appointments.rules import OfferState, Purpose
from doctorlike.audit.commands import record, record_many
from doctorlike.coverage import queries as coverage
from doctorlike.coverage.rules import Ask
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import advisory_lock
from doctorlike.kit.prepared import prepared_cursor
from doctorlike.kit.writes import insert

WAITING_LIST = Actor.system("waiting list")
# Whoever stands first is nearly always covered.
_ASKED_AT_ONCE = 10

# The list a slot belongs to, if anybody in it waits for this very time and it is free.
_WANTED = f"""
    select d.specialty_code, c.region_id, s.id, s.starts_at, s.ends_at, s.visit_on, s.zone, s.clinic_id,
        coalesce(nullif(s.service_code, ''), d.service_code)
    from appointments_slot s
    join appointments_doctor d on d.id = s.doctor_id
    join clinics_clinic c on c.id = s.clinic_id
    where s.id = any(%(slot_ids)s) and s.starts_at >= %(from_at)s
    and exists (select from appointments_waitingentry e where e.state = 'waiting' and {FITS})
    and {FREE}
    order by d.specialty_code, c.region_id, s.starts_at, s.id
"""  # noqa: S608  # constants alone, as below

_IN_ORDER = f"""
    select e.id, e.policy_id, e.joined_at, e.joined_by
    from appointments_slot s
    join appointments_doctor d on d.id = s.doctor_id
    join clinics_clinic c on c.id = s.clinic_id
    join appointments_waitingentry e on e.state = 'waiting' and {FITS}
    where s.id = %(slot_id)s and (e.joined_at, e.id) > (%(after_at)s, %(after_id)s)
    and {NEW_TO_THEM} and {OFFERED_NOTHING} and {NOWHERE_ELSE} and not {SERVED_BY_HAND}
    order by e.joined_at, e.id limit {_ASKED_AT_ONCE}
"""  # noqa: S608  # constants alone


@dataclass(frozen=True, slots=True)
class _Freed:
    specialty: str
    region: str
    slot_id: UUID
    starts_at: datetime
    ends_at: datetime
    visit_on: date
    zone: str
    clinic_id: UUID
    service_code: str

    @property
    def waiting_list(self) -> str:
        return f"appointments.waiting:{self.specialty}:{self.region}"


@dataclass(frozen=True, slots=True)
class _InTurn:
    """Somebody waiting, as they stand in the list."""

    entry_id: UUID
    policy_id: UUID
    joined_at: datetime
    joined_by: str


def offer_cancelled(fact: Any) -> None:
    """The time of a cancelled visit (`AppointmentCancelled`). Repeating offers nothing anew."""
    slots = Appointment.objects.filter(pk=fact.appointment_id).values_list("slot_id", flat=True)
    offer_freed(slot_ids=list(slots), by=WAITING_LIST, at=fact.at)


def offer_moved_from(fact: Any) -> None:
    """The time that a moved visit left (`AppointmentMoved`). Repeating offers nothing anew."""
    offer_freed(slot_ids=[fact.from_slot_id], by=WAITING_LIST, at=fact.at)


def offer_freed(*, slot_ids: Collection[UUID], by: Actor, at: datetime) -> int:
    """Offer each of these times, if it is free at `at`, to the first in the list whose wish it fits, whose policy
    covers it then and there, and who has no visit at that time and no open offer; returns how many were offered now.
    Whoever is not covered is passed over and keeps their place.

    Called within the transaction that frees the times, which holds their rows. Nobody waiting costs one query. While
    another transaction offers from the same list, the times are left to a job. Repeating offers nothing anew. `by`:
    who freed them, for the trail.
    """
    freed = _wanted(slot_ids, at)
    offered, left = 0, []
    for waiting_list, times in groupby(freed, key=lambda one: one.waiting_list):
        if _take_now(waiting_list):
            offered += sum(_offer(one, by, at) for one in times)
        else:
            left += [str(one.slot_id) for one in times]
    if left:
        from doctorlike.appointments.tasks import offer_left_time as job  # the task calls back into this module

        job.defer(slot_ids=left)
    return offered


@transaction.atomic
def offer_left_time(*, slot_ids: Collection[UUID], at: datetime) -> int:
    """As `offer_freed`, in a transaction of its own that waits for the list and for the slots. Repeating offers nothing
    anew."""
    for waiting_list in sorted({one.waiting_list for one in _wanted(slot_ids, at)}):
        advisory_lock(waiting_list)
    list(Slot.objects.filter(pk__in=slot_ids).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    return offer_freed(slot_ids=slot_ids, by=WAITING_LIST, at=at)


def _take_now(waiting_list: str) -> bool:
    with prepared_cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [waiting_list])
        return bool(cursor.fetchone()[0])


def _wanted(slot_ids: Collection[UUID], at: datetime) -> list[_Freed]:
    with connection.cursor() as cursor:
        told: dict[str, Any] = {"slot_ids": list(slot_ids), "from_at": at + rules.LEAST_NOTICE, "at": at}
        cursor.execute(_WANTED, told)
        return [_Freed(*row) for row in cursor.fetchall()]


def _offer(freed: _Freed, by: Actor, at: datetime) -> bool:
    """Whether somebody was found. The list is this transaction's alone."""
    times = rules.offer_times(starts_at=freed.starts_at, at=at)
    first = _first_covered(freed)
    if first is None or times is None:
        return False
    _note_what_is_over(freed.slot_id, at)
    hold = Hold(
        slot_id=freed.slot_id,
        policy_id=first.policy_id,
        held_at=at,
        held_by=str(WAITING_LIST),
        until_at=times.until_at,
        kept_until_at=times.kept_until_at,
        purpose=Purpose.OFFER,
    )
    offer = WaitingOffer(
        entry_id=first.entry_id,
        slot_id=freed.slot_id,
        hold=hold,
        offered_at=at,
        until_at=times.until_at,
        changed_at=at,
        changed_by=str(WAITING_LIST),
    )
    insert(hold)
    insert(offer)
    record(
        by=WAITING_LIST, at=at, action="waiting.offered", subject_type="waiting_entry", subject_id=first.entry_id,
        details={"offer": str(offer.pk), "slot": str(freed.slot_id), "freed_by": str(by)},
    )  # fmt: skip
    notices.tell_offered(
        offer.pk,
        policy_id=first.policy_id,
        joined_by=first.joined_by,
        starts_at=freed.starts_at,
        until_at=times.until_at,
        zone=freed.zone,
        by=WAITING_LIST,
        at=at,
    )
    return True


def _note_what_is_over(slot_id: UUID, at: datetime) -> None:
    """An open hold of a free slot is over, and so is an open offer of it: the sweep has not come to them yet."""
    Hold.objects.filter(slot=slot_id, ended_at__isnull=True).update(ended_at=at, ended_by=str(WAITING_LIST))
    over = list(WaitingOffer.objects.filter(slot=slot_id, state=OfferState.OPEN).values_list("pk", "entry_id"))
    if not over:
        return
    WaitingOffer.objects.filter(pk__in=[pk for pk, _entry_id in over], state=OfferState.OPEN).update(
        state=OfferState.PASSED, changed_at=at, changed_by=str(WAITING_LIST)
    )
    passed: list[object] = [entry_id for _pk, entry_id in over]
    record_many(by=WAITING_LIST, at=at, action="waiting.offer_passed", subject_type="waiting_entry", subject_ids=passed)


def _first_covered(freed: _Freed) -> _InTurn | None:
    for some in _in_order(freed):
        asks = {one.entry_id: Ask(one.policy_id, freed.clinic_id, freed.service_code, freed.visit_on) for one in some}
        decisions = coverage.eligibility_many(asks.values())
        for one in some:
            if decisions[asks[one.entry_id]].covered:
                return one
    return None


def _in_order(freed: _Freed) -> Iterator[list[_InTurn]]:
    after: tuple[datetime | str, UUID] = ("-infinity", UUID(int=0))
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_IN_ORDER, {"slot_id": freed.slot_id, "after_at": after[0], "after_id": after[1]})
            some = [_InTurn(*row) for row in cursor.fetchall()]
        if some:
            yield some
        if len(some) < _ASKED_AT_ONCE:
            return
        after = some[-1].joined_at, some[-1].entry_id
