"""What is said and what happens in a room. Words are encrypted; events hold none."""

from __future__ import annotations

from django.db import models

from doctorlike.kit.append_only import APPEND_ONLY
from doctorlike.kit.fields import EncryptedTextField
from doctorlike.kit.ids import new_id
from doctorlike.telemed.models.consultations import Consultation
from doctorlike.telemed.rules import Author, EventKind, SignalKind


class Message(models.Model):
    """One thing said in a room. `sent_key` comes with the form, so that a double click says it once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="messages")
    author = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Author])
    text = EncryptedTextField()
    sent_at = models.DateTimeField()
    sent_key = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consultation", "sent_key"], name="message_said_once")]


class RoomEvent(models.Model):
    """What happened in a room, in order: the source of live pages. Says nothing medical, only that there is news."""

    id = models.BigAutoField(primary_key=True)
    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in EventKind])
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["consultation", "id"], name="room_event_order")]
        triggers = APPEND_ONLY


class CallSignal(models.Model):
    """What an event of the kind `signal` says: one browser's word to the other about their call. It names addresses of
    the network, so it is encrypted, and it goes when the consultation ends."""

    event = models.OneToOneField(RoomEvent, models.CASCADE, related_name="signal", primary_key=True)
    author = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Author])
    device = models.CharField(max_length=36)
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in SignalKind])
    payload = EncryptedTextField()


class SharedFile(models.Model):
    """A picture or PDF that one side gave the other. The content lies encrypted in the private storage under
    `content_key`, a small picture of it, made by us, under `preview_key`. `name` is its sender's word."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="files")
    author = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Author])
    name = EncryptedTextField()
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    content_key = models.CharField(max_length=100)
    preview_key = models.CharField(max_length=100)
    sent_at = models.DateTimeField()
    sent_key = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consultation", "sent_key"], name="file_sent_once")]
        indexes = [models.Index(fields=["consultation", "sent_at"], name="shared_file_order")]
