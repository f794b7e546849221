"""Messages to people and what became of them."""

from __future__ import annotations

from django.db import models

from doctorlike.kit.fields import EncryptedTextField
from doctorlike.kit.ids import new_id
from doctorlike.notifications.rules import Channel, State


class Message(models.Model):
    """One e-mail or SMS. `topic` and `subject_id` tell the app that asked what it was about; the text of a secret one
    (a code) is wiped as soon as a provider accepted it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.CharField(max_length=5, choices=[(one.value, one.value) for one in Channel])
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    text = EncryptedTextField()
    attachments = models.JSONField(default=list)
    is_secret = models.BooleanField(default=False)
    topic = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    provider_reference = models.CharField(max_length=100, blank=True)
    refusal = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=60)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["topic", "subject_id"], name="message_subject"),
            models.Index(fields=["to", "created_at"], name="message_to"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=[one.value for one in State]), name="message_state")
        ]


class SmsHour(models.Model):
    """What SMS cost in one true hour (UTC, named by its beginning), at the price of the settings; when the log was
    warned in it, and when codes by SMS were refused."""

    hour_at = models.DateTimeField(primary_key=True)
    kopecks = models.PositiveBigIntegerField(default=0)
    warned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
