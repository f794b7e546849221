"""Rooms, the queue and the archive, each for those who may see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from doctorlike.accounts.queries import PersonCard, card_of
from doctorlike.kit.errors import NotFoundError
from doctorlike.policies import queries as policies
from doctorlike.policies.rules import LinkRole
from doctorlike.telemed import rules
from doctorlike.telemed.models import Conclusion, Consultation, Doctor, Message, RoomEvent
from doctorlike.telemed.rules import QueuePlace, State


@dataclass(frozen=True, slots=True)
class DoctorCard:
    full_name: str
    speciality: str
    credentials: str


@dataclass(frozen=True, slots=True)
class ConsultationCard:
    """A consultation in a list: nothing medical in it."""

    id: UUID
    policy_id: UUID
    patient: PersonCard
    doctor: DoctorCard | None
    state: str
    asked_at: datetime
    ended_at: datetime | None
    has_conclusion: bool


@dataclass(frozen=True, slots=True)
class Said:
    author: str
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class ConclusionView:
    complaints: str
    history: str
    recommendations: str
    signed_at: datetime
    document_id: UUID | None


@dataclass(frozen=True, slots=True)
class Room:
    """A consultation from inside, for its patient and its doctor. `last_event` is where a live page goes on from."""

    card: ConsultationCard
    complaint: str
    messages: Sequence[Said]
    conclusion: ConclusionView | None
    place: QueuePlace | None
    last_event: int


def room(consultation_id: UUID, user_id: UUID, *, on: date) -> Room:
    """NotFoundError for anybody but its patient's account and its doctor. `on` is the insurer's date: the adult who
    asked for a child leaves the room at midnight of the birthday that closes it (docs/rules/coming-of-age.md)."""
    found = _whole().filter(pk=consultation_id).first()
    if found is None or not is_in_room(found, user_id, on):
        raise NotFoundError
    return _room(found)


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


def archived(consultation_id: UUID, policy_ids: Iterable[UUID]) -> Room:
    """One consultation under policies whose medical content the viewer may see; NotFoundError otherwise."""
    found = _whole().filter(pk=consultation_id, policy__in=list(policy_ids)).first()
    if found is None:
        raise NotFoundError
    return _room(found)


def may_follow(consultation_id: UUID, user_id: UUID, *, on: date) -> bool:
    """Whether this user may be told of the room's events on that insurer's date."""
    row = Consultation.objects.filter(pk=consultation_id).only("doctor", "asked_by", "policy").first()
    return row is not None and is_in_room(row, user_id, on)


def events_after(consultation_id: UUID, event_id: int) -> list[tuple[int, str]]:
    """Events of a room behind a known one, in order."""
    rows = RoomEvent.objects.filter(consultation=consultation_id, id__gt=event_id).order_by("id")
    return list(rows.values_list("id", "kind"))


def archive_of(policy_ids: Iterable[UUID]) -> list[ConsultationCard]:
    """All consultations under those policies, newest first."""
    rows = _whole().filter(policy__in=list(policy_ids)).defer("complaint").order_by("-asked_at", "-id")
    return [_card(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Talk:
    """A consultation with every word of it, as its patient takes it away."""

    card: ConsultationCard
    complaint: str
    messages: Sequence[Said]
    conclusion: ConclusionView | None


def talks_of(policy_ids: Iterable[UUID]) -> list[Talk]:
    """All consultations under those policies with their words, newest first; three queries however many."""
    rows = list(_whole().filter(policy__in=list(policy_ids)).order_by("-asked_at", "-id"))
    said: dict[UUID, list[Said]] = {}
    for one in Message.objects.filter(consultation__in=rows).order_by("sent_at", "id"):
        said.setdefault(one.consultation_id, []).append(Said(one.author, one.text, one.sent_at))
    signed = {one.pk: _conclusion(one) for one in Conclusion.objects.filter(pk__in=rows)}
    return [Talk(_card(row), row.complaint, said.get(row.pk, []), signed.get(row.pk)) for row in rows]


def live_of(user_id: UUID, *, on: date) -> ConsultationCard | None:
    """The consultation this user is in or waits for on that insurer's date."""
    seen = [one for one in policies.policies_of(user_id, on) if one.medical_open]
    mine = Q(asked_by=user_id, policy__in=[one.id for one in seen])
    mine |= Q(policy__in=[one.id for one in seen if one.role == LinkRole.SELF])
    row = _whole().filter(mine, state__in=rules.LIVE).defer("complaint").order_by("-asked_at").first()
    return _card(row) if row is not None else None


def queue() -> list[ConsultationCard]:
    """Who waits, the longest first."""
    return [_card(row) for row in _whole().filter(state=State.QUEUED).defer("complaint").order_by("asked_at", "id")]


def taken_by(doctor_user_id: UUID) -> ConsultationCard | None:
    """The consultation the doctor has not finished."""
    row = _whole().filter(doctor=doctor_user_id, state=State.TAKEN).defer("complaint").first()
    return _card(row) if row is not None else None


def doctor(user_id: UUID) -> DoctorCard | None:
    row = Doctor.objects.filter(pk=user_id).first()
    return DoctorCard(row.full_name, row.speciality, row.credentials) if row is not None else None


def finished_by(doctor_user_id: UUID, limit: int = 20) -> list[ConsultationCard]:
    """The doctor's own finished consultations, newest first."""
    rows = _whole().filter(doctor=doctor_user_id, state=State.FINISHED).defer("complaint").order_by("-ended_at")
    return [_card(row) for row in rows[:limit]]


def _whole():  # type: ignore[no-untyped-def]  # Django's querysets of joined rows have no name worth writing
    return Consultation.objects.select_related("patient", "doctor", "conclusion").defer(
        "patient__identity", "conclusion__complaints", "conclusion__history", "conclusion__recommendations"
    )


def _card(row: Consultation) -> ConsultationCard:
    found = row.doctor
    return ConsultationCard(
        id=row.pk,
        policy_id=row.policy_id,
        patient=card_of(row.patient),
        doctor=DoctorCard(found.full_name, found.speciality, found.credentials) if found is not None else None,
        state=row.state,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        has_conclusion=hasattr(row, "conclusion"),
    )


def _room(row: Consultation) -> Room:
    # The last event is read before the messages: a message between the two is told again rather than never.
    last = RoomEvent.objects.filter(consultation=row).order_by("-id").values_list("id", flat=True).first() or 0
    messages = [Said(one.author, one.text, one.sent_at) for one in row.messages.order_by("sent_at", "id")]
    signed = Conclusion.objects.filter(pk=row.pk).first()
    return Room(
        card=_card(row),
        complaint=row.complaint,
        messages=messages,
        conclusion=_conclusion(signed) if signed is not None else None,
        place=_place(row) if row.state == State.QUEUED else None,
        last_event=last,
    )


def _conclusion(row: Conclusion) -> ConclusionView:
    return ConclusionView(row.complaints, row.history, row.recommendations, row.signed_at, row.document_id)


def _place(row: Consultation) -> QueuePlace:
    ahead = Consultation.objects.filter(state=State.QUEUED).filter(
        Q(asked_at__lt=row.asked_at) | Q(asked_at=row.asked_at, id__lt=row.pk)
    )
    busy = Consultation.objects.filter(state=State.TAKEN).count()
    return rules.queue_place(ahead=ahead.count(), doctors_on_duty=max(busy, 1))
