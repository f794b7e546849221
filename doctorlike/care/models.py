"""What clinics say they rendered, and what was decided about it."""

from __future__ import annotations

from django.db import models

from doctorlike.care.register_models import ClaimedRow as ClaimedRow
from doctorlike.care.register_models import Encounter as Encounter
from doctorlike.care.register_models import Register as Register
from doctorlike.care.register_models import RegisterLine as RegisterLine
from doctorlike.care.register_models import RegisterMapping as RegisterMapping
from doctorlike.care.register_models import RegisterPiece as RegisterPiece
from doctorlike.care.rules import DisputeKind, DisputeState
from doctorlike.kit.fields import EncryptedTextField
from doctorlike.kit.ids import new_id


class Dispute(models.Model):
    """The client does not agree with a line: it was not given, or costs otherwise. One for a line, for good."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    line = models.OneToOneField(RegisterLine, models.PROTECT, related_name="dispute")
    kind = models.CharField(max_length=12)
    text = EncryptedTextField()
    opened_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=DisputeState.OPEN)
    answer = EncryptedTextField(null=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=list(DisputeKind)), name="dispute_kind"),
            models.CheckConstraint(condition=models.Q(state__in=list(DisputeState)), name="dispute_state"),
            models.CheckConstraint(
                condition=models.Q(state=DisputeState.OPEN, decided_by__isnull=True, decided_at__isnull=True)
                | models.Q(
                    ~models.Q(state=DisputeState.OPEN),
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    answer__isnull=False,
                ),
                name="dispute_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["opened_at"], condition=models.Q(state=DisputeState.OPEN), name="dispute_waiting")
        ]


class DisputeFile(models.Model):
    """What the client attached; its name may tell as much as its content."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="files")
    name = EncryptedTextField()
    media_type = models.CharField(max_length=40)
    size_bytes = models.PositiveIntegerField()
    storage_key = models.CharField(max_length=120)


class Complaint(models.Model):
    """The client does not agree with a rejection: numbered without gaps within a year, answered by another person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dispute = models.OneToOneField(Dispute, models.PROTECT, related_name="complaint")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    text = EncryptedTextField()
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=DisputeState.OPEN)
    answer = EncryptedTextField(null=True)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="complaint_number"),
            models.CheckConstraint(condition=models.Q(state__in=list(DisputeState)), name="complaint_state"),
            models.CheckConstraint(
                condition=models.Q(state=DisputeState.OPEN, decided_by__isnull=True, decided_at__isnull=True)
                | models.Q(
                    ~models.Q(state=DisputeState.OPEN),
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    answer__isnull=False,
                ),
                name="complaint_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["made_at"], condition=models.Q(state=DisputeState.OPEN), name="complaint_waiting")
        ]
