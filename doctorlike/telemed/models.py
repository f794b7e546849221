"""Consultations, what was said in them, and their conclusions. Medical text is encrypted."""

from __future__ import annotations

from django.db import models

from doctorlike.kit.append_only import APPEND_ONLY
from doctorlike.kit.fields import EncryptedTextField
from doctorlike.kit.ids import new_id
from doctorlike.telemed.rules import LIVE, Author, EventKind, State


class Doctor(models.Model):
    """Somebody who consults. `speciality` and `credentials` are shown to the patient and in the conclusion."""

    user = models.OneToOneField("accounts.User", models.PROTECT, related_name="+", primary_key=True)
    full_name = models.CharField(max_length=200)
    speciality = models.CharField(max_length=100)
    credentials = models.CharField(max_length=300)


class Consultation(models.Model):
    """One urgent consultation. `asked_by` is who sits at the screen: the patient or the adult of a child."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="+")
    patient = models.ForeignKey("accounts.Person", models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    doctor = models.ForeignKey(Doctor, models.PROTECT, null=True, related_name="+")
    complaint = EncryptedTextField()
    state = models.CharField(max_length=10, default=State.QUEUED)
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in State]), name="consultation_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[State.QUEUED, State.LEFT]) | models.Q(doctor__isnull=False),
                name="consultation_taken_by_a_doctor",
            ),
            models.UniqueConstraint(
                fields=["patient"], condition=models.Q(state__in=LIVE), name="one_live_consultation_a_patient"
            ),
            models.UniqueConstraint(
                fields=["doctor"], condition=models.Q(state=State.TAKEN), name="one_taken_consultation_a_doctor"
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=models.Q(state=State.QUEUED), name="consultation_queue"),
            models.Index(fields=["policy", "-asked_at"], name="consultation_archive"),
        ]


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


class Conclusion(models.Model):
    """The doctor's signed word. It is never changed; `document_id` is its PDF."""

    consultation = models.OneToOneField(Consultation, models.PROTECT, related_name="conclusion", primary_key=True)
    complaints = EncryptedTextField()
    history = EncryptedTextField()
    recommendations = EncryptedTextField()
    signed_at = models.DateTimeField()
    document_id = models.UUIDField(null=True)
