"""A room from inside, for its patient and its doctor."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from doctorlike.kit import crypto, storage
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import queries as policies
from doctorlike.policies.rules import LinkRole
from doctorlike.telemed import rules
from doctorlike.telemed.models import Consultation, RoomEvent, SharedFile
from doctorlike.telemed.queries.cards import ConsultationCard, card, whole
from doctorlike.telemed.queries.conclusions import ConclusionView, conclusions_of
from doctorlike.telemed.queries.queue import place_of
from doctorlike.telemed.rules import QueuePlace, State


@dataclass(frozen=True, slots=True)
class Said:
    id: UUID
    author: str
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class FileCard:
    """A file in the talk; `has_preview` when there is a small picture of it. `size` in bytes."""

    id: UUID
    author: str
    name: str
    media_type: str
    size: int
    sent_at: datetime
    has_preview: bool


@dataclass(frozen=True, slots=True)
class RoomEventView:
    """An event as readers of a room are told it. `signal` is what a browser said of the call, as JSON; empty for all
    other kinds, and for a signal of a call that is over."""

    id: int
    kind: str
    signal: str


@dataclass(frozen=True, slots=True)
class Room:
    """A consultation from inside, for its patient and its doctor. `talk` is what was said and sent, in order;
    `last_event` is where a live page goes on from."""

    card: ConsultationCard
    complaint: str
    messages: Sequence[Said]
    files: Sequence[FileCard]
    conclusion: ConclusionView | None
    place: QueuePlace | None
    last_event: int

    @property
    def talk(self) -> list[Said | FileCard]:
        return sorted((*self.messages, *self.files), key=lambda one: one.sent_at)


def room(consultation_id: UUID, user_id: UUID, *, on: date) -> Room:
    """NotFoundError for anybody but its patient's account and its doctor. `on` is the insurer's date: the adult who
    asked for a child leaves the room at midnight of the birthday that closes it (docs/rules/coming-of-age.md)."""
    found = whole().filter(pk=consultation_id).first()
    if found is None or not is_in_room(found, user_id, on):
        raise NotFoundError
    return inside(found)


def is_in_room(row: Consultation, user_id: UUID, on: date) -> bool:
    """Whether that account is the doctor's, or at the patient's end: whoever asked, as long as the insured's medical
    content is open to them, and the insured's own."""
    if row.doctor_id == user_id:
        return True
    try:
        seen = policies.policy_for(user_id, row.policy_id, on)
    except NotFoundError:
        return False
    return seen.medical_open and (row.asked_by_id == user_id or seen.role == LinkRole.SELF)


def may_follow(consultation_id: UUID, user_id: UUID, *, on: date) -> bool:
    """Whether this user may be told of the room's events on that insurer's date."""
    row = Consultation.objects.filter(pk=consultation_id).only("doctor", "asked_by", "policy").first()
    return row is not None and is_in_room(row, user_id, on)


def events_after(known: Mapping[UUID, int]) -> dict[UUID, list[RoomEventView]]:
    """Events of many rooms behind the known one of each, in order; one query, however many. Rooms without news are
    missing."""
    told: dict[UUID, list[RoomEventView]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [list(known), list(known.values())])
        for room_id, event_id, kind, author, device, said, payload in cursor.fetchall():
            signal = ""
            if payload is not None:
                content = json.loads(crypto.decrypt(bytes(payload)))
                signal = json.dumps({"from": author, "device": device, "kind": said, "payload": content})
            told.setdefault(room_id, []).append(RoomEventView(event_id, kind, signal))
    return told


_EVENTS = """
select event.consultation_id, event.id, event.kind, signal.author, signal.device, signal.kind, signal.payload
from unnest(%s::uuid[], %s::bigint[]) as known (consultation_id, id)
join telemed_roomevent event on event.consultation_id = known.consultation_id and event.id > known.id
left join telemed_callsignal signal on signal.event_id = event.id
order by event.id
"""


def file_in_room(consultation_id: UUID, file_id: UUID, user_id: UUID, *, on: date) -> FileCard:
    """One file for the room's patient and its doctor; NotFoundError for anybody else."""
    return file_card(_file(consultation_id, file_id, user_id, on))


def read_file(consultation_id: UUID, file_id: UUID, user_id: UUID, *, on: date) -> tuple[FileCard, bytes]:
    """With its content; as above."""
    found = _file(consultation_id, file_id, user_id, on)
    return file_card(found), storage.read(found.content_key)


def read_preview(consultation_id: UUID, file_id: UUID, user_id: UUID, *, on: date) -> bytes:
    """The small picture of a file (JPEG); NotFoundError also where there is none."""
    found = _file(consultation_id, file_id, user_id, on)
    if not found.preview_key:
        raise NotFoundError
    return storage.read(found.preview_key)


def _file(consultation_id: UUID, file_id: UUID, user_id: UUID, on: date) -> SharedFile:
    rows = SharedFile.objects.select_related("consultation")
    found = rows.filter(pk=file_id, consultation=consultation_id).first()
    if found is None or not is_in_room(found.consultation, user_id, on):
        raise NotFoundError
    return found


def file_card(row: SharedFile) -> FileCard:
    return FileCard(
        id=row.pk,
        author=row.author,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        sent_at=row.sent_at,
        has_preview=bool(row.preview_key),
    )


def live_of(user_id: UUID, *, on: date) -> ConsultationCard | None:
    """The consultation this user is in or waits for on that insurer's date."""
    seen = [one for one in policies.policies_of(user_id, on) if one.medical_open]
    mine = Q(asked_by=user_id, policy__in=[one.id for one in seen])
    mine |= Q(policy__in=[one.id for one in seen if one.role == LinkRole.SELF])
    row = whole().filter(mine, state__in=rules.LIVE).defer("complaint").order_by("-asked_at").first()
    return card(row) if row is not None else None


def inside(row: Consultation) -> Room:
    # The last event is read before the messages: a message between the two is told again rather than never.
    last = RoomEvent.objects.filter(consultation=row).order_by("-id").values_list("id", flat=True).first() or 0
    messages = [Said(one.pk, one.author, one.text, one.sent_at) for one in row.messages.order_by("sent_at", "id")]
    return Room(
        card=card(row),
        complaint=row.complaint,
        messages=messages,
        files=[file_card(one) for one in row.files.order_by("sent_at", "id")],
        conclusion=conclusions_of([row.pk]).get(row.pk) if hasattr(row, "conclusion") else None,
        place=place_of(row) if row.state == State.QUEUED else None,
        last_event=last,
    )
