"""What every deed in a room leaves behind: an event for who watches, and a trace of who did it."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from doctorlike.audit import commands as audit
from doctorlike.kit.actors import Actor
from doctorlike.telemed.models import Consultation, RoomEvent
from doctorlike.telemed.rules import EventKind

CHANNEL = "telemed_room"


def happened(consultation: Consultation, kind: EventKind, at: datetime) -> RoomEvent:
    """Note the event and wake whoever streams this room; both only if the transaction holds."""
    event = RoomEvent.objects.create(consultation=consultation, kind=kind, at=at)
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [CHANNEL, f"{consultation.pk}:{event.pk}"])
    return event


def audited(consultation: Consultation, action: str, by: Actor, at: datetime) -> None:
    audit.record(by=by, at=at, action=action, subject_type="consultation", subject_id=consultation.pk)
