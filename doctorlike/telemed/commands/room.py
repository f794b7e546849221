"""What is said in a room, and who says it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doctorlike.kit import clock
from doctorlike.kit.actors import Actor
from doctorlike.kit.errors import NotFoundError
from doctorlike.kit.locks import locked
from doctorlike.telemed import queries, rules
from doctorlike.telemed.commands.happening import happened
from doctorlike.telemed.errors import EmptyMessageError, WrongStepError
from doctorlike.telemed.models import Consultation, Message
from doctorlike.telemed.rules import Author, EventKind


@transaction.atomic
def send_message(*, consultation_id: UUID, user_id: UUID, text: str, sent_key: UUID, by: Actor, at: datetime) -> None:
    """Say something in the room as its patient or its doctor; NotFoundError for anybody else. The same `sent_key`
    says it once. WrongStepError in an ended room."""
    consultation = locked(Consultation.objects, pk=consultation_id)
    author = author_of(consultation, user_id, at)
    said = text.strip()[: rules.MOST_MESSAGE_LETTERS]
    if not said:
        raise EmptyMessageError
    if consultation.state not in rules.LIVE:
        raise WrongStepError
    if consultation.messages.filter(sent_key=sent_key).exists():
        return
    Message.objects.create(consultation=consultation, author=author, text=said, sent_at=at, sent_key=sent_key)
    happened(consultation, EventKind.MESSAGE, at)


def author_of(consultation: Consultation, user_id: UUID, at: datetime) -> Author:
    if not queries.is_in_room(consultation, user_id, clock.insurer_date(at)):
        raise NotFoundError
    return Author.DOCTOR if consultation.doctor_id == user_id else Author.PATIENT
