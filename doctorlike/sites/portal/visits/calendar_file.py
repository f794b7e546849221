"""Visits as calendars take them (RFC 5545, RFC 7986): time and place, no doctor, no clinic's name and no reason.

Instants are in UTC, so that no calendar can shift a visit. The UID stays the same for the visit's life and SEQUENCE
counts its moves, so a file saved again replaces the entry, and one saved after a cancellation cancels it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from doctorlike.appointments.queries import NotedCard, VisitCard
from doctorlike.appointments.rules import State

MEDIA_TYPE = "text/calendar; charset=utf-8"
# How often a calendar may ask; most ask less often whatever they are told.
REFRESHED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit. `summary` is for everybody who looks over the owner's shoulder."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    sequence: int
    cancelled: bool
    summary: str
    location: str
    url: str


def entry_of_visit(visit: VisitCard, *, url: str, whose: str = "") -> Entry:
    """`whose` names the patient where a calendar holds several people's visits."""
    cancelled = visit.state == State.CANCELLED
    return Entry(
        uid=f"visit-{visit.id}",
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        changed_at=visit.changed_at,
        sequence=visit.moves + cancelled,
        cancelled=cancelled,
        summary=_named(_("Визит в клинику"), whose),
        location=visit.clinic_address,
        url=url,
    )


def entry_of_note(note: NotedCard, *, url: str, whose: str = "") -> Entry:
    """As `entry_of_visit`; a removed note is a cancelled visit to a calendar."""
    return Entry(
        uid=f"noted-{note.id}",
        starts_at=note.starts_at,
        ends_at=note.ends_at,
        changed_at=note.changed_at,
        sequence=note.changes,
        cancelled=note.removed_at is not None,
        summary=_named(_("Визит в клинику, записан по телефону"), whose),
        location=note.clinic_address,
        url=url,
    )


def calendar_file(entry: Entry, *, product: str) -> bytes:
    """A single visit, to be added to a calendar or taken out of it."""
    file = _calendar(product)
    file.add("method", "CANCEL" if entry.cancelled else "PUBLISH")
    file.add_component(_event(entry))
    return file.to_ical()


def calendar_answer(content: bytes) -> HttpResponse:
    """A single visit as a file for a phone to open."""
    headers = {"Content-Disposition": 'attachment; filename="visit.ics"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=MEDIA_TYPE, headers=headers)


def subscription_file(entries: Iterable[Entry], *, product: str) -> bytes:
    """A calendar that asks for itself again and again. It reminds of nothing: the account's own reminders do."""
    file = _calendar(product)
    file.add("method", "PUBLISH")
    file.add("name", product)
    file.add("x-wr-calname", product)
    file.add("refresh-interval", vDuration(REFRESHED_EVERY), parameters={"value": "DURATION"})
    file.add("x-published-ttl", vDuration(REFRESHED_EVERY))
    for entry in entries:
        file.add_component(_event(entry))
    return file.to_ical()


def fingerprint(entries: Iterable[Entry], *, product: str) -> str:
    """Changes whenever the subscription would, and costs less than writing it."""
    digest = hashlib.sha256(product.encode())
    for entry in entries:
        digest.update(repr(entry).encode())
    return digest.hexdigest()


def _named(what: str, whose: str) -> str:
    return f"{what}: {whose}" if whose else what


def _calendar(product: str) -> Calendar:
    file = Calendar()
    file.add("prodid", f"-//{product}//RU")
    file.add("version", "2.0")
    return file


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", entry.summary)
    event.add("location", entry.location)
    event.add("url", entry.url)
    event.add("class", "PRIVATE")
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    return event
