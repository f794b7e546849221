"""Signed documents. Whose they are, the app that owns the subject decides."""

from __future__ import annotations

from django.db import models

from doctorlike.kit.ids import new_id


class Document(models.Model):
    """One revision of one document about one subject; its bytes lie encrypted in the private storage."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    subject_type = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=60)
    revision = models.PositiveIntegerField()
    storage_key = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    signed_by_certificate = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "kind", "revision"], name="document_revision")
        ]
