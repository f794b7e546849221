"""What the directory keeps for clients: their reports of mistakes, and lists of clinics made as files."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from doctorlike.clinics.rules.listing import ListFormat
from doctorlike.clinics.rules.reports import ReportKind, ReportState
from doctorlike.kit.fields import EncryptedTextField
from doctorlike.kit.ids import new_id


class ClinicReport(models.Model):
    """A client says that something about a clinic is wrong. `answer` is what the desk told them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.ForeignKey("clinics.Clinic", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    text = EncryptedTextField()
    state = models.CharField(max_length=10, default=ReportState.NEW)
    reported_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    answer = EncryptedTextField(null=True)
    settled_by = models.CharField(max_length=60, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "reported_by", "kind"],
                condition=Q(state=ReportState.NEW),
                name="report_once_until_settled",
            ),
            models.CheckConstraint(condition=Q(kind__in=list(ReportKind)), name="report_kind"),
            models.CheckConstraint(
                condition=Q(state=ReportState.NEW, settled_at__isnull=True, answer__isnull=True)
                | Q(state=ReportState.SETTLED, settled_at__isnull=False, answer__isnull=False),
                name="report_state",
            ),
        ]
        indexes = [
            models.Index(fields=["reported_at"], name="report_waiting", condition=Q(state=ReportState.NEW)),
            models.Index(fields=["reported_by", "-reported_at"], name="report_of_user"),
            models.Index(fields=["-settled_at"], name="report_settled", condition=Q(state=ReportState.SETTLED)),
        ]


class ListFile(models.Model):
    """A long list of clinics made as a file for a day, once for all who ask. `regions` are `ListAsked.regions_key`;
    `what` tells them in words. The file lies in the private storage. Without `ready_at` it is being made."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scope = models.CharField(max_length=20)
    regions = models.TextField(blank=True)
    format = models.CharField(max_length=4)
    on = models.DateField()
    what = models.CharField(max_length=300)
    clinic_count = models.PositiveIntegerField(default=0)
    storage_key = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60)
    ready_at = models.DateTimeField(null=True)
    ready_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "on", "format", "regions"], name="list_made_once_a_day"),
            models.CheckConstraint(condition=Q(format__in=list(ListFormat)), name="list_format"),
            models.CheckConstraint(
                condition=Q(ready_at__isnull=True, storage_key="") | (Q(ready_at__isnull=False) & ~Q(storage_key="")),
                name="list_state",
            ),
        ]
        indexes = [models.Index(fields=["on"], name="list_file_on")]
