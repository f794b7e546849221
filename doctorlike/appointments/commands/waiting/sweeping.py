"""What time alone brings: offers nobody answered, days that are over, times that became free unnoticed.

Each step is safe to repeat and to run beside itself: rows are taken in small groups, each in a transaction of its own
that passes over what another holds, so a killed worker leaves nothing half done and blocks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from doctorlike.appointments import rules
from doctorlike.appointments.commands.waiting.offering import WAITING_LIST, offer_freed
from doctorlike.appointments.models import Slot
from doctorlike.appointments.queries.matching import (
    FITS,
    FREE,
    NEW_TO_THEM,
    NOWHERE_ELSE,
    OFFERED_NOTHING,
    SERVED_BY_HAND,
    THEIR_DOCTORS,
)
from doctorlike.audit.commands import record_many
from doctorlike.kit import clock

_AT_ONCE = 50
_ENDED_AT_ONCE = 500
# Behind the insurer's clock no clinic's calendar is by more than that.
_LAST_ZONE_BEHIND = timedelta(hours=12)

# An offer of the future was left behind when a demo's clock was turned back.
_OVER_NOW = """
    o.state = 'open' and (o.until_at <= %(at)s or o.offered_at > %(at)s or exists (
        select from appointments_waitingentry e where e.id = o.entry_id and e.state <> 'waiting'))
"""

_UNANSWERED = f"""
    select s.id from appointments_slot s where s.id in (
        select o.slot_id from appointments_waitingoffer o where {_OVER_NOW} order by o.until_at limit {_AT_ONCE})
    order by s.id for update skip locked
"""  # noqa: S608  # constants alone, as below

_LET_PASS = f"""
    with passed as (
        update appointments_waitingoffer o set state = 'passed', changed_at = %(at)s, changed_by = %(by)s
        where o.slot_id = any(%(slot_ids)s) and {_OVER_NOW}
        returning o.entry_id, o.hold_id),
    let_go as (
        update appointments_hold set ended_at = %(at)s, ended_by = %(by)s
        where id in (select hold_id from passed) and ended_at is null)
    select entry_id from passed
"""  # noqa: S608  # constants alone

# One statement for each way to end: `ending` is told as an entry of `_ENDINGS`.
_END = """
    with ended as (
        select e.id from appointments_waitingentry e
        where e.state = 'waiting' and ({ending})
        order by e.id limit {most} for update of e skip locked)
    update appointments_waitingentry e set state = %(state)s, changed_at = %(at)s, changed_by = %(by)s
    from ended where e.id = ended.id
    returning e.id
"""
_OVER = """
    e.until_on <= %(last_day)s or exists (
        select from policies_policy p where p.id = e.policy_id
        and (p.ends_on <= %(today)s or p.cancelled_on <= %(today)s))
"""
_ENDINGS = {"lapsed": _OVER, "served": SERVED_BY_HAND}

_FREE_AND_WANTED = f"""
    select distinct s.id from appointments_waitingentry e
    cross join lateral (
        select s.id from (select) as each {THEIR_DOCTORS}
        join appointments_slot s on s.doctor_id = d.id
        where s.starts_at >= %(from_at)s and {FITS} and {FREE} and {NEW_TO_THEM} and {NOWHERE_ELSE}
        order by s.starts_at limit 3) as s
    where e.state = 'waiting' and {OFFERED_NOTHING}
"""  # noqa: S608  # constants alone


def pass_unanswered_offers(*, at: datetime) -> int:
    """Offers whose time is over, or whose holder waits no more, go to the next in the list; returns how many passed."""
    return _in_groups(lambda: _pass_some(at))


@transaction.atomic
def _pass_some(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_UNANSWERED, {"at": at})
        slot_ids = [row[0] for row in cursor.fetchall()]
        if not slot_ids:
            return 0
        cursor.execute(_LET_PASS, {"slot_ids": slot_ids, "at": at, "by": str(WAITING_LIST)})
        entries: list[object] = [row[0] for row in cursor.fetchall()]
    record_many(
        by=WAITING_LIST, at=at, action="waiting.offer_passed", subject_type="waiting_entry", subject_ids=entries
    )
    offer_freed(slot_ids=slot_ids, by=WAITING_LIST, at=at)
    return len(entries)


def end_waiting(*, at: datetime) -> int:
    """Places whose last day is over or whose policy ended lapse; places of those who took a fitting time by themselves
    have served. Returns how many ended."""
    return sum(_in_groups(lambda state=state: _end_some(state, at)) for state in _ENDINGS)  # type: ignore[misc]  # a bound default


@transaction.atomic
def _end_some(state: str, at: datetime) -> int:
    told: dict[str, Any] = {
        "state": state,
        "last_day": clock.insurer_date(at - _LAST_ZONE_BEHIND),
        "today": clock.insurer_date(at),
        "at": at,
        "by": str(WAITING_LIST),
    }
    with connection.cursor() as cursor:
        cursor.execute(_END.format(ending=_ENDINGS[state], most=_ENDED_AT_ONCE), told)
        ended: list[object] = [row[0] for row in cursor.fetchall()]
    record_many(by=WAITING_LIST, at=at, action=f"waiting.{state}", subject_type="waiting_entry", subject_ids=ended)
    return len(ended)


def offer_free_time(*, at: datetime) -> int:
    """Times that are free and waited for, whatever freed them: a hold that ran out, new hours of a doctor, a policy
    that covers by now. Returns how many were offered."""
    return _in_groups(lambda: _offer_first_times(at))


def _offer_first_times(at: datetime) -> int:
    """Of each place the first few: many who wait see the same times."""
    with connection.cursor() as cursor:
        cursor.execute(_FREE_AND_WANTED, {"from_at": at + rules.LEAST_NOTICE, "at": at})
        slot_ids = sorted(row[0] for row in cursor.fetchall())
    groups = [slot_ids[first : first + _AT_ONCE] for first in range(0, len(slot_ids), _AT_ONCE)]
    return sum(_offer_some(group, at) for group in groups)


@transaction.atomic
def _offer_some(slot_ids: Sequence[UUID], at: datetime) -> int:
    rows: Any = Slot.objects.filter(pk__in=slot_ids).select_for_update(of=("self",), skip_locked=True).order_by("pk")
    return offer_freed(slot_ids=list(rows.values_list("pk", flat=True)), by=WAITING_LIST, at=at)


def _in_groups(some: Callable[[], int]) -> int:
    done = 0
    while found := some():
        done += found
    return done
