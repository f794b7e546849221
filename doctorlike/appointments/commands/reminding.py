"""Reminders: found, not planned. What is due follows from the visit and the clock, so a visit that is cancelled or
moved takes its reminders with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from doctorlike.appointments import notices
from doctorlike.appointments.rules import reminders
from doctorlike.appointments.rules.reminders import Reminder
from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.ids import new_id
from doctorlike.policies import queries as policies

REMINDERS = Actor.system("reminders")
_AT_ONCE = 100

# A change of the visit under way holds its row: it is looked at a minute later, as it is then. What two workers find,
# each takes a part of.
_BOOKED = """
    select a.id, a.policy_id, a.starts_at, s.zone, a.changed_at
    from appointments_appointment a join appointments_slot s on s.id = a.slot_id
    where a.state = 'booked' and a.starts_at > %(from_at)s and a.starts_at <= %(until_at)s
    and {due}
    and not exists (
        select from appointments_sentreminder r
        where r.appointment_id = a.id and r.kind = %(kind)s and r.visit_starts_at = a.starts_at)
    order by a.starts_at, a.id limit {most} for update of a skip locked
"""
_NOTED = """
    select a.id, a.policy_id, a.starts_at, a.zone, a.changed_at
    from appointments_notedvisit a
    where a.removed_at is null and a.starts_at > %(from_at)s and a.starts_at <= %(until_at)s
    and {due}
    and not exists (
        select from appointments_sentreminder r
        where r.noted_visit_id = a.id and r.kind = %(kind)s and r.visit_starts_at = a.starts_at)
    order by a.starts_at, a.id limit {most} for update of a skip locked
"""
# As the rule has it, so that what is not due yet is not read again each minute. The rule decides.
_DUE = {
    Reminder.EVE: "(({zone_date} - 1) + %(eve_from)s::time) at time zone {zone} <= %(at)s"
    " and a.changed_at < (({zone_date} - 1) + %(eve_from)s::time) at time zone {zone}",
    Reminder.SOON: "a.starts_at <= %(at)s + %(soon_ahead)s::interval"
    " and a.changed_at < a.starts_at - %(soon_ahead)s::interval"
    " and ((a.starts_at - %(soon_ahead)s::interval) at time zone {zone})::time >= %(day_from)s"
    " and ((a.starts_at - %(soon_ahead)s::interval) at time zone {zone})::time < %(day_until)s",
}
_BY_DAY = (
    " and (%(at)s at time zone {zone})::time >= %(day_from)s and (%(at)s at time zone {zone})::time < %(day_until)s"
)

_SENT = """
    insert into appointments_sentreminder (id, {column}, kind, visit_starts_at, sent_at)
    select * from unnest(%(ids)s::uuid[], %(visits)s::uuid[], %(kinds)s::text[], %(starts)s::timestamptz[],
        %(sent)s::timestamptz[])
    on conflict do nothing returning {column}
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A visit somebody is reminded of now. `visit_id` is an appointment's or a noted visit's."""

    visit_id: UUID
    policy_id: UUID
    starts_at: datetime
    zone: str
    known_at: datetime


@dataclass(frozen=True, slots=True)
class _Source:
    """Where visits stand: how they are asked for and which column of a sent reminder names them."""

    rows: str
    zone: str
    column: str


_SOURCES = (_Source(_BOOKED, "s.zone", "appointment_id"), _Source(_NOTED, "a.zone", "noted_visit_id"))


def send_due_reminders(*, at: datetime) -> int:
    """Remind everybody of the visits that are due at the business instant `at`, also those noted by clients themselves;
    returns how many reminders went out. Each goes once, however many workers look, and whichever of them is killed:
    that it was sent and the message itself are one transaction. Repeating sends nothing anew."""
    sent = 0
    for kind in Reminder:
        for source in _SOURCES:
            while found := _remind_some(kind, source, at):
                sent += found
    return sent


@transaction.atomic
def _remind_some(kind: Reminder, source: _Source, at: datetime) -> int:
    found = [
        one
        for one in _due(kind, source, at)
        if reminders.is_due(kind, starts_at=one.starts_at, zone=ZoneInfo(one.zone), known_at=one.known_at, at=at)
    ]
    fresh = _note_sent(kind, source, found, at)
    if fresh:
        views = policies.policies_by_id({one.policy_id for one in fresh})
        contacts = policies.insured_contacts(views.values(), clock.insurer_date(at))
        for one in fresh:
            notices.tell_reminder(
                one.visit_id,
                kind,
                starts_at=one.starts_at,
                zone=one.zone,
                contact=contacts[one.policy_id],
                by=REMINDERS,
                at=at,
            )
    return len(fresh)


def _due(kind: Reminder, source: _Source, at: datetime) -> list[Due]:
    words = {"zone": source.zone, "zone_date": f"(a.starts_at at time zone {source.zone})::date"}
    due = (_DUE[kind] + _BY_DAY).format(**words)
    told: dict[str, Any] = {
        "kind": kind.value,
        "at": at,
        "from_at": at + reminders.STILL_HELPS[kind],
        "until_at": at + reminders.FURTHEST_AHEAD,
        "eve_from": reminders.EVE_FROM,
        "soon_ahead": reminders.SOON_AHEAD,
        "day_from": reminders.DAY_FROM,
        "day_until": reminders.DAY_UNTIL,
    }
    with connection.cursor() as cursor:
        cursor.execute(source.rows.format(due=due, most=_AT_ONCE), told)
        return [Due(*row) for row in cursor.fetchall()]


def _note_sent(kind: Reminder, source: _Source, found: Sequence[Due], at: datetime) -> list[Due]:
    """Those that nobody else has sent meanwhile."""
    if not found:
        return []
    told: dict[str, Any] = {
        "ids": [new_id() for _one in found],
        "visits": [one.visit_id for one in found],
        "kinds": [kind.value] * len(found),
        "starts": [one.starts_at for one in found],
        "sent": [at] * len(found),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SENT.format(column=source.column), told)
        fresh = {row[0] for row in cursor.fetchall()}
    return [one for one in found if one.visit_id in fresh]
