"""A message in, its fate out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, UUIDField

from doctorlike.kit import clock, facts
from doctorlike.kit.actors import Actor
from doctorlike.kit.locks import locked
from doctorlike.kit.reads import Read, Told
from doctorlike.kit.writes import insert, update
from doctorlike.notifications import spending
from doctorlike.notifications.facts import MessageAccepted, MessageFailed
from doctorlike.notifications.gateways import RefusedError, UnreachableError
from doctorlike.notifications.gateways.smsru.client import SmsRu
from doctorlike.notifications.gateways.smtp.client import Smtp
from doctorlike.notifications.models import Message
from doctorlike.notifications.rules import MOST_TRIES, WAIT_FOR_MONEY, Attachment, Channel, State

_message = Read(lambda: Message.objects.filter(pk=Told("message_id", UUIDField())), prepared=True)
_waiting = Read(
    lambda: Message.objects.filter(
        topic=Told("topic", CharField()), subject_id=Told("subject_id", CharField()), state=State.QUEUED
    ).values_list("pk", flat=True),
    prepared=True,
)


class NoMoneyError(Exception):
    """What SMS may cost is spent."""


@transaction.atomic(savepoint=False)
def send_email(
    *,
    to: str,
    subject: str,
    text: str,
    topic: str,
    subject_id: object = "",
    by: Actor,
    at: datetime,
    attachments: Sequence[Attachment] = (),
    secret: bool = False,
    enqueue: bool = True,
) -> UUID:
    """Store an e-mail; a job hands it over once the caller's transaction is committed: one of its own, or, unless
    `enqueue`, the caller, which is a job and goes on to `hand_over_waiting`. The text carries no medical words. Each
    call is a message of its own."""
    message = Message(
        channel=Channel.EMAIL,
        to=to,
        subject=subject,
        text=text,
        attachments=[asdict(one) for one in attachments],
        is_secret=secret,
        topic=topic,
        subject_id=str(subject_id),
        created_at=at,
        created_by=str(by),
    )
    if enqueue:
        return _enqueue(message)
    insert(message)
    return message.pk


@transaction.atomic(savepoint=False)
def send_sms(
    *, to: str, text: str, topic: str, subject_id: object = "", by: Actor, at: datetime, secret: bool = False
) -> UUID:
    """Store an SMS to an E.164 number; a job hands it over once the caller's transaction is committed. The text
    carries no medical words. Each call is a message of its own."""
    message = Message(
        channel=Channel.SMS,
        to=to,
        text=text,
        is_secret=secret,
        topic=topic,
        subject_id=str(subject_id),
        created_at=at,
        created_by=str(by),
    )
    return _enqueue(message)


def _enqueue(message: Message) -> UUID:
    from doctorlike.notifications.tasks import deliver  # the task calls back into this module

    insert(message)
    # People wait for codes with the page open: they go before everything else.
    deliver.configure(priority=100 if message.is_secret else 0).defer(message_id=str(message.pk))
    return message.pk


def hand_over_waiting(*, topic: str, subject_id: object, at: datetime) -> None:
    """Hand over what waits about a subject, outside any transaction; when no provider can be reached, jobs go on with
    it. Repeating hands over nothing twice."""
    from doctorlike.notifications.tasks import deliver  # the task calls back into this module

    for message_id in _waiting(topic=topic, subject_id=str(subject_id)):
        try:
            deliver_message(message_id=message_id, at=at)
        except UnreachableError:
            deliver.defer(message_id=str(message_id))


def deliver_message(*, message_id: UUID, at: datetime) -> None:
    """Hand one message to its provider, outside any transaction, and note its fate. An accepted or failed one is left
    alone, so repeating is safe; a worker killed between the provider's answer and our note sends it once more (an
    e-mail keeps its Message-ID). UnreachableError while there are tries left. An SMS there is no money for waits; a
    code would be too old by then and fails."""
    (message,) = _message(message_id=message_id)
    if message.state != State.QUEUED:
        return
    try:
        reference = _hand_over(message)
    except NoMoneyError:
        _wait_for_money(message, at)
    except RefusedError as refusal:
        _note_failure(message_id, str(refusal), at)
    except UnreachableError as failure:
        if message.tries + 1 >= MOST_TRIES:
            _note_failure(message_id, str(failure), at)
        else:
            Message.objects.filter(pk=message_id).update(tries=message.tries + 1, refusal=str(failure)[:200])
            raise
    else:
        _note_acceptance(message_id, reference, at)


def _hand_over(message: Message) -> str:
    if message.channel == Channel.SMS:
        return _hand_over_sms(message)
    attachments = [Attachment(**one) for one in message.attachments]
    return Smtp().send(
        to=message.to,
        subject=message.subject,
        text=message.text,
        attachments=attachments,
        reference=str(message.pk),
    )


def _hand_over_sms(message: Message) -> str:
    taken_at = clock.real_now()
    if not spending.take(text=message.text, is_code=message.is_secret, at=taken_at):
        raise NoMoneyError
    gateway = SmsRu(base_url=settings.SMS_URL, api_id=settings.SMS_API_ID)
    try:
        return gateway.send(to=message.to, text=message.text)
    except (RefusedError, UnreachableError):
        spending.give_back(text=message.text, at=taken_at)
        raise


def _wait_for_money(message: Message, at: datetime) -> None:
    from doctorlike.notifications.tasks import deliver  # the task calls back into this module

    if message.is_secret:
        _note_failure(message.pk, "the money for SMS is spent", at)
    else:
        deliver.configure(schedule_in={"seconds": int(WAIT_FOR_MONEY.total_seconds())}).defer(
            message_id=str(message.pk)
        )


@transaction.atomic
def _note_acceptance(message_id: UUID, reference: str, at: datetime) -> None:
    message = locked(Message.objects, pk=message_id)
    if message.state != State.QUEUED:
        return
    message.state, message.accepted_at, message.provider_reference = State.ACCEPTED, at, reference
    changed = ["state", "accepted_at", "provider_reference"]
    if message.is_secret:
        message.text = ""
        changed.append("text")
    update(message, *changed)
    facts.publish(MessageAccepted(message.pk, message.topic, message.subject_id, at))


@transaction.atomic
def _note_failure(message_id: UUID, refusal: str, at: datetime) -> None:
    message = locked(Message.objects, pk=message_id)
    if message.state != State.QUEUED:
        return
    message.state, message.refusal = State.FAILED, refusal[:200]
    message.save()
    facts.publish(MessageFailed(message.pk, message.topic, message.subject_id, at))
