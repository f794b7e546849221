"""Who consults, and consultations from the question to their end. The complaint is encrypted."""

from __future__ import annotations

from django.db import models

from doctorlike.kit.fields import EncryptedTextField
from doctorlike.kit.ids import new_id
from doctorlike.telemed.rules import LIVE, State


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
