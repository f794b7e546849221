"""Who did and who read what. Append-only: the database refuses to change or delete a row."""

from __future__ import annotations

from django.db import models

from doctorlike.kit.append_only import APPEND_ONLY
from doctorlike.kit.fields import EncryptedTextField
from doctorlike.kit.ids import new_id


class Entry(models.Model):
    """One deed or one reading of medical content. It points at its subject by name, not by foreign key, so that it
    outlives it; `details` hold no personal or medical data."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=60)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="entry_subject"),
            models.Index(fields=["by", "at"], name="entry_by"),
        ]
        triggers = APPEND_ONLY


class ClockMove(models.Model):
    """The demo clock was moved by so many seconds; the clock's shift is their sum."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    moved_at = models.DateTimeField()
    moved_by = models.CharField(max_length=60)
    shift_seconds = models.BigIntegerField()

    class Meta:
        triggers = APPEND_ONLY


class Wording(models.Model):
    """A text somebody agreed to, kept for as long as anything names its SHA-256. The same words lie here once."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    text = EncryptedTextField()
    kept_at = models.DateTimeField()

    class Meta:
        triggers = APPEND_ONLY
