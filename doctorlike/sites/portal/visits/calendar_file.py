"""A visit as a calendar file: time and place, no doctor and no reason."""

from __future__ import annotations

from icalendar import Calendar, Event

from doctorlike.appointments.queries import VisitCard
from doctorlike.appointments.rules import State


def calendar_file(visit: VisitCard, *, summary: str, product: str, url: str) -> bytes:
    """RFC 5545; instants in UTC, so that no calendar can shift the visit. The UID stays the same, so a file saved again
    replaces the entry, and one saved after a cancellation cancels it."""
    event = Event()
    event.add("uid", f"visit-{visit.id}")
    event.add("dtstamp", visit.changed_at)
    event.add("dtstart", visit.starts_at)
    event.add("dtend", visit.ends_at)
    event.add("summary", summary)
    event.add("location", visit.clinic_address)
    event.add("url", url)
    event.add("class", "PRIVATE")
    event.add("sequence", 0 if visit.state == State.BOOKED else 1)
    event.add("status", "CANCELLED" if visit.state == State.CANCELLED else "CONFIRMED")
    file = Calendar()
    file.add("prodid", f"-//{product}//RU")
    file.add("version", "2.0")
    file.add("method", "CANCEL" if visit.state == State.CANCELLED else "PUBLISH")
    file.add_component(event)
    return file.to_ical()
